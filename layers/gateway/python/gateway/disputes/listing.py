"""The list of disputes."""

from typing import Final, get_args

from gateway.disputes.model import DisputeStatus, ListedDispute
from gateway.disputes.queries import LISTED
from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, id_of, one_of
from gateway.pages.model import Beside, Listing
from gateway.refunds.listing import OF_ORDER
from gateway.refunds.queries import select_orders_of

DISPUTES: Final = Listing(
    name="disputes",
    select=LISTED,
    row=ListedDispute,
    columns=(
        "id",
        "payment_id",
        "account_id",
        "processor",
        "account_label",
        "reference",
        "amount",
        "currency",
        "reason",
        "status",
        "respond_by",
        "created_at",
        "updated_at",
    ),
    money=("amount",),
    beside=Beside(
        "payment_id",
        ("order_id", "receipt", "notes"),
        select_orders_of,
        {"order_id": "order_8sHk2LmNq0PzRtVw", "receipt": "receipt_123", "notes": {}},
    ),
    filters=(
        one_of("status", get_args(DisputeStatus), "Only disputes in this state."),
        id_of("payment_id", "pay", "Only disputes of this payment."),
        id_of("order_id", "order", "Only disputes of this order's payments.", OF_ORDER.format("order_id")),
        id_of("account_id", "acct", "Only disputes at this account."),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
    ),
)

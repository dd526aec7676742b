"""The list of disputes."""

from typing import Final, get_args

from gateway.disputes.model import COLUMNS, Dispute, DisputeStatus
from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, id_of, one_of
from gateway.pages.model import Beside, Listing
from gateway.refunds.queries import select_orders_of

DISPUTES: Final = Listing(
    name="disputes",
    select=f"SELECT {COLUMNS} FROM disputes",  # noqa: S608 - a constant
    row=Dispute,
    columns=(
        "id",
        "payment_id",
        "account_id",
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
        id_of("account_id", "pacc", "Only disputes at this account."),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
    ),
)

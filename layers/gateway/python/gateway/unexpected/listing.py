"""The list of money that nobody expected."""

from typing import Final, get_args

from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, id_of, one_of
from gateway.pages.model import Beside, Listing
from gateway.refunds.queries import select_orders_of
from gateway.unexpected.model import COLUMNS, UnexpectedMoney, UnexpectedReason, UnexpectedStatus

UNEXPECTED: Final = Listing(
    name="unexpected-payments",
    select=f"SELECT {COLUMNS} FROM unexpected_money",  # noqa: S608 - a constant
    row=UnexpectedMoney,
    columns=(
        "id",
        "payment_id",
        "account_id",
        "charge",
        "amount",
        "currency",
        "reason",
        "status",
        "review_reason",
        "created_at",
        "returned_at",
        "taken_back_at",
    ),
    money=("amount",),
    beside=Beside(
        "payment_id",
        ("order_id", "receipt", "notes"),
        select_orders_of,
        {"order_id": "order_8sHk2LmNq0PzRtVw", "receipt": "receipt_123", "notes": {}},
    ),
    filters=(
        one_of("status", get_args(UnexpectedStatus), "Only what stands so."),
        one_of("reason", get_args(UnexpectedReason), "Only what came late, or twice."),
        id_of("payment_id", "pay", "Only what came with this payment."),
        id_of("account_id", "pacc", "Only what lies with this account."),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
    ),
)

"""The list of money that nobody expected."""

from typing import Final, get_args

from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, id_of, one_of
from gateway.pages.model import Beside, Condition, Filter, Listing
from gateway.refunds.listing import OF_ORDER
from gateway.refunds.queries import select_orders_of
from gateway.unexpected.model import ListedMoney, UnexpectedReason, UnexpectedStatus
from gateway.unexpected.queries import LISTED


def _read_waits(text: str) -> Condition:
    if text not in ("true", "false"):
        raise ValueError("be true or false")
    # Written as the partial index has it.
    return Condition(f"{'' if text == 'true' else 'NOT '}status IN ('kept', 'review')", {})


UNEXPECTED: Final = Listing(
    name="unexpected-payments",
    select=LISTED,
    row=ListedMoney,
    columns=(
        "id",
        "payment_id",
        "account_id",
        "processor",
        "account_label",
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
        id_of("order_id", "order", "Only what came with this order's payments.", OF_ORDER.format("order_id")),
        Filter(
            "waits",
            _read_waits,
            {"type": "string", "enum": ["true", "false"]},
            "`true`: only what waits for a person's word (`kept` or `review`).",
            "true",
        ),
        id_of("account_id", "acct", "Only what lies with this account."),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
    ),
)

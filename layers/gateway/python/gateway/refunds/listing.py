"""The list of refunds."""

from typing import Final, get_args

from gateway.ids import is_id
from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, equals, id_of, one_of, search, starts_with
from gateway.pages.model import Beside, Condition, Listing
from gateway.refunds.model import Refund, RefundOrigin, RefundStatus
from gateway.refunds.queries import COLUMNS, select_orders_of

OF_ORDER: Final = "payment_id IN (SELECT p.id FROM payments p WHERE p.order_id = %({})s)"


def _find(text: str) -> Condition:
    if is_id(text, "rfnd"):
        return equals("id", text)
    if is_id(text, "pay"):
        return equals("payment_id", text)
    if is_id(text, "order"):
        return Condition(OF_ORDER.format("q"), {"q": text})
    return starts_with("reason", text)


REFUNDS: Final = Listing(
    name="refunds",
    select=f"SELECT {COLUMNS} FROM refunds",  # noqa: S608 - a constant
    row=Refund,
    columns=(
        "id",
        "payment_id",
        "amount",
        "currency",
        "reason",
        "status",
        "error_code",
        "error_description",
        "created_at",
        "processed_at",
        "origin",
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
        one_of("status", get_args(RefundStatus), "Only refunds in this state."),
        id_of("payment_id", "pay", "Only refunds of this payment."),
        id_of("order_id", "order", "Only refunds of this order's payments.", OF_ORDER.format("order_id")),
        one_of(
            "origin",
            get_args(RefundOrigin),
            "Only refunds that were made here, or at the processor.",
            {"processor": "origin <> 'gateway'"},
        ),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
        search("An id of a refund, a payment or an order, or how the reason begins.", _find),
    ),
)

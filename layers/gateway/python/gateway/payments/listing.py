"""The list of payments."""

import re
from typing import Final, get_args

from gateway.database import Connection
from gateway.ids import is_id
from gateway.orders.queries import select_references
from gateway.pages.filters import AMOUNTS, CURRENCY, TIMES, equals, id_of, one_of, search, starts_with
from gateway.pages.model import Beside, Condition, Filter, Listing, Query
from gateway.pages.select import select_page
from gateway.payments.model import Payment, PaymentStatus
from gateway.payments.queries import COLUMNS
from gateway.processors.capabilities import METHODS
from gateway.tenancy.model import Caller

# The constraint payments_pending_is_worked; served by payments_due and payments_in_review.
_HINTS: Final = {"pending": "work IS NOT NULL OR review_reason IS NOT NULL"}
_OF_STATUS: Final = "Only payments in this state; one whose void is under way is still `success`."
_LAST4: Final = re.compile(r"[0-9]{4}")


def _find(text: str) -> Condition:
    if is_id(text, "pay"):
        return equals("id", text)
    if is_id(text, "order"):
        return equals("order_id", text)
    if _LAST4.fullmatch(text):
        return equals("card_last4", text)
    return starts_with("vpa", text)


def _read_captured(text: str) -> Condition:
    # `captured` is said as soon as the bank is asked; the money is taken with its yes.
    if text == "true":
        return Condition("captured AND status = 'success' AND capture_status IS DISTINCT FROM 'pending'", {})
    if text == "false":
        # As payments_authorised has it.
        return Condition("status = 'success' AND (NOT captured OR capture_status = 'pending')", {})
    raise ValueError("be true or false")


PAYMENTS: Final = Listing(
    name="payments",
    select=f"SELECT {COLUMNS} FROM payments",  # noqa: S608 - a constant
    row=Payment,
    columns=(
        "id",
        "order_id",
        "amount",
        "currency",
        "method",
        "vpa",
        "card_network",
        "card_last4",
        "status",
        "captured",
        "capture",
        "amount_captured",
        "amount_refunded",
        "refunded",
        "error_code",
        "error_description",
        "expires_at",
        "created_at",
        "updated_at",
        "capture_status",
        "void_status",
        "review_reason",
        "account_id",
        "flow",
        "return_url",
        "processor",
        "processor_reference",
        "decline_code",
        "bank",
        "wallet",
    ),
    money=("amount", "amount_captured", "amount_refunded"),
    beside=Beside("order_id", ("receipt", "notes"), select_references, {"receipt": "receipt_123", "notes": {}}),
    filters=(
        one_of("status", get_args(PaymentStatus), _OF_STATUS, _HINTS),
        Filter(
            "captured",
            _read_captured,
            {"type": "boolean"},
            "`true`: only payments whose money was taken. `false`: only authorised ones whose money is not.",
            "false",
        ),
        one_of("method", METHODS, "Only payments by this method."),
        id_of("order_id", "order", "Only tries to pay this order."),
        CURRENCY,
        *TIMES,
        *AMOUNTS,
        search("An id of a payment or an order, the last four digits of a card, or how a VPA begins.", _find),
    ),
)

NEWEST: Final = 100
"""How many payments `GET /payments` without any parameter shows."""


async def select_newest(tx: Connection, caller: Caller) -> list[Payment]:
    """The caller's newest payments, at most `NEWEST`."""
    page = await select_page(tx, PAYMENTS, caller, Query(NEWEST, (), b""))
    return page.rows

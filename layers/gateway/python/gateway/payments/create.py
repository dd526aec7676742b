"""Create a payment: one try to pay an order."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from gateway.cards.check import card_network, read_card
from gateway.cards.model import Card
from gateway.cards.vault import seal_card
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, NotFound
from gateway.ids import is_id, new_id
from gateway.orders.model import Order
from gateway.orders.queries import select_order_to_pay
from gateway.orders.terms import OrderToPay
from gateway.payments.events import payment_event
from gateway.payments.model import VPA_MAX_LENGTH, VPA_PATTERN, Payment
from gateway.payments.queries import insert_payment
from gateway.processors.choose import require_processor
from gateway.tenancy.model import Caller
from gateway.validation import refuse_near_misses

FIELDS: Final = frozenset({"order_id", "method", "vpa", "card"})
"""What is read of the body. Amount and currency may be sent as well, and are the order's all the same."""


def read_order_id(body: dict[str, Any]) -> str:
    """The id of the order to pay. Raises `BadRequest`."""
    if "order_id" not in body:
        refuse_near_misses(body, FIELDS)
    order_id = body.get("order_id")
    if not isinstance(order_id, str):
        raise BadRequest("order_id is required", field="order_id")
    return order_id


async def find_order_to_pay(tx: Connection, caller: Caller, body: dict[str, Any]) -> OrderToPay:
    """The caller's order that the body names. Raises `BadRequest` and `NotFound`."""
    order_id = read_order_id(body)
    found = await select_order_to_pay(tx, caller, order_id) if is_id(order_id, "order") else None
    if found is None:
        raise NotFound("Order not found", field="order_id")
    return found


async def create_payment(
    tx: Connection, keyring: Keyring, to_pay: OrderToPay, body: dict[str, Any], now: datetime
) -> tuple[Payment, int]:
    """Store a pending payment of an order, to be worked on, with its two events.

    Amount and currency come from the order alone. Returns the payment and how many deliveries
    became due. Raises `ProcessorRequired`, and `BadRequest`, also when the order has expired, takes no such
    method, or has a pending or successful payment.
    """
    order = to_pay.order
    await require_processor(tx, order)
    refuse_near_misses(body, FIELDS)
    to_pay.check_time(now)
    method = body.get("method")
    if method not in ("upi", "card"):
        raise BadRequest("method must be upi or card", field="method")
    to_pay.check_method(method)
    vpa = _read_vpa(body.get("vpa")) if method == "upi" else None
    card = read_card(body.get("card"), now) if method == "card" else None
    payment = _pending_payment(order, vpa, card, now)
    created, deliveries = await insert_payment(
        tx,
        payment,
        {} if card is None else _sealed(keyring, payment, card),
        [
            payment_event(payment, "payment.created", 1, now),
            payment_event(payment, "payment.pending", 2, now),
        ],
    )
    if not created:
        raise BadRequest("Order already has a pending or successful payment", field="order_id")
    return payment, deliveries


def _read_vpa(value: Any) -> str:
    valid = isinstance(value, str) and len(value) <= VPA_MAX_LENGTH and VPA_PATTERN.fullmatch(value)
    if not valid:
        raise BadRequest("vpa must look like name@bank", field="vpa", code="INVALID_VPA")
    return str(value)


def _sealed(keyring: Keyring, payment: Payment, card: Card) -> dict[str, Any]:
    return {
        "ciphertext": seal_card(keyring, card, payment.id),
        "expiry_month": card.expiry_month,
        "expiry_year": card.expiry_year,
        "fingerprint": keyring.card_fingerprint(str(payment.merchant_id), card.number),
    }


def _pending_payment(order: Order, vpa: str | None, card: Card | None, now: datetime) -> Payment:
    payment = Payment(
        id=new_id("pay"),
        merchant_id=order.merchant_id,
        mode=order.mode,
        order_id=order.id,
        amount=order.amount,
        currency=order.currency,
        capture=order.capture,
        method="upi",
        vpa=vpa,
        card_network=None,
        card_last4=None,
        status="pending",
        captured=False,
        amount_captured=0,
        amount_refund_pending=0,
        amount_refunded=0,
        error_code=None,
        error_description=None,
        next_action=None,
        expires_at=None,
        sequence=2,
        created_at=now,
        updated_at=now,
    )
    if card is None:
        return payment
    return replace(payment, method="card", card_network=card_network(card.number), card_last4=card.last4)

"""Create a payment: one try to pay an order."""

from datetime import datetime
from typing import Any

from gateway.cards.check import card_network, read_card
from gateway.cards.model import Card
from gateway.cards.vault import seal_card
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, NotFound
from gateway.ids import is_id, new_id
from gateway.orders.model import Order
from gateway.orders.queries import select_order_to_pay
from gateway.orders.return_url import read_return_url
from gateway.orders.terms import OrderToPay
from gateway.payments.events import payment_event
from gateway.payments.model import Payment
from gateway.payments.queries import insert_payment
from gateway.payments.read_body import (
    FIELDS,
    check_instrument,
    read_flow,
    read_instrument,
    read_method,
    read_vpa,
    refuse_card,
)
from gateway.processors.capabilities import Method
from gateway.processors.choose import require_processor_of
from gateway.processors.routes.choose import SIMULATED, Choice, choose_account
from gateway.tenancy.model import Caller
from gateway.validation import refuse_near_misses


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
    """Store a pending payment of an order, to be worked on, with its two events. No processor is asked.

    Amount and currency come from the order alone; who takes it is chosen here, for good. Returns the payment and
    how many deliveries became due. Raises `ProcessorRequired`, `Stopped`, and `BadRequest`, also when the order
    has expired, takes no such method, or has a pending or successful payment.
    """
    order = to_pay.order
    if not to_pay.has_routes:  # then no account of the merchant's takes anything
        require_processor_of(order.mode, None)
    refuse_near_misses(body, FIELDS)
    to_pay.check_time(now)
    method = read_method(body)
    to_pay.check_method(method)
    payment_id, flow, code = new_id("pay"), read_flow(body, method), read_instrument(body, method)
    choice = await _choose(tx, to_pay, payment_id, method, flow or code, body)
    payment, card = pending_payment(order, payment_id, body, method, flow, code, choice, now)
    created, deliveries, is_there = await insert_payment(
        tx,
        payment,
        {} if card is None else seal(keyring, payment, card),
        [
            payment_event(payment, "payment.created", 1, now),
            payment_event(payment, "payment.pending", 2, now),
        ],
    )
    if not is_there:  # removed since it was chosen, with its rules: whoever takes it now
        return await create_payment(tx, keyring, to_pay, body, now)
    if not created:
        raise BadRequest("Order already has a pending or successful payment", field="order_id")
    return payment, deliveries


def pending_payment(
    order: Order,
    payment_id: str,
    body: dict[str, Any],
    method: Method,
    flow: str | None,
    code: str | None,
    choice: Choice,
    now: datetime,
) -> tuple[Payment, Card | None]:
    """The payment that the body asks for, and the card that is to be sealed. `flow`, `code`: what `read_flow` and
    `read_instrument` have read. Raises `BadRequest`."""
    check_instrument(code, method, choice.capabilities)
    given, card = _read_given(body, method, flow, choice, now)
    return_url = read_return_url(body.get("return_url"), order.mode) or order.return_url
    given |= {"method": method, "return_url": return_url, "processor": choice.processor, "instrument": code}
    return _pending_payment(order, payment_id, choice.account_id, now, given), card


def _read_given(
    body: dict[str, Any], method: Method, flow: str | None, choice: Choice, now: datetime
) -> tuple[dict[str, Any], Card | None]:
    """What the payment is paid with: its columns, and the card that is to be sealed. Raises `BadRequest`."""
    if method == "upi":
        return {"vpa": read_vpa(body, flow, choice.capabilities), "flow": flow}, None
    if method != "card":
        return {}, None
    if choice.account_id is not None:
        refuse_card(body)
        return {}, None
    card = read_card(body.get("card"), now)
    return {"card_network": card_network(card.number), "card_last4": card.last4}, card


async def _choose(
    tx: Connection, to_pay: OrderToPay, payment_id: str, method: Method, named: str | None, body: dict[str, Any]
) -> Choice:
    """`named`: the flow, the bank or the wallet."""
    if not to_pay.has_routes:
        return SIMULATED
    order = to_pay.order
    typed = "collect" if method == "upi" and body.get("vpa") is not None else None
    return await choose_account(
        tx,
        order,
        payment_id=payment_id,
        method=method,
        currency=order.currency,
        amount=order.amount,
        network=named or typed,
        manual=order.capture == "manual",
    )


def seal(keyring: Keyring, payment: Payment, card: Card) -> dict[str, Any]:
    """The card as `insert_payment` takes it."""
    return {
        "ciphertext": seal_card(keyring, card, payment.id),
        "expiry_month": card.expiry_month,
        "expiry_year": card.expiry_year,
        "fingerprint": keyring.card_fingerprint(str(payment.merchant_id), card.number),
    }


def _pending_payment(
    order: Order, payment_id: str, account_id: str | None, now: datetime, given: dict[str, Any]
) -> Payment:
    """`given` are the fields that the body says. In one go: to replace some of so many takes as long again."""
    values = {"vpa": None, "card_network": None, "card_last4": None} | given
    return Payment(
        id=payment_id,
        merchant_id=order.merchant_id,
        mode=order.mode,
        order_id=order.id,
        amount=order.amount,
        currency=order.currency,
        capture=order.capture,
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
        account_id=account_id,
        **values,
    )

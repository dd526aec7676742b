"""What is known of a payment before its order is looked up: all but amount, currency, capture, return address."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

from gateway.encode import encode_json
from gateway.encryption import Keyring
from gateway.events.publish import encode_payload
from gateway.idempotency.model import RequestKey, kept_under
from gateway.ids import is_id, new_id
from gateway.orders.model import Order
from gateway.payments.create import pending_payment, read_order_id, seal
from gateway.payments.events import payment_event
from gateway.payments.read_body import FIELDS, read_flow, read_instrument, read_method
from gateway.processors.routes.choose import SIMULATED
from gateway.tenancy.model import Caller
from gateway.validation import refuse_near_misses

# Stand in a body for what the order says. Private characters of Unicode: whatever a payment shows is ASCII.
_AMOUNT, _CURRENCY, _CAPTURE, _RETURN_URL = "\ue000", "\ue001", "\ue002", "\ue003"
_PLACES: Final = (
    ("%", "%%"),
    (f'"{_AMOUNT}"', "%1$s"),
    (_CURRENCY, "%2$s"),
    (_CAPTURE, "%3$s"),
    (f'"{_RETURN_URL}"', "%4$s"),
)


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """`row`: as `ACCEPT_PAYMENTS` reads it. Of those with the same key or order one goes at a time."""

    id: str
    order_id: str
    key: str | None
    row: dict[str, Any]


def draft_payment(
    keyring: Keyring, caller: Caller, body: dict[str, Any], key: RequestKey | None, now: datetime, *, public: bool
) -> PaymentDraft | None:
    """The payment that the body asks of the simulated bank; `public`: answered to a shopper's page.

    None for an order that cannot be. Raises `BadRequest` for what no order could be paid with.
    """
    order_id = read_order_id(body)
    if not is_id(order_id, "order"):
        return None
    refuse_near_misses(body, FIELDS)
    method = read_method(body)
    flow, code = read_flow(body, method), read_instrument(body, method)
    order, payment_id = _any_order(caller, order_id, now), new_id("pay")
    payment, card = pending_payment(order, payment_id, body, method, flow, code, SIMULATED, now)
    sealed = {} if card is None else seal(keyring, payment, card)
    created = payment_event(payment, "payment.created", 1, now)
    pending = replace(created, type="payment.pending", sequence=2)
    created_id, pending_id = new_id("evt"), new_id("evt")
    answer, *payloads = _templates(
        encode_json(payment.as_public_json() if public else payment.as_json()).decode(),
        encode_payload(created_id, created),
        encode_payload(pending_id, pending),
    )
    row = {
        "id": payment.id,
        "order_id": order_id,
        "method": method,
        "vpa": payment.vpa,
        "card_network": payment.card_network,
        "card_last4": payment.card_last4,
        "card_expiry_month": sealed.get("expiry_month"),
        "card_expiry_year": sealed.get("expiry_year"),
        "card_fingerprint": _hex(sealed.get("fingerprint")),
        "card": _hex(sealed.get("ciphertext")),
        "at": now,
        "flow": payment.flow,
        "return_url": None if payment.return_url == _RETURN_URL else payment.return_url,
        "processor": payment.processor,
        "instrument": payment.instrument,
        **kept_under(key),
        "answer": answer,
        "created_id": created_id,
        "created": payloads[0],
        "pending_id": pending_id,
        "pending": payloads[1],
    }
    return PaymentDraft(payment.id, order_id, None if key is None else key.key, row)


def _any_order(caller: Caller, order_id: str, now: datetime) -> Order:
    """The order with places in it for what only the database knows. It is in no row: only texts are made of it."""
    return Order(
        id=order_id,
        merchant_id=caller.merchant_id,
        mode=caller.mode,
        amount=cast(int, _AMOUNT),
        currency=_CURRENCY,
        receipt=None,
        notes={},
        capture=cast(Any, _CAPTURE),
        status="created",
        created_at=now,
        updated_at=now,
        return_url=_RETURN_URL,
    )


def _templates(*bodies: str) -> list[str]:
    """The bodies as formats of Postgres's `format()`: all in one go, as no body has a line break in it."""
    text = "\n".join(bodies)
    for place, specifier in _PLACES:
        text = text.replace(place, specifier)
    return text.split("\n")


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()

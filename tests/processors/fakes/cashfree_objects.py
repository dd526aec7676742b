"""Objects as Cashfree answers them: the fields that its documents and the types of its SDK show.

Inside the fake amounts are integers of the currency's least unit, under the names that they have there; `as_wire`
writes them as Cashfree does, in major units. Digits stand in a table of this file: the connector's is judged.
"""

import secrets
from datetime import datetime, timedelta, timezone
from typing import Any

Entity = dict[str, Any]

INDIA = timezone(timedelta(hours=5, minutes=30))
DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3}
"""Of all others two."""

_AMOUNTS = {
    *("order_amount", "payment_amount", "captured_amount", "refund_amount", "dispute_amount", "event_amount"),
    *("event_settlement_amount", "event_service_charge", "event_service_tax", "amount_settled"),
    *("settlement_charge", "settlement_tax"),
}


def number() -> str:
    """An id as theirs: ten digits."""
    return str(1_000_000_000 + secrets.randbelow(8_999_999_999))


def iso(now: float) -> str:
    """India's time."""
    return datetime.fromtimestamp(int(now), INDIA).isoformat()


def as_wire(value: Any, currency: str) -> Any:
    """With amounts in major units: `500`, `10.34`. Names that begin with `_` are the fake's own."""
    if isinstance(value, list):
        return [as_wire(one, currency) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: major(inner, currency) if name in _AMOUNTS and inner is not None else as_wire(inner, currency)
        for name, inner in value.items()
        if not name.startswith("_")
    }


def major(amount: int, currency: str) -> int | float:
    """As JSON writes it."""
    whole, rest = divmod(amount, 10 ** DIGITS.get(currency, 2))
    return whole if not rest else float(f"{whole}.{rest:0{DIGITS.get(currency, 2)}d}")


def order(fields: Entity, amount: int, now: float) -> Entity:
    """An order that nobody has tried to pay."""
    return {
        "cf_order_id": number(),
        "order_id": fields["order_id"],
        "entity": "order",
        "order_currency": fields["order_currency"],
        "order_amount": amount,
        "order_status": "ACTIVE",
        "payment_session_id": f"session_{secrets.token_urlsafe(48)}payment",
        "order_expiry_time": iso(now + 30 * 86400),
        "order_note": None,
        "created_at": iso(now),
        "order_splits": [],
        "customer_details": fields["customer_details"],
        "order_meta": {"return_url": None, "notify_url": None, **fields.get("order_meta", {})},
        "order_tags": None,
        "cart_details": None,
    }


def payment(of: Entity, now: float, **given: Any) -> Entity:
    """A try to pay an order, begun. `given`: `last4`, `network`, `vpa`, `channel` (of UPI: `qrcode`,
    `link`), and `amount` or `currency` to be wrong."""
    by_upi = of["order_meta"].get("payment_methods") == "upi"
    upi = {"upi": {"channel": given.get("channel", "qrcode"), "upi_id": given.get("vpa", "shopper@fakebank")}}
    card = {
        "card": {
            "channel": "link",
            # Masked by Cashfree itself, in its own letters.
            "card_number": f"{'X' * 12}{given.get('last4', '4738')}",
            "card_network": given.get("network", "visa"),
            "card_type": "credit_card",
            "card_country": "IN",
            "card_bank_name": "KOTAK MAHINDRA BANK",
        }
    }
    return {
        "cf_payment_id": number(),
        "order_id": of["order_id"],
        "entity": "payment",
        "error_details": None,
        "is_captured": False,
        "order_amount": of["order_amount"],
        "payment_group": "upi" if by_upi else "credit_card",
        "payment_currency": given.get("currency", of["order_currency"]),
        "payment_amount": given.get("amount", of["order_amount"]),
        "payment_time": iso(now),
        "payment_completion_time": None,
        "payment_status": "PENDING",
        "payment_message": None,
        "bank_reference": None,
        "auth_id": None,
        "order_currency": of["order_currency"],
        "authorization": None,
        "payment_method": upi if by_upi else card,
        "_began": now,
    }


def failed(reason: str) -> Entity:
    """The fields of a try that came to nothing. `reason`: an `error_reason`, or a code of the UPI network."""
    is_raw = reason.isupper() or reason.isdigit() or (len(reason) == 2 and reason.isalnum())
    details = {
        "error_code": "TRANSACTION_DECLINED",
        "error_description": f"The payment failed: {reason}",
        "error_reason": None if is_raw else reason,
        "error_source": "bank",
        "error_code_raw": reason if is_raw else None,
    }
    if reason in ("USER_DROPPED", "CANCELLED"):
        return {"payment_status": reason, "error_details": None}
    return {"payment_status": "FAILED", "error_details": details}


def authorization(action: str, amount: int | None, now: float, status: str = "SUCCESS") -> Entity:
    """What was asked of a hold."""
    taken = {} if amount is None else {"captured_amount": amount}
    return {"action": action, "status": status, "action_reference": number(), "action_time": iso(now), **taken}


def refund(of: Entity, amount: int, fields: Entity, status: str, now: float) -> Entity:
    """A refund of a payment."""
    return {
        "cf_payment_id": of["cf_payment_id"],
        "cf_refund_id": number(),
        "order_id": of["order_id"],
        "refund_id": fields.get("refund_id") or f"refund_{number()}",
        "entity": "refund",
        "refund_amount": amount,
        "refund_currency": of["payment_currency"],
        "refund_note": fields.get("refund_note"),
        "refund_status": status,
        "refund_arn": None,
        "refund_charge": 0,
        "status_description": "In Progress" if status == "PENDING" else status.capitalize(),
        "metadata": None,
        "refund_splits": [],
        "refund_type": fields.get("_type", "MERCHANT_INITIATED"),
        "refund_mode": "STANDARD",
        "created_at": iso(now),
        "processed_at": iso(now) if status == "SUCCESS" else None,
        "_made": now,
    }


def dispute(of: Entity, amount: int, now: float) -> Entity:
    """A dispute of a payment."""
    order_details = {name: of[name] for name in ("order_id", "order_currency", "order_amount", "cf_payment_id")}
    order_details |= {name: of[name] for name in ("payment_currency", "payment_amount")}
    return {
        "dispute_id": int(number()),
        "dispute_type": "CHARGEBACK",
        "reason_code": "1402",
        "reason_description": "Duplicate Processing",
        "dispute_amount": amount,
        "dispute_amount_currency": of["payment_currency"],
        "created_at": iso(now),
        "respond_by": iso(now + 7 * 86400),
        "updated_at": iso(now),
        "resolved_at": None,
        "dispute_status": "CHARGEBACK_CREATED",
        "cf_dispute_remarks": "Dispute is created, please take action",
        "order_details": order_details,
    }


def recon(kind: str, event_id: str, amount: int, currency: str, at: float, **parts: Entity) -> Entity:
    """An event of a report. `parts`: `order`, `payment`, `settlement`, `refund`, `dispute`, more of `event`."""
    told = {
        "event_id": event_id,
        "event_type": kind,
        "event_settlement_amount": amount,
        "event_amount": amount,
        "sale_type": "CREDIT",
        "event_status": "SUCCESS",
        "entity": "recon",
        "event_time": iso(at),
        "event_currency": currency,
        "event_service_charge": 0,
        "event_service_tax": 0,
    }
    names = ("order", "customer", "payment", "settlement", "dispute", "refund")
    rest = {f"{name}_details": parts.get(name, {}) for name in names}
    return {"event_details": told | parts.get("event", {}), **rest}


def event(kind: str, currency: str, now: float, **data: Any) -> Entity:
    """What a webhook would tell. `id` goes into a header, and not into the body."""
    wired = as_wire(data, currency)
    return {"id": secrets.token_urlsafe(32) + "=", "data": wired, "event_time": iso(now), "type": kind}


def error(message: str, code: str = "request_invalid", kind: str = "invalid_request_error") -> Entity:
    """A refusal's body."""
    hint = "Check latest errors and resolution from Merchant Dashboard API logs"
    return {"message": message, "help": hint, "code": code, "type": kind}

"""Objects as Razorpay answers them: the fields that its documents and samples show. Amounts in minor units."""

import secrets
import string
from typing import Any

Entity = dict[str, Any]

ACCOUNT = "acc_FAKEfakeFAKE01"
LETTERS = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    """`order_…`: fourteen letters, as theirs have."""
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(14))}"


def order(fields: Entity, now: int) -> Entity:
    """An order that nobody has tried to pay. How it is to be captured is not told, as there."""
    return {
        "id": new_id("order"),
        "entity": "order",
        "amount": fields["amount"],
        "amount_paid": 0,
        "amount_due": fields["amount"],
        "currency": fields["currency"],
        "receipt": fields.get("receipt"),
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": fields.get("notes") or [],
        "created_at": now,
    }


def payment(of: Entity, method: str, now: int, **given: Any) -> Entity:
    """A try to pay an order, begun. `given`: `last4`, `network`, `vpa`, `bank`, `wallet`, and `amount` or
    `currency` to be wrong."""
    with_card = method == "card"
    vpa = given.get("vpa", "shopper@fakebank") if method == "upi" else None
    return {
        "id": new_id("pay"),
        "entity": "payment",
        "amount": given.get("amount", of["amount"]),
        "currency": given.get("currency", of["currency"]),
        "status": "created",
        "order_id": of["id"],
        "invoice_id": None,
        "international": False,
        "method": method,
        "amount_refunded": 0,
        "refund_status": None,
        "captured": False,
        "description": None,
        "card_id": new_id("card") if with_card else None,
        "bank": given.get("bank"),
        "wallet": given.get("wallet"),
        "vpa": vpa,
        "email": "void@example.com",
        "contact": "+919999999999",
        "notes": of["notes"],
        "fee": None,
        "tax": None,
        "error_code": None,
        "error_description": None,
        "error_source": None,
        "error_step": None,
        "error_reason": None,
        "acquirer_data": {"auth_code": None} if with_card else {"rrn": None},
        "created_at": now,
    } | ({"upi": {"vpa": vpa}} if vpa else {})


def card(of: Entity, last4: str, network: str) -> Entity:
    """The card of a payment; told only where it is asked for (`expand[]=card`)."""
    return {
        "id": of["card_id"],
        "entity": "card",
        "name": "",
        "last4": last4,
        "network": network,
        "type": "credit",
        "issuer": "HDFC",
        "international": False,
        "emi": False,
        "sub_type": "consumer",
    }


def failed(reason: str) -> Entity:
    """The fields of a payment that came to nothing."""
    return {
        "status": "failed",
        "error_code": "GATEWAY_ERROR" if reason == "payment_timed_out" else "BAD_REQUEST_ERROR",
        "error_description": f"The payment failed: {reason.replace('_', ' ')}",
        "error_source": "customer",
        "error_step": "payment_authorization",
        "error_reason": reason,
    }


def refund(of: Entity, amount: int, fields: Entity, status: str, now: int) -> Entity:
    """A refund of a payment."""
    return {
        "id": new_id("rfnd"),
        "entity": "refund",
        "amount": amount,
        "currency": of["currency"],
        "payment_id": of["id"],
        "notes": fields.get("notes") or [],
        "receipt": fields.get("receipt"),
        "acquirer_data": {"arn": None},
        "created_at": now,
        "batch_id": None,
        "status": status,
        "speed_processed": "normal",
        "speed_requested": fields.get("speed", "normal"),
    }


def dispute(of: Entity, amount: int, now: int) -> Entity:
    """A dispute of a payment."""
    return {
        "id": new_id("disp"),
        "entity": "dispute",
        "payment_id": of["id"],
        "amount": amount,
        "currency": of["currency"],
        "amount_deducted": 0,
        "reason_code": "goods_or_services_not_received_or_partially_received",
        "respond_by": now + 7 * 86400,
        "status": "open",
        "phase": "chargeback",
        "created_at": now,
        "evidence": {"amount": amount, "summary": None, "submitted_at": None},
    }


def line(entity: Entity, kind: str, credit: int, debit: int, settlement: Entity, **more: Any) -> Entity:
    """A line of the settlement report."""
    return {
        "entity_id": entity["id"],
        "type": kind,
        "debit": debit,
        "credit": credit,
        "amount": entity["amount"],
        "currency": entity["currency"],
        "fee": 0,
        "tax": 0,
        "on_hold": False,
        "settled": True,
        "created_at": entity["created_at"],
        "settled_at": settlement["created_at"],
        "settlement_id": settlement["id"],
        "posted_at": None,
        "credit_type": "default",
        "description": None,
        "notes": None,
        "payment_id": None,
        "settlement_utr": settlement["utr"],
        "order_id": None,
        "order_receipt": None,
        "method": None,
        "card_network": None,
        "card_issuer": None,
        "card_type": None,
        "dispute_id": None,
    } | more


def settlement(now: int) -> Entity:
    """What is paid out to the merchant's bank; the sum is filled in with its lines."""
    return {
        "id": new_id("setl"),
        "entity": "settlement",
        "amount": 0,
        "status": "processed",
        "fees": 0,
        "tax": 0,
        "utr": f"{now}{secrets.token_hex(3)}",
        "created_at": now,
    }


def event(kind: str, now: int, **entities: Entity) -> Entity:
    """What a webhook would tell: snapshots. `id` goes into a header, and not into the body."""
    return {
        "id": new_id("evt")[4:],
        "entity": "event",
        "account_id": ACCOUNT,
        "event": kind,
        "contains": list(entities),
        "payload": {name: {"entity": dict(entity)} for name, entity in entities.items()},
        "created_at": now,
    }


def error(text: str, field: str | None = None, reason: str = "input_validation_failed") -> Entity:
    """A refusal's body."""
    told = {"code": "BAD_REQUEST_ERROR", "description": text, "source": "business", "step": "payment_initiation"}
    return {"error": told | {"reason": reason, "metadata": {}} | ({"field": field} if field else {})}

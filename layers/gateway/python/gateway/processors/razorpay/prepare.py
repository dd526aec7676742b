"""Make the order that the shopper pays. It moves no money.

Razorpay has no idempotency key for orders. An account can be set to refuse a receipt that it has seen, others take
it twice; so before an order is made again it is looked for by its receipt, which is our payment id, and a receipt
that is refused is looked for as well.
"""

from typing import Any

from gateway.processors.protocol import Declined, Misconfigured, Operation, Prepared, Unknown
from gateway.processors.razorpay.answers import FIELDS
from gateway.processors.razorpay.calls import Api, Entity, Refusal
from gateway.processors.razorpay.orders import find_order
from gateway.processors.razorpay.units import AUTOMATIC_MINUTES, CAPABILITIES, MANUAL_MINUTES
from gateway.processors.reading import after_sending, declined, read_id, require_mode


def order_body(op: Operation) -> dict[str, Any]:
    """The order, captured by nobody but us."""
    minutes = AUTOMATIC_MINUTES if op.capture else MANUAL_MINUTES
    options = {"manual_expiry_period": minutes, "refund_speed": "normal"}
    return {
        "amount": op.amount,
        "currency": op.currency,
        "receipt": op.payment_id,
        "notes": {"payment_id": op.payment_id},
        "payment": {"capture": "manual", "capture_options": options},
    }


async def prepare_order(api: Api, op: Operation) -> Prepared | Declined:
    """Make the order, or find the one that an earlier try has made. What Razorpay does not take is not sent."""
    require_mode(op, api.mode)
    if reason := CAPABILITIES.why_not(op.method, op.currency, op.amount, manual=not op.capture):
        raise Misconfigured(f"Razorpay {reason}")
    earlier = await find_order(api, op) if op.first_sent_at is not None else None
    answer = earlier or await api.post("/v1/orders", order_body(op))
    if not isinstance(answer, Refusal):
        return _prepared(api, op, answer)
    if "receipt" in answer.text.lower():
        with after_sending():
            known = await find_order(api, op)
        if known is not None:
            return _prepared(api, op, known)
        raise Unknown("a receipt that Razorpay refuses, and does not find", raw=answer.raw)
    if "amount" in answer.text.lower():
        return declined("LIMIT_EXCEEDED", raw=answer.raw, mode=api.mode)
    raise Misconfigured(f"Razorpay refuses an order: {answer.text}", raw=answer.raw)


def _prepared(api: Api, op: Operation, order: Entity) -> Prepared:
    """An order of another sum is shown to nobody: whoever paid it would have paid the wrong one."""
    if (order.get("amount"), order.get("currency")) != (op.amount, op.currency):
        raise Unknown("an order with another amount or currency than ours")
    return Prepared(read_id(order), FIELDS, {"order_id": read_id(order), "key_id": api.key_id})

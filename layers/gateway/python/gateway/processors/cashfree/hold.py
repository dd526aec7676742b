"""Take what is held, or release it: each can be done once, so a key would protect nothing.

A refusal is not believed: the payment is read, and what is already captured or void is a yes.
"""

from gateway.processors.cashfree.answers import approved, paid_by, payments_of, state_of, told_payment
from gateway.processors.cashfree.calls import CONFLICT, Api, Entity, Refusal, order_path
from gateway.processors.cashfree.units import UNTOLD, to_major
from gateway.processors.codes import Code
from gateway.processors.protocol import Absent, Answer, Approved, Operation, Pending, Unknown
from gateway.processors.reading import after_sending, declined, read_name, require_mode


async def capture(api: Api, op: Operation) -> Answer:
    """Take `op.amount`; what is not taken of the hold is released."""
    require_mode(op, api.mode)
    amount = to_major(op.amount, op.currency)
    if amount is None:
        return declined("CAPTURE_REFUSED", mode=api.mode, raw=UNTOLD)
    return await _do(api, op, {"action": "CAPTURE", "amount": amount}, "CAPTURE_REFUSED")


async def void(api: Api, op: Operation) -> Answer:
    """Release the hold."""
    require_mode(op, api.mode)
    return await _do(api, op, {"action": "VOID"}, "NOT_PERMITTED")


async def look_up_hold(api: Api, op: Operation) -> Answer | Absent:
    """What became of a capture or void, by the payment's state. Held: none has come, it may be sent."""
    return _read(api, op, await _charge_of(api, op))


async def _do(api: Api, op: Operation, body: Entity, refused: Code) -> Answer:
    """An order is all that it can be told: which payment in it was meant, its answer has to say."""
    sent = await api.send("POST", f"{order_path(op)}/authorization", body)
    if isinstance(sent, Refusal):
        with after_sending():
            payment = await _charge_of(api, op)
    elif op.charge is not None and read_name(sent, "cf_payment_id") != op.charge:
        raise Unknown("an answer about another payment of this order")
    else:
        payment = sent
    answer = _read(api, op, payment)
    if not isinstance(answer, Absent):
        return answer
    if isinstance(sent, Refusal) and sent.status != CONFLICT:
        return declined(refused, **told_payment(payment, api.mode) | {"raw": sent.raw})
    raise Unknown("a hold that stands as it did, and was said to have changed")


async def _charge_of(api: Api, op: Operation) -> Entity:
    """The payment that a capture or void is about: by its id, else the one of our order that counts."""
    payments = await payments_of(api, op)
    known = [one for one in payments if read_name(one, "cf_payment_id") == op.charge]
    known += paid_by(payments, None) or [one for one in payments if state_of(one) == "voided"]
    if known:
        return known[0]
    raise Unknown("an order without the payment that was held")


def _read(api: Api, op: Operation, payment: Entity) -> Answer | Absent:
    """What became of a capture or a void; `Absent`: the hold stands as it did."""
    said, state = told_payment(payment, api.mode), state_of(payment)
    if state == "held":
        return Absent(mode=api.mode)
    if state in ("capturing", "voiding", "pending"):
        return Pending(**said)
    if op.kind == "capture":
        return approved(payment, api.mode) if state == "captured" else declined("CAPTURE_REFUSED", **said)
    return declined("NOT_PERMITTED", **said) if state == "captured" else Approved(**said, captured=False)

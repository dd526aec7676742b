"""Take what was authorised. Razorpay has no key for it, but a payment is captured once and only in full.

So it is read before, and where a capture is refused, read again: what is captured is a yes, whoever captured it. A
refusal's text decides nothing. Another amount than the authorised one is theirs to refuse.
"""

from gateway.processors.protocol import Absent, Answer, Operation, Pending, Unknown
from gateway.processors.razorpay.answers import approved, paid_by, state_of, told_payment
from gateway.processors.razorpay.calls import Api, Entity, Refusal, safe_id
from gateway.processors.razorpay.orders import find_order, payments_of
from gateway.processors.reading import after_sending, declined, read_id, require_mode


async def get_charge(api: Api, op: Operation) -> Entity:
    """The payment that was authorised: by its id, else the one of our order that counts."""
    charge = op.charge
    if charge is None:
        order = await find_order(api, op)
        paid = paid_by((await payments_of(api, order))[0], None) if order is not None else []
        charge = read_id(paid[0]) if paid else None
    return await api.get(f"/v1/payments/{safe_id(charge, 'payment')}", **{"expand[]": "card"})


async def capture(api: Api, op: Operation) -> Answer:
    """Capture `op.amount`, which has to be all of it."""
    require_mode(op, api.mode)
    payment = await get_charge(api, op)
    if state_of(payment) != "authorized":
        return _read(api, payment)
    body = {"amount": op.amount, "currency": op.currency}
    sent = await api.post(f"/v1/payments/{safe_id(read_id(payment), 'payment')}/capture", body)
    if isinstance(sent, Refusal):
        with after_sending():
            return _read(api, await get_charge(api, op), sent.raw)
    if read_id(sent) != read_id(payment) or state_of(sent) != "captured":
        raise Unknown("a capture that was accepted, and is not told as captured")
    return approved({**sent, "card": payment.get("card")}, api.mode)


async def look_up_capture(api: Api, op: Operation) -> Answer | Absent:
    """By the payment's state. Held: no capture has come, it may be sent."""
    payment = await get_charge(api, op)
    return Absent(mode=api.mode) if state_of(payment) == "authorized" else _read(api, payment)


def _read(api: Api, payment: Entity, refusal: str | None = None) -> Answer:
    """Captured is a yes; a hold that they refuse to capture, and what failed or was given back, a no."""
    said, state = told_payment(payment, api.mode), state_of(payment)
    if state == "captured":
        return approved(payment, api.mode)
    return (
        Pending(**said) if state == "created" else declined("CAPTURE_REFUSED", **{**said, "raw": refusal or state})
    )

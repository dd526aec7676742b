"""Razorpay has no void. What nobody captures is given back by itself when the order's expiry is over."""

from gateway.processors.protocol import Answer, Approved, Operation, Pending
from gateway.processors.razorpay.answers import state_of, told_payment
from gateway.processors.razorpay.calls import Api
from gateway.processors.razorpay.capture import get_charge
from gateway.processors.reading import declined


async def void(api: Api, op: Operation) -> Answer:
    """Nothing is sent, whether it is asked or looked up: pending until Razorpay has given the money back."""
    payment = await get_charge(api, op)
    said, state = told_payment(payment, api.mode), state_of(payment)
    if state in ("authorized", "created"):
        return Pending(**said, ask_after=3600)
    return declined("NOT_PERMITTED", **said) if state == "captured" else Approved(**said, captured=False)

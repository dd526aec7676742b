"""What became of an operation, by its kind."""

from dataclasses import replace

from gateway.processors.protocol import Absent, ActionRequired, Answer, Approved, Operation
from gateway.processors.razorpay.answers import read_order
from gateway.processors.razorpay.calls import Api
from gateway.processors.razorpay.capture import look_up_capture
from gateway.processors.razorpay.orders import find_order, payments_of
from gateway.processors.razorpay.refund import look_up_refund
from gateway.processors.razorpay.void import void
from gateway.processors.reading import read_sum


async def look_up(api: Api, op: Operation) -> Answer | Absent:
    """A refund, a capture, a release, or else the payment."""
    match op.kind:
        case "refund":
            return await look_up_refund(api, op)
        case "capture":
            return await look_up_capture(api, op)
        case "void":
            return await void(api, op)
    return await _look_up_payment(api, op)


async def _look_up_payment(api: Api, op: Operation) -> Approved | ActionRequired | Absent:
    """How the payment stands: its order and every try in it.

    The caller compares the sum with ours. Where the payment's is right and the order's is not, that one is told.
    """
    order = await find_order(api, op)
    if order is None:
        return Absent(mode=api.mode)
    answer = read_order(order, (await payments_of(api, order))[0], api.mode, op.charge)
    if (answer.amount, answer.currency) != (op.amount, op.currency):
        return answer
    amount, currency = read_sum(order)
    return replace(answer, amount=amount, currency=currency)

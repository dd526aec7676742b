"""No order can be cancelled at Razorpay. We close it: nobody captures what comes later, and it goes back."""

from datetime import datetime, timedelta
from typing import Final

from gateway.processors.protocol import Approved, Closed, Operation, Pending
from gateway.processors.razorpay.answers import read_order, state_of, told
from gateway.processors.razorpay.calls import Api, Entity, age
from gateway.processors.razorpay.orders import find_order, payments_of
from gateway.processors.reading import read_id

IN_FLIGHT: Final = timedelta(minutes=15)
"""How long a try that was begun may still end well. Razorpay gives a bank ten minutes and then calls it failed."""


async def close(api: Api, op: Operation) -> Closed | Approved | Pending:
    """Paid (held or taken): told, the caller decides. A try under way: not yet. Else closed.

    The caller records that it never captures this order from here on. Money that is authorised later (a failed try
    can be, for three days) is given back by Razorpay.
    """
    order = await find_order(api, op)
    if order is None:
        return Closed(mode=api.mode)
    payments, now = await payments_of(api, order)
    answer, said = read_order(order, payments, api.mode, op.charge), told(order, api.mode, read_id(order))
    if isinstance(answer, Approved):
        return answer
    under_way = any(_is_under_way(payment, now) for payment in payments)
    return Pending(**said, ask_after=60) if under_way else Closed(**said)


def _is_under_way(payment: Entity, now: datetime | None) -> bool:
    """By Razorpay's own clock, which its answers tell; where they do not, every begun try is under way."""
    return state_of(payment) == "created" and (now is None or now - age(payment)[0] < IN_FLIGHT)

"""Play the shopper in front of the simulated bank."""

from typing import Any

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.payments.queries import make_due
from gateway.processors.choose import processor_of
from gateway.processors.registry import SIMULATED
from gateway.processors.test_bank import decide
from gateway.tenancy.model import Caller


async def decide_payment(tx: Connection, owner: Caller, payment_id: str, result: Any) -> None:
    """Pass (`success`) or fail (`failure`) the challenge or approval that a payment waits for.

    Raises `BadRequest`, and `NotFound` for a payment that is not the simulated bank's, as no live one is.
    """
    if result not in ("success", "failure"):
        raise BadRequest("result must be success or failure", field="result")
    if processor_of(owner.mode) != SIMULATED.name:
        raise NotFound("Payment not found")
    if not await decide(tx, payment_id, approve=result == "success"):
        raise BadRequest("The bank is not waiting for the shopper")
    await make_due(tx, payment_id)

"""Have money paid back that nobody expected, and that waits for a person."""

from datetime import datetime

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.ids import is_id
from gateway.processors.stops.hold import refuse_when_stopped
from gateway.tenancy.model import Caller
from gateway.unexpected.model import ListedMoney
from gateway.unexpected.queries import ask_refund, select_unexpected


async def pay_back(tx: Connection, caller: Caller, money_id: str, now: datetime) -> ListedMoney:
    """Ask for it; the worker sends it. Raises `NotFound`, `BadRequest` where nothing is to be decided."""
    money = await select_unexpected(tx, caller, money_id) if is_id(money_id, "unex") else None
    if money is None:
        raise NotFound("Unexpected payment not found")
    await refuse_when_stopped(tx, caller, "refunds", money.account_id)
    if await ask_refund(tx, caller, money_id, now) is not None:
        asked = await select_unexpected(tx, caller, money_id)
        assert asked is not None
        return asked
    if money.taken_back_at is not None:
        raise BadRequest("The processor took its refund back: settle it in the processor's own dashboard")
    raise BadRequest("Nothing is to be decided about this unexpected payment")


async def retry_pay_back(tx: Connection, caller: Caller, money_id: str, now: datetime) -> None:
    """The same, only of what is in review: what is `kept` was never asked to go back. Raises as `pay_back`."""
    money = await select_unexpected(tx, caller, money_id)
    if money is None:
        raise NotFound("Unexpected payment not found")
    if money.status != "review":
        raise BadRequest("This job does not wait for a person")
    await pay_back(tx, caller, money_id, now)

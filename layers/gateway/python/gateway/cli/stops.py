"""What the operator's commands do with stops: set and end them, and tell the audit log of each whom they reach."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from gateway.cli.operator import operator, tell_audit
from gateway.database import Connection
from gateway.processors.accounts.model import Account
from gateway.processors.stops.model import Covers, Stop
from gateway.processors.stops.queries import delete_stop, insert_stop, select_live_merchants

RefundsOption = Annotated[
    bool, typer.Option("--refunds", help="Refunds, in place of new payments: a second switch.")
]
ReasonOption = Annotated[str, typer.Option(help="For those who meet the stop, and for the audit log.")]
MOST_REASON: Final = 255


def covered(refunds: bool) -> Covers:
    """The switch that is meant."""
    return "refunds" if refunds else "payments"


def read_reason(text: str) -> str | None:
    """Raises `typer.BadParameter` for what is too long."""
    if len(text) > MOST_REASON:
        raise typer.BadParameter(f"reason must be at most {MOST_REASON} characters")
    return text or None


async def set_stop(
    tx: Connection, whom: Account | UUID | None, covers: Covers, reason: str | None, now: datetime
) -> bool:
    """Stop an account, a merchant or everybody; false: it was. In the transaction of the caller."""
    merchant_id, account_id = _place(whom)
    is_new = await insert_stop(tx, Stop(merchant_id, account_id, covers, reason, operator().label, now))
    if is_new:
        await _tell(tx, whom, "paused", {"covers": covers, "reason": reason}, now)
    return is_new


async def end_stop(
    tx: Connection,
    whom: Account | UUID | None,
    covers: Covers,
    now: datetime,
    reason: str | None = None,
    set_at: datetime | None = None,
) -> bool:
    """End exactly this stop; false: there is none. `set_at`: only the one that was set then."""
    merchant_id, account_id = _place(whom)
    was_there = await delete_stop(tx, merchant_id, account_id, covers, set_at)
    if was_there:
        await _tell(tx, whom, "resumed", {"covers": covers, "reason": reason}, now)
    return was_there


def _place(whom: Account | UUID | None) -> tuple[UUID | None, str | None]:
    return (whom.merchant_id, whom.id) if isinstance(whom, Account) else (whom, None)


async def _tell(
    tx: Connection, whom: Account | UUID | None, what: str, details: dict[str, Any], now: datetime
) -> None:
    """Everybody's stop stands in the audit log of each merchant who has live accounts."""
    if isinstance(whom, Account):
        await tell_audit(tx, whom.merchant_id, f"processor_account.{what}", whom.id, details, now, whom.mode)
        return
    reached = [whom] if whom is not None else await select_live_merchants(tx)
    told = details | {"scope": "all" if whom is None else "merchant"}
    for one in reached:
        await tell_audit(tx, one, f"live.{what}", None, told, now, "live")

"""Set and end stops of one account, and meet them."""

from datetime import datetime

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.errors import BadRequest, Stopped
from gateway.processors.accounts.model import Account
from gateway.processors.stops.model import NO_PAYMENTS, NO_REFUNDS, RETRY_SECONDS, Covers, Stop
from gateway.processors.stops.queries import delete_stop, insert_stop, is_stopped


async def pause_account(
    tx: Connection, account: Account, covers: Covers, reason: str | None, by_whom: str, now: datetime
) -> bool:
    """Stop a live account; false: it was. Raises `BadRequest` for a test account, which moves no money."""
    refuse_test(account)
    return await insert_stop(tx, Stop(account.merchant_id, account.id, covers, reason, by_whom, now))


async def resume_account(tx: Connection, account: Account, covers: Covers) -> bool:
    """End the account's own stop; false: there was none. Wider ones stay. Raises `BadRequest`."""
    refuse_test(account)
    return await delete_stop(tx, account.merchant_id, account.id, covers)


async def refuse_when_stopped(tx: Connection, tenant: Tenant, covers: Covers, account_id: str | None) -> None:
    """Raises `Stopped` (503) where this account may not do that now. New payments meet their stop in the choice of
    their account, which may be another."""
    if await is_stopped(tx, tenant, account_id, covers):
        raise Stopped(NO_REFUNDS if covers == "refunds" else NO_PAYMENTS, retry_after=RETRY_SECONDS)


def refuse_test(account: Account) -> None:
    """Raises `BadRequest` for an account that moves no money."""
    if account.mode != "live":
        raise BadRequest("Only a live account is stopped: test mode moves no money")

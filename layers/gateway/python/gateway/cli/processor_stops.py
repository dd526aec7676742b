"""`gateway processors pause` and `resume`: the emergency stop of one account."""

import asyncio
from typing import Annotated

import typer

from gateway.cli.stops import ReasonOption, RefundsOption, covered, end_stop, read_reason, set_stop
from gateway.clock import utc_now
from gateway.database import Connection, owner_connection
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import select_accounts_by_id
from gateway.processors.stops.hold import refuse_test
from gateway.settings import load_settings

_AccountId = Annotated[str, typer.Argument(help="acct_…")]


def register(group: typer.Typer) -> None:
    """Add the commands to `gateway processors`."""
    group.command("pause")(pause)
    group.command("resume")(resume)


def pause(account_id: _AccountId, refunds: RefundsOption = False, reason: ReasonOption = "") -> None:
    """No new payment over this live account from now on; other accounts take over. Look-ups, notices and captures
    go on. For a merchant or everybody: `gateway live pause`.

    Example: gateway processors pause acct_8sHk2LmNq0PzRtVw --refunds --reason "Paid back twice"
    """
    covers, why = covered(refunds), read_reason(reason)

    async def run() -> bool:
        async with owner_connection(load_settings()) as tx, tx.transaction():
            return await set_stop(tx, await _find(tx, account_id), covers, why, utc_now())

    print(f"live {covers} of {account_id} are stopped" + ("" if asyncio.run(run()) else " (they were)"))


def resume(account_id: _AccountId, refunds: RefundsOption = False, reason: ReasonOption = "") -> None:
    """End the account's own stop. Wider ones stay: `gateway live status`.

    Example: gateway processors resume acct_8sHk2LmNq0PzRtVw --refunds
    """
    covers, why = covered(refunds), read_reason(reason)

    async def run() -> bool:
        async with owner_connection(load_settings()) as tx, tx.transaction():
            return await end_stop(tx, await _find(tx, account_id), covers, utc_now(), why)

    if not asyncio.run(run()):
        raise ValueError(f"there is no stop of live {covers} for {account_id}")
    print(f"live {covers} of {account_id} go on")


async def _find(tx: Connection, account_id: str) -> Account:
    account = (await select_accounts_by_id(tx, [account_id])).get(account_id)
    if account is None or account.status == "removed":
        raise ValueError(f"{account_id} is no processor account")
    refuse_test(account)
    return account

"""`gateway processors recover`: after a restore, before live work goes on."""

import asyncio
import json
from collections import Counter
from datetime import datetime
from typing import Annotated

import typer

from gateway.cli.operator import operator, tell_audit
from gateway.clock import utc_now
from gateway.database import Connection, PooledDatabase, owner_connection
from gateway.encryption import Keyring
from gateway.pages.filters import read_moment
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.opened import OpenAccounts
from gateway.processors.accounts.queries import select_accounts_by_id, select_everybodys_accounts
from gateway.processors.protocol import ProcessorError
from gateway.processors.recover import Found, adopt, list_ours
from gateway.processors.stops.model import Covers, Stop
from gateway.processors.stops.queries import delete_stop, insert_stop
from gateway.settings import Settings, load_settings
from gateway.tenancy.model import Caller

_SWITCHES: tuple[Covers, ...] = ("payments", "refunds")


def register(group: typer.Typer) -> None:
    """Add the command to `gateway processors`."""
    group.command("recover")(recover)


def recover(
    since: Annotated[str, typer.Option(help="List what was made since then (ISO 8601): before the backup.")],
    account: Annotated[str, typer.Option(help="Only this account: pacc_…")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """After a restore: adopt what the processors know and our books do not, and report what is lost.

    New live payments and refunds are stopped first, and go on when every account was listed. One line of JSON per
    object that was not known. It ends with 1 where an account could not be listed: then the stop stays.
    """
    moment = read_moment(since)
    failed = asyncio.run(_recover(load_settings(), moment, account, dry_run))
    if failed:
        raise typer.Exit(1)


async def _recover(settings: Settings, since: datetime, account_id: str, dry: bool) -> list[str]:
    async with owner_connection(settings) as tx:
        accounts = await _accounts(tx, account_id)
        only = accounts[0] if account_id else None
        stopped = [] if dry else await _stop(tx, only)
    database = PooledDatabase(settings, "gateway_worker")
    opened = OpenAccounts(database, Keyring(*settings.master_keys()), settings)
    failed: list[str] = []
    run = utc_now().strftime("%Y%m%dT%H%M%S%f")
    try:
        for one in accounts:
            try:
                await _recover_account(settings, opened, one, since, run, dry)
            except ProcessorError as error:
                failed.append(one.id)
                print(json.dumps({"account_id": one.id, "finding": "not listed", "reason": error.reason}))
    finally:
        await opened.close()
        await database.close()
    if stopped and not failed:
        async with owner_connection(settings) as tx:
            await _go_on(tx, only, stopped)
    if failed and not dry:
        print("live work stays stopped: mend what is said above and run this again, or `gateway live resume`")
    return failed


async def _accounts(tx: Connection, account_id: str) -> list[Account]:
    if not account_id:
        return await select_everybodys_accounts(tx, None)
    found = await select_accounts_by_id(tx, [account_id])
    if account_id not in found:
        raise ValueError(f"{account_id} is no processor account")
    return [found[account_id]]


async def _recover_account(
    settings: Settings, opened: OpenAccounts, account: Account, since: datetime, run: str, dry: bool
) -> None:
    """No connection is held while the processor is asked."""
    tenant, counts = Caller(account.merchant_id, account.mode), Counter[str]()
    async for batch in list_ours(opened.open(account), since):
        async with owner_connection(settings) as tx, tx.transaction():
            found = await adopt(tx, tenant, account.id, batch, run, dry=dry)
        _print(account, found)
        counts.update(one.finding for one in found)
    print(json.dumps({"account_id": account.id, "mode": account.mode, "dry_run": dry, "listed": dict(counts)}))
    if not dry:
        async with owner_connection(settings) as tx, tx.transaction():
            told = {"since": since.isoformat(), **counts}
            action = "processor_account.recovered"
            await tell_audit(tx, account.merchant_id, action, account.id, told, utc_now(), account.mode)


def _print(account: Account, found: list[Found]) -> None:
    for one in found:
        if one.finding != "known":
            print(json.dumps({"account_id": account.id, **one.as_json()}, ensure_ascii=False))


async def _stop(tx: Connection, only: Account | None) -> list[Covers]:
    """Stop live work, of one account or of everybody; which switches were not set before."""
    if only is not None and only.mode != "live":
        return []
    merchant_id, account_id = (None, None) if only is None else (only.merchant_id, only.id)
    reason, by = "after a restore: accounts are compared with our books", operator().label
    async with tx.transaction():
        return [
            covers
            for covers in _SWITCHES
            if await insert_stop(tx, Stop(merchant_id, account_id, covers, reason, by, utc_now()))
        ]


async def _go_on(tx: Connection, only: Account | None, stopped: list[Covers]) -> None:
    """End what `_stop` has set, and nothing that somebody else had set."""
    merchant_id, account_id = (None, None) if only is None else (only.merchant_id, only.id)
    async with tx.transaction():
        for covers in stopped:
            await delete_stop(tx, merchant_id, account_id, covers)

"""`gateway processors recover`: after a restore, before live work goes on."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Final

import typer

from gateway.cli.operator import operator, tell_audit
from gateway.cli.stops import end_stop, set_stop
from gateway.clock import utc_now
from gateway.database import Connection, Database, PooledDatabase, owner_connection
from gateway.encryption import Keyring
from gateway.log import get_logger
from gateway.master_key.data_keys import complete_keyring
from gateway.pages.filters import read_moment
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import select_accounts_by_id, select_everybodys_accounts
from gateway.processors.processors import Processors
from gateway.processors.protocol import ProcessorError
from gateway.processors.stops.model import Covers
from gateway.processors.stops.queries import select_stops
from gateway.restores.advice import how_to_go_on
from gateway.restores.compare import Comparison, Line
from gateway.restores.look import Looks
from gateway.restores.queries import (
    ALL,
    Recovery,
    begin_recovery,
    end_recovery,
    note_compared,
    select_recoveries,
    try_lock,
)
from gateway.settings import Settings, load_settings

_SWITCHES: Final[tuple[Covers, ...]] = ("payments", "refunds")
_WHY: Final = "after a restore: accounts are compared with our books"
_DONE: Final = "after a restore: every account was compared"
_GIVEN_UP: Final = "after a restore: the comparison was given up"


def register(group: typer.Typer) -> None:
    """Add the command to `gateway processors`."""
    group.command("recover")(recover)


def recover(
    since: Annotated[str, typer.Option(help="List what was made since then (ISO 8601): before the backup.")],
    account: Annotated[str, typer.Option(help="Only this account: acct_…")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    give_up: Annotated[
        bool, typer.Option("--give-up", help="End one that cannot: lift its stops, compare nothing more.")
    ] = False,
) -> None:
    """After a restore: adopt what the processors know and our books do not, and report what is lost.

    New live payments and refunds are stopped first, and go on when every account was compared. One line of JSON
    per object that was not known, and per payment that has changed. Where it does not get to the end, it ends with
    1, the stop stays, and it says what is stopped and how to go on; run again, it goes on where it was. One at a
    time.

    Example: gateway processors recover --since 2026-11-29T02:00:00Z --dry-run
    """
    moment, settings = read_moment(since), load_settings()
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)  # as it is shown, to go on with
    act = _dry if dry_run else _give_up if give_up else _recover
    if not asyncio.run(act(settings, moment, account)):
        raise typer.Exit(1)


async def _dry(settings: Settings, since: datetime, account_id: str) -> bool:
    async with owner_connection(settings) as tx:
        accounts = await _accounts(tx, account_id)
    async with _opened(settings) as (_, processors, _keyring):
        compared = [await _compare(settings, processors, one, since, "dry", None) for one in accounts]
    return all(compared)


async def _give_up(settings: Settings, since: datetime, account_id: str) -> bool:
    async with owner_connection(settings) as tx, tx.transaction():
        only = (await _accounts(tx, account_id))[0] if account_id else None
        scope = only.id if only else ALL
        begun = next((one for one in await select_recoveries(tx) if one.scope == scope), None)
        if begun is None or begun.since != since:
            raise ValueError("there is no such recover: `gateway live status`")
        await _lift(tx, begun, only, _GIVEN_UP)
    print(f"recover is given up: its stops are lifted, and {len(begun.compared)} accounts were compared")
    return True


async def _recover(settings: Settings, since: datetime, account_id: str) -> bool:
    async with owner_connection(settings) as alone, alone.transaction():
        if not await try_lock(alone):
            raise ValueError("another recover is at work: wait for its end")
        async with owner_connection(settings) as tx:
            accounts = await _accounts(tx, account_id)
            only = accounts[0] if account_id else None
            begun = await _begin(tx, only, since)
        is_done = False
        try:
            is_done = await _compare_all(settings, begun, accounts)
            if is_done:
                async with owner_connection(settings) as tx:
                    await _lift(tx, begun, only, _DONE)
        finally:
            if not is_done:
                await _say_how_to_go_on(settings, begun.scope)
    return is_done


async def _begin(tx: Connection, only: Account | None, since: datetime) -> Recovery:
    """Written down with its stops, which are there before anything is asked."""
    async with tx.transaction():
        by, now = operator().label, utc_now()
        begun = await begin_recovery(tx, only.id if only else ALL, since, by, now)
        for covers in _SWITCHES if only is None or only.mode == "live" else ():
            await set_stop(tx, only, covers, _WHY, begun.started_at)
    return begun


async def _lift(tx: Connection, begun: Recovery, only: Account | None, why: str) -> None:
    """End the stops that it has set, and nothing that somebody else had set."""
    async with tx.transaction():
        for covers in _SWITCHES:
            await end_stop(tx, only, covers, utc_now(), why, set_at=begun.started_at)
        await end_recovery(tx, begun.scope)


async def _compare_all(settings: Settings, begun: Recovery, accounts: list[Account]) -> bool:
    """Those that no earlier run has done; whether all are done."""
    run, is_done = utc_now().strftime("%Y%m%dT%H%M%S%f"), True
    async with _opened(settings) as (database, processors, keyring):
        for one in (one for one in accounts if one.id not in begun.compared):
            looks = Looks(database, processors, keyring, settings, get_logger("recover", "WARNING"))
            if await _compare(settings, processors, one, begun.since, run, looks):
                async with owner_connection(settings) as tx:
                    await note_compared(tx, begun.scope, one.id)
            else:
                is_done = False
    return is_done


async def _compare(
    settings: Settings, processors: Processors, account: Account, since: datetime, run: str, looks: Looks | None
) -> bool:
    """One account; whether it could be. Without `looks` it is only told what would be done."""
    comparison = Comparison(settings, account, since, run, dry=looks is None)
    try:
        async for line in comparison.compare(processors.accounts.open(account)):
            _print(account, line)
    except ProcessorError as error:
        _print(account, {"finding": "not listed", "reason": error.reason})
        return False
    if looks is not None:
        async for line in comparison.look(looks):
            _print(account, line)
        for payment_id in sorted(looks.unanswered):
            _print(account, {"finding": "not answered", "payment_id": payment_id})
    told = {"mode": account.mode, "dry_run": looks is None, "listed": dict(comparison.counts)}
    _print(account, told)
    if looks is not None:
        async with owner_connection(settings) as tx, tx.transaction():
            details = {"since": since.isoformat(), **comparison.counts, "unanswered": len(looks.unanswered)}
            action = "processor_account.recovered"
            await tell_audit(tx, account.merchant_id, action, account.id, details, utc_now(), account.mode)
    return looks is None or not looks.unanswered


def _print(account: Account, line: Line) -> None:
    print(json.dumps({"account_id": account.id, **line}, ensure_ascii=False), flush=True)


async def _say_how_to_go_on(settings: Settings, scope: str) -> None:
    async with owner_connection(settings) as tx:
        stops = await select_stops(tx)
        for one in await select_recoveries(tx):
            if one.scope == scope:
                print(how_to_go_on(one, stops), flush=True)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, Processors, Keyring]]:
    """What asks the processors, as a worker has it."""
    database, keyring = PooledDatabase(settings, "gateway_worker"), Keyring(*settings.master_keys())
    processors = Processors(database, keyring, settings)
    try:
        async with owner_connection(settings) as tx:
            await complete_keyring(tx, keyring)
        yield database, processors, keyring
    finally:
        await processors.close()
        await database.close()


async def _accounts(tx: Connection, account_id: str) -> list[Account]:
    if not account_id:
        return await select_everybodys_accounts(tx, None)
    found = await select_accounts_by_id(tx, [account_id])
    if account_id not in found:
        raise ValueError(f"{account_id} is no processor account")
    return [found[account_id]]

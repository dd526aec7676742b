"""`gateway live …`: the operator's emergency stop."""

import asyncio
import json
from typing import Annotated
from uuid import UUID

import typer

from gateway.cli.stops import ReasonOption, RefundsOption, covered, end_stop, read_reason, set_stop
from gateway.clock import iso, utc_now
from gateway.database import owner_connection
from gateway.processors.stops.model import Stop
from gateway.processors.stops.queries import select_stops
from gateway.restores.advice import how_to_go_on
from gateway.restores.queries import Recovery, select_recoveries
from gateway.settings import load_settings

live = typer.Typer(no_args_is_help=True, help="The emergency stop of live payments and refunds.")

_Merchant = Annotated[UUID | None, typer.Option("--merchant", help="Only this merchant; else everybody.")]


@live.command()
def pause(merchant: _Merchant = None, refunds: RefundsOption = False, reason: ReasonOption = "") -> None:
    """No new live payment from now on, of one merchant or of everybody. Look-ups, notices and captures go on.

    For one account: `gateway processors pause acct_…`.

    Example: gateway live pause --merchant 6d0… --reason "Double charges"
    """
    covers, why = covered(refunds), read_reason(reason)

    async def run() -> bool:
        async with owner_connection(load_settings()) as tx, tx.transaction():
            return await set_stop(tx, merchant, covers, why, utc_now())

    print(f"live {covers} of {_whose(merchant)} are stopped" + ("" if asyncio.run(run()) else " (they were)"))


@live.command()
def resume(merchant: _Merchant = None, refunds: RefundsOption = False, reason: ReasonOption = "") -> None:
    """End exactly this stop. Others that reach a merchant stay: `gateway live status`.

    Example: gateway live resume --merchant 6d0… --refunds
    """
    covers, why = covered(refunds), read_reason(reason)

    async def run() -> bool:
        async with owner_connection(load_settings()) as tx, tx.transaction():
            return await end_stop(tx, merchant, covers, utc_now(), why)

    if not asyncio.run(run()):
        raise ValueError(f"there is no stop of live {covers} for {_whose(merchant)}")
    print(f"live {covers} of {_whose(merchant)} go on")


@live.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Every stop, the widest first, and how to go on with a `recover` that has not ended.

    Example: gateway live status --json
    """

    async def run() -> tuple[list[Stop], list[Recovery]]:
        async with owner_connection(load_settings()) as tx:
            return await select_stops(tx), await select_recoveries(tx)

    stops, recoveries = asyncio.run(run())
    if as_json:
        whose = [
            {"merchant_id": one.merchant_id and str(one.merchant_id), "account_id": one.account_id}
            for one in stops
        ]
        shown = [one.as_json() | who for one, who in zip(stops, whose, strict=True)]
        print(json.dumps({"stops": shown, "recoveries": [one.as_json() for one in recoveries]}, indent=2))
        return
    for one in stops:
        whom, reason = one.account_id or _whose(one.merchant_id), f": {one.reason}" if one.reason else ""
        print(f"{one.covers} of {whom}, {iso(one.created_at)}, {one.by_whom}{reason}")
    if not stops:
        print("nothing is stopped")
    for recovery in recoveries:
        print(how_to_go_on(recovery, stops))


def _whose(merchant: UUID | None) -> str:
    return "everybody" if merchant is None else f"merchant {merchant}"

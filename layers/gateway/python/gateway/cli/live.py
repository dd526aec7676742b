"""`gateway live …`: the operator's emergency stop."""

import asyncio
import json
from typing import Annotated
from uuid import UUID

import typer

from gateway.cli.operator import operator, tell_audit
from gateway.clock import iso, utc_now
from gateway.database import Connection, owner_connection
from gateway.processors.stops.model import Covers, Stop
from gateway.processors.stops.queries import delete_stop, insert_stop, select_live_merchants, select_stops
from gateway.settings import load_settings

live = typer.Typer(no_args_is_help=True, help="The emergency stop of live payments and refunds.")

_Merchant = Annotated[UUID | None, typer.Option("--merchant", help="Only this merchant; else everybody.")]
_Refunds = Annotated[bool, typer.Option("--refunds", help="Refunds, in place of new payments: a second switch.")]


@live.command()
def pause(
    merchant: _Merchant = None,
    refunds: _Refunds = False,
    reason: Annotated[str, typer.Option(help="For those who meet the stop.")] = "",
) -> None:
    """No new live payment from now on, of one merchant or of everybody. Look-ups, notices and captures go on."""
    covers: Covers = "refunds" if refunds else "payments"
    if len(reason) > 255:
        raise typer.BadParameter("reason must be at most 255 characters")

    async def run() -> bool:
        now = utc_now()
        async with owner_connection(load_settings()) as tx, tx.transaction():
            stop = Stop(merchant, None, covers, reason or None, operator().label, now)
            is_new = await insert_stop(tx, stop)
            if is_new:
                await _tell(tx, merchant, "live.paused", {"covers": covers, "reason": reason or None})
        return is_new

    print(f"live {covers} of {_whose(merchant)} are stopped" + ("" if asyncio.run(run()) else " (they were)"))


@live.command()
def resume(merchant: _Merchant = None, refunds: _Refunds = False) -> None:
    """End exactly this stop. Others that reach a merchant stay: `gateway live status`."""
    covers: Covers = "refunds" if refunds else "payments"

    async def run() -> bool:
        async with owner_connection(load_settings()) as tx, tx.transaction():
            was_there = await delete_stop(tx, merchant, None, covers)
            if was_there:
                await _tell(tx, merchant, "live.resumed", {"covers": covers})
        return was_there

    if not asyncio.run(run()):
        raise ValueError(f"there is no stop of live {covers} for {_whose(merchant)}")
    print(f"live {covers} of {_whose(merchant)} go on")


@live.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Every stop, the widest first."""

    async def run() -> list[Stop]:
        async with owner_connection(load_settings()) as tx:
            return await select_stops(tx)

    stops = asyncio.run(run())
    if as_json:
        whose = [
            {"merchant_id": one.merchant_id and str(one.merchant_id), "account_id": one.account_id}
            for one in stops
        ]
        shown = [one.as_json() | who for one, who in zip(stops, whose, strict=True)]
        print(json.dumps({"stops": shown}, indent=2))
        return
    for one in stops:
        whom, reason = one.account_id or _whose(one.merchant_id), f": {one.reason}" if one.reason else ""
        print(f"{one.covers} of {whom}, {iso(one.created_at)}, {one.by_whom}{reason}")
    if not stops:
        print("nothing is stopped")


def _whose(merchant: UUID | None) -> str:
    return "everybody" if merchant is None else f"merchant {merchant}"


async def _tell(tx: Connection, merchant: UUID | None, action: str, details: dict[str, object]) -> None:
    """Everybody's stop stands in the audit log of each merchant who has live accounts."""
    reached = [merchant] if merchant is not None else await select_live_merchants(tx)
    for one in reached:
        await tell_audit(
            tx, one, action, None, {**details, "scope": "merchant" if merchant else "all"}, utc_now(), "live"
        )

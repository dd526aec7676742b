"""Shoppers at real processors (fakes of them), while workers are killed and the processors' doors break.

What A1, A2, A3 and A9 promise over the simulated bank is promised over processors as well.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from faults.fakes import Fakes, two_fakes
from faults.keeper import Keeper
from faults.orphans import Orphans, recovery
from faults.plan import DOOR_FAULTS, Fault
from faults.report import Measure
from faults.shoppers import Market
from faults.verdict import Verdict, judge, until_ended
from faults.world import World, play
from tests.support.processors import open_shop
from tests.support.stack import Stack

PROMISES: Final = ("P4", "P5", "P6", "P7")
_END_SECONDS: Final = 60.0
_TIMEOUT_SECONDS: Final = 2.0
_SILENT_SECONDS: Final = 3.0
"""Longer than the product waits."""
_TIMES: Final = 3
"""Calls in a row that each fault of a door meets."""


def play_shoppers(world: World) -> list[Measure]:
    """The act. Leases are the default; a call's deadline is shorter, and the budget of look-ups, whose hours are
    here a minute, wider."""
    profile = world.plan.profile
    settings = {
        "GATEWAY_PROCESSOR_TIMEOUT_SECONDS": f"{_TIMEOUT_SECONDS:g}",
        "GATEWAY_PROCESSOR_LOOK_UPS_PER_SECOND": "1000",
    }
    with two_fakes() as fakes, world.product("shoppers", **settings, **fakes.urls) as (stack, _):
        orphans = Orphans(stack, grace_seconds=_TIMEOUT_SECONDS + 1.5)
        with _kept(stack, world, orphans) as keeper:
            shops = [open_shop(stack, door) for door in fakes.doors.values()]
            doors = {shop.account_id: shop.fake for shop in shops}
            market = Market(shops, doors, profile.fake_payments, profile.fake_seconds)
            broken: Counter[str] = Counter()
            market.start()
            keeper.watch()
            play(world.plan.doors, lambda fault: _act(world, fault, fakes, keeper, broken))
            for door in fakes.doors.values():
                door.mend()
            keeper.disarm()
            seconds = until_ended(market, _END_SECONDS, looks=True)
            return [*_measures(market, keeper, seconds, broken), recovery("P6", orphans.stop())]


@contextmanager
def _kept(stack: Stack, world: World, orphans: Orphans) -> Iterator[Keeper]:
    keeper = Keeper(stack, {"worker": world.plan.fake_points}, orphans.suspect)
    stack.start("api")
    for _ in range(2):
        keeper.add("worker", stack.another("worker"))
    stack.wait_ready("api", "worker")
    try:
        yield keeper
    finally:
        keeper.stop()


def _act(world: World, fault: Fault, fakes: Fakes, keeper: Keeper, broken: Counter[str]) -> None:
    if fault.what == "kill":
        world.say(f"shoppers: {fault.what} {fault.target}")
        keeper.kill(fault.target, round(fault.at * 10))
        return
    broken[fault.what] += 1
    if fault.what in DOOR_FAULTS:
        fakes.doors[fault.target].fail(fault.what, times=_TIMES, seconds=_SILENT_SECONDS)
        return
    fakes.between.switch(fault.target, fault.what)
    mending = threading.Timer(fault.seconds, fakes.between.switch, (fault.target, "pass"))
    mending.daemon = True
    mending.start()


def _measures(market: Market, keeper: Keeper, seconds: float, broken: Counter[str]) -> list[Measure]:
    one: Verdict = judge(market)
    refused = [said for visit in market.visits for said in visit.refused]
    reached = sorted({death.point.split("@")[0] for death in keeper.deaths if death.point})
    not_reached = f"; {len(keeper.left)} more points not reached" if keeper.left else ""
    scale = f"{len(market.visits)} payments, promised on 1,000; {len(keeper.deaths)} workers killed"
    faults = f"{sum(broken.values())} times: {', '.join(sorted(broken))}"
    return [
        Measure("P4", seconds <= _END_SECONDS and one.without_end == one.in_review == 0,
                f"{one.without_end} without an end, {one.in_review} in review; all ended after {seconds:.1f} s",
                scale),
        Measure("P5", one.is_once and bool(reached),
                f"{one.doubled} charged twice, {one.both} at both, {len(one.wrong_books)} wrong books "
                f"{one.wrong_books[:2] or ''}", f"{scale}; at {', '.join(reached)}{not_reached}"),
        Measure("P7", not one.wrong_ends and not refused,
                f"{one.wrong_failed} wrong `failed`, {len(one.wrong_ends)} wrong ends {one.wrong_ends[:2] or ''}, "
                f"{len(refused)} shoppers turned away", f"{scale}; {faults}"),
    ]  # fmt: skip

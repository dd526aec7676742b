"""Processors tell us nothing: no notice ever comes. Every payment ends by looking it up alone.

The schedule is the product's own, 5 s, 15 s, 1, 5, 15 min, then each hour, within the default budget of look-ups.
First the looks come as they come; then the clock of each payment is turned to its next look (`turn_clocks`).
"""

import time
from typing import Final

from faults.report import Measure
from faults.shoppers import COURSES, Market
from faults.verdict import NOT_ENDED, judge, turn_clocks
from faults.world import World
from tests.support.fake_door import fake_process, urls_of
from tests.support.processors import open_shop

PROMISES: Final = ("P10",)
_COURSES: Final = (*COURSES, "comes late", "comes late")
_END_SECONDS: Final = 60.0


def play_quiet(world: World) -> list[Measure]:
    """The act."""
    profile = world.plan.profile
    with (
        fake_process("stripe") as stripe,
        fake_process("razorpay") as razorpay,
        world.product("quiet", **urls_of(stripe, razorpay)) as (stack, _),
    ):
        stack.start("api", "worker")
        shops = [open_shop(stack, door) for door in (stripe, razorpay)]
        doors = {shop.account_id: shop.fake for shop in shops}
        market = Market(shops, doors, profile.quiet_payments, profile.quiet_payments / 15, _COURSES)
        market.start()
        shown = {"merchants": market.merchants}
        started = time.monotonic()
        while time.monotonic() - started < profile.quiet_seconds:
            market.raise_failure()
            time.sleep(0.2)
        [[waiting]] = stack.sql(NOT_ENDED, shown)
        turned = time.monotonic()
        while not (market.is_over() and stack.sql(NOT_ENDED, shown) == [(0,)]):
            if time.monotonic() - turned > _END_SECONDS + profile.quiet_payments / 10:
                break
            turn_clocks(market)
            time.sleep(0.5)
        market.stop()
        one, [[notices]] = judge(market), stack.sql("SELECT count(*) FROM processor_notices")
        looks = sum(len(door.requests("look_up")) for door in (stripe, razorpay))
    held = one.without_end == one.in_review == notices == 0 and one.is_once and not one.wrong_ends
    text = (
        f"{one.without_end} without an end, {one.in_review} in review, {len(one.wrong_ends)} wrong ends "
        f"{one.wrong_ends[:2] or ''}, {len(one.wrong_books)} wrong books; {len(market.visits) - waiting} ended "
        f"within {profile.quiet_seconds:.0f} s, the rest at looks of minutes and hours; {looks} look-ups, "
        f"{notices} notices"
    )
    return [Measure("P10", held, text, f"{len(market.visits)} payments, promised on 1,000")]

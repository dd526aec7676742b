"""Redis is flushed, killed and stopped while a shop sells: nobody notices but a stopwatch."""

import time
from typing import Final

import redis as redis_client

from faults.audit import NOT_ENDED, audit
from faults.plan import Fault
from faults.report import Measure
from faults.shop import Load, sales
from faults.world import World, percentile, play

PROMISES: Final = ("A5",)
_PAYMENTS_PER_SECOND: Final = 5


def play_redis(world: World) -> list[Measure]:
    """The act."""
    faults = world.plan.redis
    seconds = faults[-1].at + faults[-1].seconds + 2
    with world.product("redis", TEST_PROCESSING_DELAY="100") as (stack, server):
        stack.start("api", "worker")
        merchant = stack.merchant()
        load = Load(merchant, sales(int(seconds * _PAYMENTS_PER_SECOND)), seconds, refunds=False)
        load.start()

        def act(fault: Fault) -> None:
            world.say(f"redis: {fault}")
            if fault.what == "flush":
                redis_client.Redis.from_url(server.url).flushall()
                return
            server.kill() if fault.what == "kill" else server.stop()
            time.sleep(fault.seconds)
            server.start()

        play(faults, act)
        load.finish(250)
        returned = time.monotonic()
        while time.monotonic() - returned < 30 and stack.sql(NOT_ENDED) != [(0,)]:
            time.sleep(0.1)
        backlog = time.monotonic() - returned
        found = audit(stack, merchant.id, load.sales)
    p99 = percentile(load.creations, 0.99)
    lost = found.lost + found.orphans + found.doubled + found.untold + found.wrong_end
    good = set(load.answers) == {200, 201} or set(load.answers) == {201}
    held = good and load.broken == 0 and p99 < 1 and lost == found.without_end == 0 and backlog <= 30
    text = f"{load.describe()}; p99 {p99 * 1000:.0f} ms; {lost} lost or doubled; done after {backlog:.1f} s"
    stops = sum(fault.seconds for fault in faults if fault.what == "stop")
    scale = f"{len(load.sales)} payments; {len(faults)} faults; stopped {stops:.0f} s, promised on 60"
    return [Measure("A5", held, text, scale)]

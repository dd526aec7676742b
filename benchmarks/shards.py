"""`python -m benchmarks.shards`: payments distributed by merchant over N Postgres servers, as a queue each.

A simulation, not a measurement: payments arrive at random (Poisson), each belongs to a merchant, whose shard a
hash says; a shard serves them with so many cores, a payment a core, in the order of arrival. What one costs is
measured: CPU of the stores per payment with its order, of `make bench`, or `--service-ms`. How that spreads is
assumed (log-normal, `--spread` its deviation over its mean), as is how merchants differ: the one of rank k makes
1/k^`--skew` of what the first does (Zipf), and `--hottest` is the first one's share of all, if given. Waiting for
the disk is not in it: that overlaps, and a server that is not bound by its cores is another question.
"""

import argparse
import heapq
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).with_name("results") / "latest.json"
MEASURED: Final = ("orders.stores_cpu_ms", "webhooks_one.stores_cpu_ms")
"""An order, and a payment from its creation to its last webhook."""

WARM_UP: Final = 0.2
"""Share of the time that is not counted: queues are empty at the beginning."""


@dataclass(frozen=True, slots=True)
class Load:
    """`per_s` payments, `service_ms` of one core each."""

    per_s: float
    service_ms: float
    spread: float
    merchants: int
    skew: float
    hottest: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of N shards: use of all cores and of the hottest shard's (1: it is never idle), and times in ms."""

    shards: int
    use: float
    hottest_use: float
    p50_ms: float
    p99_ms: float
    hottest_p99_ms: float
    waits: int
    """Payments of the hottest shard that still wait at the end: many mean that it does not keep up."""

    @property
    def keeps_up(self) -> bool:
        """Whether the hottest shard is below its capacity."""
        return self.hottest_use < 1


def weights_of(load: Load) -> list[float]:
    """Each merchant's share of the payments; they add up to 1."""
    raw = [1 / (rank**load.skew) for rank in range(1, load.merchants + 1)]
    if load.hottest > 0:
        rest = sum(raw[1:])
        return [load.hottest, *((1 - load.hottest) * one / rest for one in raw[1:])]
    total = sum(raw)
    return [one / total for one in raw]


def shares_of(load: Load, shards: int, chance: random.Random) -> list[float]:
    """Each shard's share: every merchant is on one shard, whichever its hash says."""
    shares = [0.0] * shards
    for weight in weights_of(load):
        shares[chance.randrange(shards)] += weight
    return shares


def simulate(load: Load, shards: int, cores: int, seconds: float, seed: int) -> Outcome:
    """What happens in `seconds` of such a load."""
    chance = random.Random(seed)
    shares = shares_of(load, shards, chance)
    hottest = max(range(shards), key=lambda one: shares[one])
    capacity = cores * 1000 / load.service_ms
    times: list[float] = []
    of_hottest: list[float] = []
    waits = 0
    for shard, share in enumerate(shares):
        took, left = serve(load, share * load.per_s, cores, seconds, chance)
        times += took
        if shard == hottest:
            of_hottest, waits = took, left
    return Outcome(
        shards,
        load.per_s / (capacity * shards),
        shares[hottest] * load.per_s / capacity,
        quantile(times, 0.5),
        quantile(times, 0.99),
        quantile(of_hottest, 0.99),
        waits,
    )


def serve(load: Load, per_s: float, cores: int, seconds: float, chance: random.Random) -> tuple[list[float], int]:
    """Milliseconds from arrival to end of each payment at one shard, and how many are in it when time is over."""
    sigma = math.sqrt(math.log(1 + load.spread**2))
    mu = math.log(load.service_ms / 1000) - sigma**2 / 2
    free = [0.0] * cores
    now, took, left = 0.0, [], 0
    if per_s <= 0:
        return [], 0
    while (now := now + chance.expovariate(per_s)) < seconds:
        begins = max(now, free[0])
        ends = begins + chance.lognormvariate(mu, sigma)
        heapq.heapreplace(free, ends)
        left += ends > seconds
        if now > seconds * WARM_UP:
            took.append((ends - now) * 1000)
    return took, left


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies; 0 of none."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def least_shards(load: Load, cores: int, use: float) -> int:
    """How many servers it takes for all cores together to be used to this share, were no merchant hotter."""
    return math.ceil(load.per_s * load.service_ms / 1000 / cores / use)


def measured_ms() -> float:
    """CPU of Postgres and Redis per payment with its order, of the results that are checked in."""
    figures = json.loads(RESULTS.read_text())["figures"]
    return sum(float(figures[name]["value"]) for name in MEASURED)


def table(outcomes: Sequence[Outcome]) -> str:
    """As docs/scaling.md shows it."""
    lines = [
        "| shards | use | of the hottest | p50 ms | p99 ms | p99 of the hottest |",
        "|---|---|---|---|---|---|",
    ]
    for one in outcomes:
        last = f"{one.hottest_p99_ms:,.1f}" if one.keeps_up else f"does not keep up ({one.waits:,} wait)"
        lines.append(
            f"| {one.shards} | {one.use:.0%} | {one.hottest_use:.0%} | {one.p50_ms:,.1f} | {one.p99_ms:,.1f} "
            f"| {last} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print a table for the numbers of shards asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shards", description=__doc__)
    parser.add_argument("--per-s", type=float, default=10_000, help="payments a second (10000)")
    parser.add_argument("--service-ms", type=float, default=None, help="CPU per payment (as the results say)")
    parser.add_argument("--spread", type=float, default=1.0, help="deviation of that over its mean (1.0)")
    parser.add_argument("--cores", type=int, default=4, help="cores of a server that serve payments (4)")
    parser.add_argument("--merchants", type=int, default=10_000)
    parser.add_argument("--skew", type=float, default=1.0, help="exponent of Zipf's law (1.0); 0: all alike")
    parser.add_argument("--hottest", type=float, default=0.0, help="share of the largest merchant (as Zipf says)")
    parser.add_argument("--shards", type=int, nargs="+", default=[4, 6, 8, 12, 16, 24, 32])
    parser.add_argument("--seconds", type=float, default=20, help="simulated (20)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    cost = measured_ms() if asked.service_ms is None else asked.service_ms
    load = Load(asked.per_s, cost, asked.spread, asked.merchants, asked.skew, asked.hottest)
    print(
        f"{load.per_s:,.0f} payments/s of {cost:.2f} ms, {asked.cores} cores a shard; the largest merchant "
        f"{weights_of(load)[0]:.1%}; at least {least_shards(load, asked.cores, 1)} shards, "
        f"{least_shards(load, asked.cores, 0.6)} at 60 %"
    )
    print(table([simulate(load, one, asked.cores, asked.seconds, asked.seed) for one in asked.shards]))


if __name__ == "__main__":
    main()

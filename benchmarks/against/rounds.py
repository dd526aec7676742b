"""Both gateways by turns: each scenario at one and then at the other, which of them is first changing by round.

Machines drift: what is compared are two loads of the same minute. The ratio of a figure is the median of those of
the rounds.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.against.neighbours import find_processes
from benchmarks.against.scenarios import COMPARED
from benchmarks.against.side import Side
from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.gateway_client import Gateway
from benchmarks.meters import Meters
from benchmarks.options import Options, Other
from benchmarks.receiver.handle import Receiver
from benchmarks.subscription import subscribed
from benchmarks.suite import opened, say

OURS, OTHER = "ours", "other"
ALL_EVENTS = ("payment.created", "payment.pending", "payment.success", "order.paid")
"""What our product tells of a payment that succeeds: an endpoint for all events gets these four."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of both sides, a value a round; a round that has it of one side only is left out."""

    name: str
    unit: str
    ours: list[float]
    other: list[float]
    notes: tuple[str, ...]

    @property
    def medians(self) -> tuple[float, float]:
        """Ours and the other's."""
        return statistics.median(self.ours), statistics.median(self.other)

    @property
    def ratios(self) -> list[float]:
        """Ours over the other's, by round; infinite where that has nothing."""
        return [mine / its if its else math.inf for mine, its in zip(self.ours, self.other, strict=True)]

    @property
    def ratio(self) -> float:
        """The median of `ratios`."""
        return statistics.median(self.ratios)


def compare(options: Options, other: Other) -> tuple[list[Compared], dict[str, object]]:
    """All chosen figures of both, and for the record each round's of either, those of each process included."""
    with ExitStack() as stack:
        ours = stack.enter_context(_our_side(options))
        its = stack.enter_context(_other_side(options, other))
        rounds = [_round(number, (ours, its), options.chosen) for number in range(other.rounds)]
        processes = {side.name: sorted(side.bench.meters.pids) for side in (ours, its)}
    record = [
        {side: {one.name: one.value for one in figures} for side, figures in each.items()} for each in rounds
    ]
    return _compared(rounds), {"rounds": record, "processes": processes}


def _round(number: int, sides: tuple[Side, Side], chosen: Sequence[str]) -> dict[str, list[Figure]]:
    figures: dict[str, list[Figure]] = {side.name: [] for side in sides}
    for name in chosen:
        for side in sides if number % 2 == 0 else sides[::-1]:
            say(f"  round {number + 1}: {name} {side.name} …")
            figures[side.name] += COMPARED[name](side)
    return figures


def _compared(rounds: Sequence[dict[str, list[Figure]]]) -> list[Compared]:
    found: dict[str, Compared] = {}
    for each in rounds:
        its = {figure.name: figure for figure in each[OTHER]}
        for mine in each[OURS]:
            if mine.name not in its or _is_of_one_process(mine.name):
                continue
            before = found.get(mine.name, Compared(mine.name, mine.unit, [], [], ()))
            notes = [f"{side}: {one.note}" for side, one in ((OURS, mine), (OTHER, its[mine.name])) if one.note]
            found[mine.name] = Compared(
                mine.name,
                mine.unit,
                [*before.ours, mine.value],
                [*before.other, its[mine.name].value],
                tuple(dict.fromkeys([*before.notes, *notes])),
            )
    return list(found.values())


def _is_of_one_process(name: str) -> bool:
    """Who does what within a gateway is its own affair: in the record, not compared."""
    return name.endswith("_cpu_ms") and not name.endswith(".all_cpu_ms")


@contextmanager
def _our_side(options: Options) -> Iterator[Side]:
    with (
        Receiver() as receiver,
        opened(options, receiver) as bench,
        subscribed(bench.gateway, receiver, ALL_EVENTS) as subscription,
    ):
        yield Side(OURS, bench, subscription)


@contextmanager
def _other_side(options: Options, other: Other) -> Iterator[Side]:
    gateway = Gateway(other.base_url, other.key, other.secret, options.receiver_host)
    gateway.expect("POST", "/api/v1/orders", {"amount": 50000, "currency": "INR"})  # connects it to its database
    pids = other.pids or find_processes(other.base_url)
    say(f"  {OTHER} is " + ", ".join(f"{name} {pid}" for name, pid in pids.items()))
    with (
        Receiver() as receiver,
        subscribed(gateway, receiver, other.events, other.webhook_command) as subscription,
    ):
        bench = Bench(
            gateway=gateway,
            meters=Meters(pids),
            receiver=receiver,
            sizes=options.sizes,
            connections=options.connections,
            idempotency_keys=options.idempotency_keys,
        )
        yield Side(OTHER, bench, subscription)

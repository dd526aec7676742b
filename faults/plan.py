"""What is broken when: a pure function of the seed and the profile. Same seed, same plan."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

CALL_POINTS: Final = ("payments.claimed", "processor.asked", "payments.answered")
"""Before the bank's call, during it, after it: the first that are tried, and all of them must be."""

WORKER_POINTS: Final = (
    *CALL_POINTS,
    "payments.finished",
    "refunds.claimed",
    "refunds.answered",
    "handover.popped",
)
SENDER_POINTS: Final = ("handover.popped", "webhooks.claimed", "webhooks.sent")
_CALL: Final = ("processor.sending", "processor.asked")
_WORK: Final = ("payments.claimed", *_CALL, "payments.answered", "payments.finished")
VERB_POINTS: Final[dict[str, tuple[str, ...]]] = {
    "prepare": _WORK,
    "capture": _WORK,
    "void": _WORK,
    "close": _WORK,
    "refund": ("refunds.claimed", *_CALL, "refunds.answered"),
    "return": ("checks.claimed", *_CALL, "checks.answered"),
}
"""Where a worker dies over a real processor, by what it is about to do there."""
FAKE_POINTS: Final = (*_WORK, "refunds.claimed", "refunds.answered")
"""Where workers die among shoppers at real processors."""
DOOR_FAULTS: Final = (
    "lose_request", "lose_answer", "error_before", "error_after", "html", "conflict", "too_many", "silent", "cut",
    "empty", "unknown_value",
)  # fmt: skip
"""What a fake processor does to its next calls (`tests.processors.fakes.faults.FaultKind`)."""
_DOOR_SICK: Final = (("refuse", 1.5), ("cut", 1.0), ("half-open", 1.5))
"""What its proxy does, and for how many seconds."""
NOTICE_POINTS: Final = ("notices.kept",)
"""Measured in `tests/processors/notices`."""
API_POINTS: Final = (
    "api.batch_gathered", "api.batch_committed", "api.key_taken", "api.answer_kept", "api.committed",
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """How much is done. The short one is for CI, the long one for a person with half an hour."""

    name: str
    payments: int
    load_seconds: float
    kill_every: float
    point_rounds: int
    outage_rounds: int
    outage_payments_per_second: float
    redis_stop_seconds: float
    redis_rounds: int
    races: int
    prompt_events: int
    neighbour_events: int
    replayed: int
    breaker_probes: int
    queue_payments: int
    verb_kills: int
    account_payments: int
    quiet_payments: int
    quiet_seconds: float
    restored_payments: int
    fake_payments: int
    fake_seconds: float
    fake_kill_every: float


SHORT: Final = Profile(
    "short", payments=240, load_seconds=24, kill_every=4, point_rounds=1, outage_rounds=1,
    outage_payments_per_second=4, redis_stop_seconds=8, redis_rounds=1, races=3, prompt_events=200,
    neighbour_events=40, replayed=200, breaker_probes=2, queue_payments=12, verb_kills=1,
    account_payments=45, quiet_payments=30, quiet_seconds=16, restored_payments=12, fake_payments=40,
    fake_seconds=14, fake_kill_every=4,
)  # fmt: skip
LONG: Final = Profile(
    "long", payments=3900, load_seconds=1800, kill_every=1.6, point_rounds=12, outage_rounds=12,
    outage_payments_per_second=6, redis_stop_seconds=60, redis_rounds=4, races=100, prompt_events=2000,
    neighbour_events=300, replayed=10_000, breaker_probes=6, queue_payments=100, verb_kills=100,
    account_payments=1002, quiet_payments=1000, quiet_seconds=330, restored_payments=100, fake_payments=1000,
    fake_seconds=250, fake_kill_every=8,
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """At `at` seconds of an act, `what` happens to `target`, for `seconds` where it lasts."""

    at: float
    what: str
    target: str
    seconds: float = 0

    def __str__(self) -> str:
        lasting = f" for {self.seconds:g} s" if self.seconds else ""
        return f"{self.at:7.1f} s  {self.what} {self.target}{lasting}"


@dataclass(frozen=True)
class Plan:
    """`crashes`, `outages`, `redis`, `doors`: faults by time. `points`: where each process of a kind dies, life by
    life; `fake_points`: workers over real processors."""

    seed: int
    profile: Profile
    crashes: tuple[Fault, ...]
    points: dict[str, tuple[str, ...]] = field(hash=False)
    outages: tuple[Fault, ...]
    redis: tuple[Fault, ...]
    doors: tuple[Fault, ...]
    fake_points: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"plan of seed {self.seed}, {self.profile.name} profile"]
        timed = {"crashes": self.crashes, "outages": self.outages, "redis": self.redis, "doors": self.doors}
        for name, faults in timed.items():
            lines += [f"  {name}:", *(f"  {fault}" for fault in faults)]
        for kind, points in self.points.items():
            lines.append(f"  {kind} also dies at: {', '.join(filter(None, points))}")
        lines.append(f"  worker over processors also dies at: {', '.join(filter(None, self.fake_points))}")
        return "\n".join(lines)


def make_plan(seed: int, profile: Profile) -> Plan:
    """The plan of a seed."""
    chance = random.Random(f"{seed}:{profile.name}")
    return Plan(
        seed,
        profile,
        _crashes(chance, profile),
        {
            "worker": _points(chance, WORKER_POINTS, profile.point_rounds),
            "webhooks": _points(chance, SENDER_POINTS, profile.point_rounds),
            "api": _points(chance, API_POINTS, profile.point_rounds),
        },
        _outages(chance, profile),
        _redis(chance, profile),
        _doors(chance, profile),
        _fake_points(chance, profile.point_rounds),
    )


def _crashes(chance: random.Random, profile: Profile) -> tuple[Fault, ...]:
    """Random kills of random processes; Redis is flushed once in between."""
    faults, at, targets = [], profile.kill_every, ("worker", "worker", "webhooks", "api", "api")
    while at < profile.load_seconds:
        faults.append(Fault(round(at + chance.uniform(-0.5, 0.5), 1), "kill", chance.choice(targets)))
        at += profile.kill_every
    faults.append(Fault(round(chance.uniform(1, profile.load_seconds), 1), "flush", "redis"))
    return tuple(sorted(faults, key=lambda fault: fault.at))


def _points(chance: random.Random, names: Sequence[str], rounds: int) -> tuple[str, ...]:
    """Rounds of all of them; after each but the last a life without one, which only a random kill ends."""
    points: list[str] = []
    for number in range(rounds):
        points += [""] if number else []
        first = [name for name in names if name in CALL_POINTS]
        rest = [name for name in names if name not in CALL_POINTS]
        order = chance.sample(first, len(first)) + chance.sample(rest, len(rest))
        points += [f"{name}@{chance.randint(1, 3)}" for name in order]
    return tuple(points)


def _fake_points(chance: random.Random, rounds: int) -> tuple[str, ...]:
    """Rounds of all of them, each the first time that it is reached. After each comes a life without one: a worker
    that dies at the first thing that it does, life after life, leaves everything to be claimed by nobody."""
    names = [name for _ in range(rounds) for name in chance.sample(FAKE_POINTS, len(FAKE_POINTS))]
    return tuple(life for name in names for life in (f"{name}@1", ""))


def _outages(chance: random.Random, profile: Profile) -> tuple[Fault, ...]:
    """Restarts of Postgres, and each sickness of the network on each connection, one after the other."""
    faults, at = [], 2.0
    for number in range(profile.outage_rounds):
        sick = [
            Fault(0, "cut", "postgres", 2), Fault(0, "delay", "postgres", 2), Fault(0, "drip", "postgres", 2),
            Fault(0, "half-open", "postgres", 3), Fault(0, "half-open", "redis", 3), Fault(0, "cut", "redis", 1),
            Fault(0, "cut", "receiver", 2), Fault(0, "half-open", "receiver", 2), Fault(0, "drip", "receiver", 2),
            Fault(0, "delay", "receiver", 2), Fault(0, "restart", "postgres"),
        ]  # fmt: skip
        chance.shuffle(sick)
        if number == 0 and profile.name == "short":
            sick.append(Fault(0, "restart", "postgres"))
        for fault in sick:
            faults.append(Fault(round(at, 1), fault.what, fault.target, fault.seconds))
            at += fault.seconds + chance.uniform(1, 2)
    return tuple(faults)


def _redis(chance: random.Random, profile: Profile) -> tuple[Fault, ...]:
    faults, at = [], 2.0
    for _ in range(profile.redis_rounds):
        round_ = [
            Fault(0, "flush", "redis"),
            Fault(0, "kill", "redis", 1),
            Fault(0, "stop", "redis", profile.redis_stop_seconds),
        ]
        chance.shuffle(round_)
        for fault in round_:
            faults.append(Fault(round(at, 1), fault.what, fault.target, fault.seconds))
            at += fault.seconds + chance.uniform(1.5, 3)
    return tuple(faults)


def _doors(chance: random.Random, profile: Profile) -> tuple[Fault, ...]:
    """Kills of workers, and what goes wrong at the door of either processor, while shoppers come."""
    kills = int(profile.fake_seconds / profile.fake_kill_every)
    faults = [
        Fault(round(profile.fake_kill_every * (number + chance.uniform(0.3, 1)), 1), "kill", "worker")
        for number in range(kills)
    ]
    at, number, order = 1.5, 0, list(DOOR_FAULTS)
    while at < profile.fake_seconds:
        if number % len(order) == 0:
            chance.shuffle(order)
        faults.append(Fault(round(at, 1), order[number % len(order)], chance.choice(("stripe", "razorpay"))))
        if number % 3 == 2:
            what, seconds = _DOOR_SICK[number // 3 % len(_DOOR_SICK)]
            faults.append(Fault(round(at + 0.4, 1), what, chance.choice(("stripe", "razorpay")), seconds))
        at, number = at + profile.fake_kill_every / 4 * chance.uniform(0.9, 1.2), number + 1
    return tuple(sorted(faults, key=lambda fault: fault.at))

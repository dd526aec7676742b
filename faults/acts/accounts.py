"""Two accounts at two processors, of which the first is down, slow, or answers with a page of HTML.

Payments that nobody was shown go to the second; those that wait for their shopper at the first end there. Nobody
is charged at both, and once the first's breaker knows, the next shopper waits for nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from faults.fakes import Fakes, two_fakes
from faults.report import Measure
from faults.shoppers import Market
from faults.verdict import Verdict, judge, until_ended
from faults.world import World
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, connect
from tests.support.stack import Stack, eventually

PROMISES: Final = ("P8", "P9")
SICK: Final = ("down", "slow", "html")
_TIMEOUT_SECONDS: Final = 5.0
_SLOW_SECONDS: Final = 7.0
_END_SECONDS: Final = 60.0
_LEAST_SECONDS: Final = 6.0
"""Of a market: most of it is still to come when the first account falls ill."""
_NEXT_SECONDS: Final = 3.0
_KNOWN: Final = 5
"""Payments that the first could not prepare: its breaker is open."""
_TIMED_SECONDS: Final = {"down": 4.0, "slow": 12.0, "html": 4.0}
"""For so long the next payments are timed; where a trial would be waited for, longer than a breaker stays open."""


@dataclass
class _Next:
    """How long the next shoppers waited: from the payment's POST until its form is there, and until it is paid."""

    forms: list[float] = field(default_factory=list)
    paid: list[float] = field(default_factory=list)


def play_accounts(world: World) -> list[Measure]:
    """The act."""
    count = world.plan.profile.account_payments // len(SICK)
    settings = {"GATEWAY_PROCESSOR_TIMEOUT_SECONDS": f"{_TIMEOUT_SECONDS:g}"}
    verdicts: dict[str, tuple[float, Verdict]] = {}
    waited: dict[str, _Next] = {}
    with two_fakes() as fakes, world.product("accounts", **settings, **fakes.urls) as (stack, _):
        stack.start("api", "worker")
        for number, what in enumerate(SICK):
            names = ("stripe", "razorpay") if (world.plan.seed + number) % 2 else ("razorpay", "stripe")
            world.say(f"accounts: {names[0]} is {what}")
            waited[what], seconds, verdict = _play_one(stack, fakes, what, names, count)
            verdicts[what] = seconds, verdict
    return [_ends(verdicts, count), _nexts(waited)]


def _play_one(
    stack: Stack, fakes: Fakes, what: str, names: tuple[str, str], count: int
) -> tuple[_Next, float, Verdict]:
    """A market at one merchant; beside it the next payments of another, who sells nothing else."""
    first, second = (fakes.doors[name] for name in names)
    shop, other = _two_accounts(stack, first, second)
    timed = _two_accounts(stack, first, second)
    doors = {shop.account_id: first, other.account_id: second}
    market = Market([shop], doors, count, max(count / 15, _LEAST_SECONDS))
    market.start()
    shown = "SELECT count(*) FROM payments WHERE account_id = %s AND status <> 'pending'"
    eventually(lambda: stack.sql(shown, (shop.account_id,))[0][0] >= count // 5, 60, "payments at the first")
    mend = _break(fakes, what, first)
    try:
        moved = "SELECT count(*) FROM payments WHERE account_id = %s"
        eventually(lambda: stack.sql(moved, (other.account_id,))[0][0] >= _KNOWN, 60, "payments at the second")
        waited = _time_the_next(*timed, _TIMED_SECONDS[what])
    finally:
        mend()
    return waited, until_ended(market, _END_SECONDS, looks=True), judge(market)


def _two_accounts(stack: Stack, first: FakeDoor, second: FakeDoor) -> tuple[Shop, Shop]:
    """A fresh merchant, whose payments the first takes: breakers are an account's."""
    merchant = stack.merchant()
    shop = Shop(stack, merchant, first, connect(stack, merchant, first))
    return shop, Shop(stack, merchant, second, connect(stack, merchant, second))


def _break(fakes: Fakes, what: str, first: FakeDoor) -> Callable[[], None]:
    """Make it so; returns what mends it."""
    if what == "down":
        fakes.between.switch(first.name, "refuse")
        return lambda: fakes.between.switch(first.name, "pass")
    if what == "slow":
        first.delay(_SLOW_SECONDS)
    else:
        first.fail("html", times=10**9)
    return first.mend


def _time_the_next(shop: Shop, other: Shop, seconds: float) -> _Next:
    """Payments one after the other, each paid as soon as its form is there, and told by notice.

    Nothing else is asked of these accounts: if the breaker lets a call through as its trial, it is one of these.
    """
    first = [shop.pay_order(shop.order()) for _ in range(_KNOWN)]
    for payment in first:
        shop.merchant.settled(payment, "requires_action", 60)
    waited, started = _Next(), time.monotonic()
    while time.monotonic() - started < seconds:
        order, known = other.order(), len(other.fake.events())
        asked = time.monotonic()
        payment = other.pay_order(order)
        other.merchant.settled(payment, "requires_action", 30)
        waited.forms.append(time.monotonic() - asked)
        other.fake.act("pay", payment_id=payment["id"])
        for event in other.fake.events()[known:]:
            other.tell(event)
        paid = other.merchant.settled(payment, "success", 30)
        assert paid["account_id"] == other.account_id
        waited.paid.append(time.monotonic() - asked)
        time.sleep(0.3)
    return waited


def _ends(verdicts: dict[str, tuple[float, Verdict]], count: int) -> Measure:
    lines, held = [], True
    for what, (seconds, one) in verdicts.items():
        held = held and one.is_once and one.without_end == one.in_review == 0 and not one.wrong_ends
        wrong = [*one.wrong_books, *one.wrong_ends][:2] or ""
        lines.append(
            f"{what}: {one.without_end} without an end, {one.both} charged at both, {one.doubled} twice, "
            f"{len(one.wrong_ends)} wrong {wrong}; ended {seconds:.1f} s after"
        )
    return Measure("P8", held, "; ".join(lines), f"{count * len(verdicts)} payments, promised on 1,000")


def _nexts(waited: dict[str, _Next]) -> Measure:
    worst = max(max(one.paid) for one in waited.values())
    lines = [
        f"{what}: form after {max(one.forms):.2f} s, paid after {max(one.paid):.2f} s at most"
        for what, one in waited.items()
    ]
    scale = f"{sum(len(one.paid) for one in waited.values())} payments"
    return Measure("P9", worst <= _NEXT_SECONDS, "; ".join(lines), scale)

"""A real processor over a fake: a worker dies at each point of each verb; its books show each effect once."""

import time
from dataclasses import dataclass, field
from typing import Any, Final

from faults.lives import Lives
from faults.plan import VERB_POINTS
from faults.report import Measure
from faults.world import World
from tests.support.fake_door import fake_process, urls_of
from tests.support.processors import Shop, open_shop
from tests.support.stack import eventually

PROMISES: Final = ("P1", "P2", "P3")
_END_SECONDS: Final = 60.0
_EACH: Final = 2
"""Payments for each life: one may be done before its worker dies."""
_AMOUNT: Final = 50_000
_PAYMENT_SECONDS: Final = 86_400
"""No payment grows that old by itself, however long the act takes; those that are to be closed are made to."""

_ENDS: Final = {
    "prepare": ("success", 50_000, 0, 0), "capture": ("success", 50_000, 0, 0), "void": ("cancelled", 0, 0, 0),
    "close": ("failed", 0, 0, 0), "refund": ("success", 50_000, 20_000, 0),
    "return": ("cancelled", 50_000, 50_000, 0),
}  # fmt: skip
"""Of a payment of each verb: its status, and in the books what was taken, paid back, and is still held."""


@dataclass
class _Played:
    """What was made for each verb, and how often a worker died at each point."""

    made: dict[str, list[str]] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)


def play_processor(world: World) -> list[Measure]:
    """The act."""
    kills = world.plan.profile.verb_kills
    quick = {
        "GATEWAY_PROCESSOR_TIMEOUT_SECONDS": "5", "GATEWAY_PAYMENT_SECONDS": str(_PAYMENT_SECONDS),
        "GATEWAY_SWEEP_SECONDS": "0.2",
        "GATEWAY_PROCESSOR_LOOK_UPS_PER_SECOND": "1000",
    }  # fmt: skip
    with fake_process("stripe") as fake, world.product("processor", **quick, **urls_of(fake)) as (stack, _):
        stack.start("api")
        shop, lives, played = open_shop(stack, fake), Lives(stack, stack.folder / "lives.log"), _Played()
        try:
            for verb, points in VERB_POINTS.items():
                world.say(f"processor: workers die at {verb}")
                waiting = _prepared(shop, lives, verb, kills * len(points) * _EACH)
                played.made[verb] = list(waiting)
                for point in list(points) * kills:
                    few = [waiting.pop() for _ in range(_EACH)]
                    _ask(shop, verb, few)
                    _die(shop, lives, point, f"{verb} {point}", played)
            _settle(shop, lives, played)
        finally:
            lives.stop()
        return _judged(shop, played)


def _prepared(shop: Shop, lives: Lives, verb: str, count: int) -> list[str]:
    """So many payments for which the verb is what comes next, and that nobody looks at before it is asked for."""
    capture = "manual" if verb in ("capture", "void") else "automatic"
    ids: list[str] = [shop.pay_order(shop.order(_AMOUNT, capture=capture))["id"] for _ in range(count)]
    if verb == "prepare":
        _hold(shop, ids)
        return ids
    pid = lives.begin("")
    _until(shop, ids, "status = 'requires_action'")
    if verb in ("capture", "void", "refund"):
        for payment_id in ids:
            shop.fake.act("pay", payment_id=payment_id)
        _release(shop, ids)
        _until(shop, ids, "status = 'success'")
    lives.end(pid)
    _hold(shop, ids)
    return ids


def _until(shop: Shop, ids: list[str], condition: str) -> None:
    count = f"SELECT count(*) FROM payments WHERE id = ANY (%s) AND {condition}"
    seconds = 120 + len(ids) / 2
    eventually(
        lambda: shop.stack.sql(count, (ids,)) == [(len(ids),)], seconds, f"{len(ids)} payments: {condition}"
    )


def _hold(shop: Shop, ids: list[str]) -> None:
    """Nobody looks at these until they are released."""
    shop.stack.sql(
        "UPDATE payments SET due_at = now() + interval '1 day', lease_token = NULL "
        "WHERE id = ANY (%s) AND work IS NOT NULL",
        (ids,),
    )


def _release(shop: Shop, ids: list[str]) -> None:
    """Their time has come; leases of the dead are over, and their tokens stay: a claim knows a death by them."""
    for table, name in (("payments", "id"), ("refunds", "payment_id")):
        shop.stack.sql(f"UPDATE {table} SET due_at = now() WHERE {name} = ANY (%s) AND work IS NOT NULL", (ids,))


def _ask(shop: Shop, verb: str, ids: list[str]) -> None:
    """What makes the verb due for these."""
    posts: dict[str, tuple[str, dict[str, Any]]] = {
        "capture": ("capture", {}), "void": ("cancel", {}), "refund": ("refunds", {"amount": 20_000}),
        "return": ("cancel", {}),
    }  # fmt: skip
    for payment_id in ids:
        if verb == "return":
            shop.fake.act("pay", payment_id=payment_id)  # faster than the cancel, and late all the same
        if verb == "close":
            shop.grow_old(payment_id, 2 * _PAYMENT_SECONDS)
        if verb in posts:
            path, body = posts[verb]
            shop.merchant.api.post(f"/payments/{payment_id}/{path}", json=body).raise_for_status()
    _release(shop, ids)


def _die(shop: Shop, lives: Lives, point: str, name: str, played: _Played) -> None:
    """A worker that dies at the point; what it held is free again at once: its lease is over."""
    if lives.died(lives.begin(point), 10):
        played.deaths[name] = played.deaths.get(name, 0) + 1
    else:
        played.missed.append(name)
    for table in ("payments", "refunds"):
        shop.stack.sql(f"UPDATE {table} SET due_at = now() WHERE work IS NOT NULL AND lease_token IS NOT NULL")


def _settle(shop: Shop, lives: Lives, played: _Played) -> None:
    """A worker that lives ends all of it; the shoppers of `prepare` pay."""
    lives.begin("")
    prepared = played.made["prepare"]
    _release(shop, prepared)
    _until(shop, prepared, "status = 'requires_action'")
    for payment_id in prepared:
        shop.fake.act("pay", payment_id=payment_id)
    every = [payment_id for ids in played.made.values() for payment_id in ids]

    _release(shop, every)
    deadline = time.monotonic() + _END_SECONDS + len(every) / 20
    while _left(shop) and time.monotonic() < deadline:
        time.sleep(0.5)  # what is claimed keeps its lease; what waits for its next look is looked at
        for table, name in (("payments", "id"), ("refunds", "payment_id")):
            shop.stack.sql(
                f"UPDATE {table} SET due_at = now() "
                f"WHERE {name} = ANY (%s) AND work IS NOT NULL AND lease_token IS NULL",
                (every,),
            )


def _left(shop: Shop) -> int:
    """Payments and refunds without an end."""
    [[count]] = shop.stack.sql(
        """
        SELECT (SELECT count(*) FROM payments WHERE status IN ('pending', 'requires_action')
                    OR capture_status = 'pending' OR void_status = 'pending' OR work IN ('close', 'check'))
             + (SELECT count(*) FROM refunds WHERE status = 'pending')
        """
    )
    return int(count)


def _judged(shop: Shop, played: _Played) -> list[Measure]:
    books = shop.fake.books()
    status = dict(shop.stack.sql("SELECT id, status FROM payments"))
    wrong_books, wrong_ends = [], []
    for verb, ids in played.made.items():
        for payment_id in ids:
            book = books[payment_id]
            found = (book["captured"], book["refunded"], book["held"])
            once = book["charges"] <= 1 and book["objects"] == 1
            if found != _ENDS[verb][1:] or not once:
                wrong_books.append(f"{verb} {book}")
            if status[payment_id] != _ENDS[verb][0]:
                wrong_ends.append(f"{verb} {status[payment_id]}")
    [[review]] = shop.stack.sql(
        "SELECT (SELECT count(*) FROM payments WHERE review_reason IS NOT NULL)"
        " + (SELECT count(*) FROM refunds WHERE review_reason IS NOT NULL)"
        " + (SELECT count(*) FROM unexpected_money WHERE status = 'review')"
    )
    every = sum(len(ids) for ids in played.made.values())
    points = [f"{verb} {point}" for verb, names in VERB_POINTS.items() for point in names]
    tried = all(point in played.deaths for point in points)
    missed = f"; not reached: {', '.join(played.missed)}" if played.missed else ""
    least = min(played.deaths.get(point, 0) for point in points)
    scale = (
        f"{sum(played.deaths.values())} workers killed, at least {least} at each of {len(points)} points of "
        f"{len(played.made)} verbs, promised on 100{missed}"
    )
    left = _left(shop)
    return [
        Measure(
            "P1", tried and not wrong_books, f"{len(wrong_books)} wrong of {every} {wrong_books[:2] or ''}", scale
        ),
        Measure("P2", left == review == 0, f"{left} without an end, {review} in review", scale),
        Measure("P3", not wrong_ends, f"{len(wrong_ends)} wrong {wrong_ends[:2] or ''}", f"{every} payments"),
    ]

"""Postgres is restored to before many payments over real processors: none is charged twice, none forgotten.

The backup is of when half of the payments were accepted and no processor had heard of them. Then all of them are
prepared and most are paid, some are paid back, and as many more are sold. All of that is lost here, and stands at
the processors. `gateway processors recover` compares, then workers and shoppers go on.
"""

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from faults.report import Measure
from faults.verdict import time_goes_by
from faults.world import World
from gateway.clock import iso, utc_now
from tests.support.client import Merchant
from tests.support.fake_door import FakeDoor, fake_process, urls_of
from tests.support.processors import Shop, open_shop
from tests.support.stack import ROOT, Stack, copy_database, database_of, eventually

PROMISES: Final = ("P11",)
_AMOUNT: Final = 50_000
_REFUND: Final = 20_000
_END_SECONDS: Final = 60.0

_KEPT: Final = ("paid back in part", "paid", "paid, not known", "paid later")
"""What came of those that the backup has, in turn. `not known`: nobody had looked when all was lost. `later`:
the shopper still has the form, and pays there after the restore."""
_GONE: Final = ("paid", "paid later")
"""Of those that it has not."""


@dataclass
class _Sale:
    """One payment, and what its shopper does."""

    shop: Shop
    payment: str
    course: str


def play_restore(world: World) -> list[Measure]:
    """The act, with live accounts: live work is stopped while they are compared."""
    count, since = world.plan.profile.restored_payments // 2, iso(utc_now() - timedelta(hours=1))
    with ExitStack() as several:
        doors = [several.enter_context(fake_process(name)) for name in ("stripe", "razorpay")]
        env = urls_of(*doors)
        with world.product("restore", **env) as (before, _):
            before.start("api")
            shops = [open_shop(before, door, "live") for door in doors]
            kept = _sold(shops, _KEPT, count)
            before.stop()
            name = before.database_url.rpartition("/")[2]
            backup = copy_database(database_of(world.postgres.url, "postgres"), name)
            before.start("api", "worker")
            gone = _sold(shops, _GONE, count)
            world.say(f"restore: {len(kept) + len(gone)} payments after the backup")
            _happen([*kept, *gone])
            before.stop()
        with world.product("restored", database=backup, **env) as (after, _):
            ran = _recover(after, since)
            found = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
            after.start("api", "worker")
            for sale in [*kept, *gone]:
                sale.shop = _in(after, sale.shop)
                if sale.course == "paid later":
                    sale.shop.fake.act("pay", payment_id=sale.payment)
            left = _settle(after, kept)
            return [_judged(after, doors, kept, gone, found, ran.returncode, left)]


def _sold(shops: list[Shop], courses: tuple[str, ...], count: int) -> list[_Sale]:
    """So many accepted payments, at the shops in turn."""
    sales = []
    for number in range(count):
        shop, course = shops[number % len(shops)], courses[number // len(shops) % len(courses)]
        sales.append(_Sale(shop, shop.pay_order(shop.order(_AMOUNT))["id"], course))
    return sales


def _happen(sales: list[_Sale]) -> None:
    """What is lost afterwards."""
    stack = sales[0].shop.stack
    _until(stack, [sale.payment for sale in sales], "status = 'requires_action'")
    early = [sale for sale in sales if sale.course in ("paid", "paid back in part")]
    for sale in sales:
        if sale.course != "paid later":
            if sale.course == "paid, not known":
                stack.sql("UPDATE payments SET due_at = now() + interval '1 hour' WHERE id = %s", (sale.payment,))
            sale.shop.fake.act("pay", payment_id=sale.payment)
    for sale in early:
        sale.shop.look(sale.payment)
    _until(stack, [sale.payment for sale in early], "status = 'success'")
    back = [sale for sale in early if sale.course == "paid back in part"]
    for sale in back:
        sale.shop.refund({"id": sale.payment}, _REFUND)
    _until(stack, [sale.payment for sale in back], f"amount_refunded = {_REFUND}")


def _until(stack: Stack, payments: list[str], condition: str) -> None:
    count = f"SELECT count(*) FROM payments WHERE id = ANY (%s) AND {condition}"
    wanted = [(len(payments),)]
    eventually(lambda: stack.sql(count, (payments,)) == wanted, 60 + len(payments), f"{condition} of all")


def _recover(stack: Stack, since: str) -> subprocess.CompletedProcess[str]:
    """As an operator does it, before workers start."""
    command = [sys.executable, "-m", "gateway.cli", "processors", "recover", "--since", since]
    return subprocess.run(command, env=stack.env, cwd=ROOT, capture_output=True, text=True, check=False)


def _in(stack: Stack, shop: Shop) -> Shop:
    """The same shop in the restored product."""
    merchant = Merchant(stack.base_url, shop.merchant.id, shop.merchant.key, shop.merchant.secret)
    return replace(shop, stack=stack, merchant=merchant)


def _settle(stack: Stack, kept: list[_Sale]) -> int:
    """How many of those that we have are without their end, a minute after the restore; hours pass in it."""
    merchants, ids = sorted({sale.shop.merchant.id for sale in kept}), [sale.payment for sale in kept]
    back = [sale.payment for sale in kept if sale.course == "paid back in part"]
    deadline = time.monotonic() + _END_SECONDS
    while True:
        [[left]] = stack.sql(
            "SELECT count(*) FROM payments WHERE id = ANY (%s) AND NOT "
            "(status = 'success' AND amount_refunded = CASE WHEN id = ANY (%s) THEN %s ELSE 0 END)",
            (ids, back, _REFUND),
        )
        if not left or time.monotonic() > deadline:
            return int(left)
        time_goes_by(stack, merchants)
        stack.sql("UPDATE processor_notices SET try_at = now() WHERE try_at > now()")
        time.sleep(0.5)


def _judged(
    stack: Stack,
    doors: list[FakeDoor],
    kept: list[_Sale],
    gone: list[_Sale],
    found: list[dict[str, Any]],
    code: int,
    left: int,
) -> Measure:
    books = {payment: book for door in doors for payment, book in door.books().items()}
    # Refunds, and what has changed by the looks that follow, have lines of their own.
    told = [one for one in found if one.get("finding") in ("adopted", "second", "elsewhere", "lost")]
    findings = {one["payment_id"]: one["finding"] for one in told}
    twice = [payment for payment, book in books.items() if book["charges"] > 1 or book["captured"] > _AMOUNT]
    made_twice = [payment for payment, book in books.items() if book["objects"] > 1]
    ours = {payment for (payment,) in stack.sql("SELECT id FROM payments")}
    forgotten = [one for one in books if one not in ours and findings.get(one) != "lost"]
    forgotten += [sale.payment for sale in kept if findings.get(sale.payment) != "adopted"]
    forgotten += [sale.payment for sale in gone if findings.get(sale.payment) != "lost"]
    wrong = []
    for sale in kept:
        book, refund = books[sale.payment], _REFUND if sale.course == "paid back in part" else 0
        if (book["captured"], book["refunded"], book["held"]) != (_AMOUNT, refund, 0):
            wrong.append(f"{sale.course} {book}")
    [[stops]] = stack.sql("SELECT count(*) FROM processor_stops")
    held = not (twice or made_twice or forgotten or wrong or left or stops or code)
    text = (
        f"{len(twice)} charged twice, {len(made_twice)} made twice, {len(forgotten)} forgotten, {left} without "
        f"their end, {len(wrong)} wrong {wrong[:2] or ''}; {list(findings.values()).count('adopted')} adopted, "
        f"{list(findings.values()).count('lost')} reported as lost; recover ended with {code}"
    )
    return Measure("P11", held, text, f"{len(kept) + len(gone)} payments after the backup, promised on 100")

"""Payments over an account at a processor: what accepting costs, how fast notices are taken, how fast they end.

The processor is the tests' fake of Stripe, a process of its own on the same cores. In a product of its own, since
the account takes the payments of its merchant. Only of our own product.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import psycopg

from benchmarks.bench import Bench, Measured
from benchmarks.figures import Figure
from benchmarks.gateway_client import wait_for
from benchmarks.load.generator import run_load
from benchmarks.load.spec import LoadSpec
from benchmarks.meters import Meters
from benchmarks.processes import ProductFailed
from benchmarks.product import Product
from benchmarks.scenarios.slow_bank import BANK_DELAY_MS
from benchmarks.shopper import Shopper, stripe_headers
from tests.support.fake_door import FakeDoor, fake_process, urls_of
from tests.support.processors import KEYS, WEBHOOK_SECRET

_BLOCKS = 6
"""Payments over the account and over the test bank are accepted by turns, so many times each."""


def accounts(bench: Bench) -> list[Figure]:
    """`accounts.slow.seconds`, `accounts.notices.*`, `accounts.accept.*` beside `accounts.simulated.*`."""
    if bench.product is None:
        return []
    with fake_process("stripe") as fake, Product(settings=urls_of(fake)) as product:
        gateway = replace(bench.gateway, base_url=product.base_url)
        own = replace(bench, gateway=gateway, meters=Meters(product.pids), product=product)
        account = _connect(own)
        figures = _ending(own, fake, account)
        figures += _notices(own, fake, account)
        return figures + _accepting(own, product, account)  # last: what it leaves is looked up for an hour


def _connect(bench: Bench) -> str:
    """An enabled account that takes every payment of the merchant; its id."""
    keys, gateway = KEYS["stripe"], bench.gateway
    with _database(bench) as connection:  # as an owner of the merchant may widen the scopes of a key
        connection.execute("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (gateway.key,))
    made = gateway.expect(
        "POST",
        "/api/v1/processor-accounts",
        {
            "processor": "stripe",
            "credentials": {"publishable_key": keys.public, **keys.secrets},
            "webhook_secret": WEBHOOK_SECRET,
        },
    )
    checked = gateway.expect("POST", f"/api/v1/processor-accounts/{made['id']}/check")
    if checked["status"] != "enabled":
        raise ProductFailed(f"the account at the fake was not enabled: {checked}")
    gateway.expect("PUT", "/api/v1/processor-routes", {"rules": [{"account_id": made["id"]}]})
    return str(made["id"])


def _accepting(bench: Bench, product: Product, account: str) -> list[Figure]:
    """CPU per accepted payment with no worker beside it: over the account, and over the test bank."""
    count = max(bench.sizes.drain // _BLOCKS, 1)
    spent: dict[str, list[Measured]] = {"accept": [], "simulated": []}
    with product.without("worker"):
        for block in range(2 * _BLOCKS):
            name, status = (("accept", "enabled"), ("simulated", "disabled"))[block % 2]
            bench.gateway.expect("PATCH", f"/api/v1/processor-accounts/{account}", {"status": status})
            measured = bench.measure(_payments(bench, count, simulated=name == "simulated"), idle=False)
            if measured.run.succeeded < measured.run.planned:
                raise ProductFailed(f"{name}: {measured.run.first_refusal}")
            spent[name].append(measured)
    bench.gateway.expect("PATCH", f"/api/v1/processor-accounts/{account}", {"status": "enabled"})
    return [figure for name, blocks in spent.items() for figure in _costs(bench, name, blocks)]


def _costs(bench: Bench, name: str, blocks: list[Measured]) -> list[Figure]:
    """Of all blocks but the first, which warms up."""
    timed = blocks[1:] or blocks
    count = sum(one.run.succeeded for one in timed)
    notes = "; ".join(dict.fromkeys(filter(None, map(bench.note, timed))))
    api = sum(one.spent.by_name["api"] for one in timed)
    everything = sum(one.spent.product + one.spent.stores for one in timed)
    return [
        Figure(f"accounts.{name}.per_s", count / sum(one.run.seconds for one in timed), "1/s", notes),
        Figure(f"accounts.{name}.api_cpu_ms", 1000 * api / count, "ms", notes),
        Figure(f"accounts.{name}.all_cpu_ms", 1000 * everything / count, "ms", notes),
    ]


def _payments(bench: Bench, count: int, *, simulated: bool = False) -> LoadSpec:
    """`count` payments in the shopper's form there, or by UPI at the test bank."""
    how = {"method": "upi", "vpa": "success@bank"} if simulated else {"method": "card"}
    bodies = [{"order_id": order, **how} for order in bench.new_orders(count)]
    return bench.spec("/api/v1/payments", bodies)


def _ending(bench: Bench, fake: FakeDoor, account: str) -> list[Figure]:
    """Seconds from the first creation until all have succeeded: each call takes a second, shoppers pay at once.

    The processor tells of each success by a notice.
    """
    fake.forget()
    spec = _payments(bench, bench.sizes.slow_bank)
    url = f"{bench.gateway.base_url}/api/v1/processors/{account}/notices"
    with _slow(fake), Shopper(fake, url, WEBHOOK_SECRET):
        started = time.monotonic()
        before = bench.meters.read()
        run = run_load(spec)
        _wait_for_successes(bench, run.succeeded)
        seconds, spent = time.monotonic() - started, bench.meters.since(before)
    note = "" if run.succeeded == run.planned else f"{run.succeeded} of {run.planned}: {run.first_refusal}"
    books = fake.books()
    if any(books[payment]["charges"] != 1 for payment in run.due_by_id):
        raise ProductFailed("a payment was not charged once")
    bench.details["accounts.slow"] = {"payments": run.succeeded, "seconds": seconds, "cpu_s": spent.by_name}
    return [
        Figure("accounts.slow.seconds", seconds, "s", note),
        Figure("accounts.slow.worker_cpu_ms", 1000 * spent.by_name["worker"] / run.succeeded, "ms", note),
    ]


@contextmanager
def _slow(fake: FakeDoor) -> Iterator[None]:
    fake.delay(BANK_DELAY_MS / 1000)
    try:
        yield
    finally:
        fake.delay(0)


def _notices(bench: Bench, fake: FakeDoor, account: str) -> list[Figure]:
    """Notices taken per second, each of another event about a payment: alone, and while the worker looks."""
    events = [one for one in fake.events() if one["type"] == "payment_intent.succeeded"]
    count, path = bench.sizes.notices, f"/api/v1/processors/{account}/notices"
    bodies = [
        json.dumps(events[n % len(events)] | {"id": f"evt_bench{n:08d}"}, separators=(",", ":"))
        for n in range(count)
    ]
    headers = [stripe_headers(body, WEBHOOK_SECRET) for body in bodies]
    spec = replace(
        bench.spec(path, []), headers={}, requests=[(path, body) for body in bodies], headers_each=headers
    )
    figures = []
    for name, part in (("notices", slice(0, count // 2)), ("looked", slice(count // 2, count))):
        half = replace(spec, requests=spec.requests[part], headers_each=spec.headers_each[part])
        with _alone(bench) if name == "notices" else nullcontext():
            measured = bench.measure(half, idle=False)
        bench.keep_details(f"accounts.{name}", measured)
        run = measured.run
        rate = run.succeeded / run.seconds if run.seconds else 0.0
        figures.append(Figure(f"accounts.{name}.per_s", rate, "1/s", bench.note(measured)))
        figures += bench.cpu_figures(f"accounts.{name}", measured, run.succeeded)
    return figures


def _alone(bench: Bench) -> AbstractContextManager[None]:
    """No worker beside it."""
    assert bench.product is not None
    return bench.product.without("worker")


def _wait_for_successes(bench: Bench, count: int) -> None:
    """Until so many payments over the account have succeeded. Raises `ProductFailed` at the time limit."""
    text = "SELECT count(*) FROM payments WHERE status = 'success' AND account_id IS NOT NULL"
    with _database(bench) as connection:
        connection.autocommit = True
        if not wait_for(
            lambda: connection.execute(text).fetchone() == (count,), bench.sizes.max_seconds, every=0.02
        ):
            raise ProductFailed(f"{count} successes did not come within {bench.sizes.max_seconds:g} s")


def _database(bench: Bench) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection of the product's own role."""
    assert bench.product is not None
    return psycopg.connect(bench.product.postgres.url)

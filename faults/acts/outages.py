"""Postgres restarts, and the network between the product and its neighbours breaks, while a shop sells."""

import time
from dataclasses import dataclass
from typing import Final

import httpx

from dev.postgres import PostgresServer
from faults.audit import audit, wrong_failures
from faults.plan import Fault
from faults.proxy import Proxies, proxies
from faults.receiver import running_receiver
from faults.report import Measure
from faults.shop import Load, sales
from faults.world import World, percentile, play
from tests.support.client import Merchant
from tests.support.stack import Process, Stack, prepare_database
from tests.webhooks.shop import new_endpoint

PROMISES: Final = ("A7", "A10")
_END_SECONDS: Final = 60.0


@dataclass
class Seen:
    """Seconds until the API was good again after each restart and each sickness of the network."""

    restarts: list[float]
    healed: list[float]


def play_outages(world: World) -> list[Measure]:
    """The act. Its Postgres is its own: others go on."""
    folder = world.subfolder("outages-postgres")
    with (
        PostgresServer(folder / "postgres", durable=False) as server,
        world.product("outages", TEST_PROCESSING_DELAY="200") as (stack, redis),
        running_receiver() as receiver,
        proxies({"postgres": server.port, "redis": redis.port, "receiver": receiver.port}) as between,
    ):
        prepare_database(server.url)
        stack.database_url = server.url
        ours = {
            "DATABASE_URL": server.url.replace(f":{server.port}/", f":{between.ports['postgres']}/"),
            "REDIS_URL": redis.url.replace(f":{redis.port}/", f":{between.ports['redis']}/"),
        }
        for process in _processes(stack):
            process.env = process.env | ours
        stack.start()
        pids = [process.pid for process in _processes(stack)]
        merchant = stack.merchant()
        new_endpoint(merchant, receiver.url("/ok/hook", between.ports["receiver"]))
        load, seen = _sell_through(world, merchant, server, between)
        ended = time.monotonic()
        told = _until_all_is_done(stack, merchant)
        waited = time.monotonic() - ended
        missing = len(told - receiver.accepted().keys())
        alive = all(process.is_running() for process in _processes(stack))
        alive = alive and pids == [process.pid for process in _processes(stack)]
        found, wrong = audit(stack, merchant.id, load.sales), wrong_failures(stack, load.sales)
    lost = found.lost + found.orphans + found.untold
    clean = not load.wrong and lost == found.without_end == found.doubled == wrong == missing == 0 and alive
    text = (
        f"{load.describe()} {load.wrong[0] if load.wrong else ''}; {lost} lost, "
        f"{found.without_end} without an end, {found.doubled} doubled, {wrong} wrong failed, "
        f"{missing} webhooks missing; done {waited:.0f} s after; processes {'the same' if alive else 'DIED'}"
    )
    return _measures(world, seen, clean, text, len(load.sales))


def _sell_through(world: World, merchant: Merchant, server: PostgresServer, between: Proxies) -> tuple[Load, Seen]:
    """The shop's load while everything on the plan happens."""
    faults, profile = world.plan.outages, world.plan.profile
    seconds = faults[-1].at + faults[-1].seconds + 3
    load = Load(merchant, sales(int(seconds * profile.outage_payments_per_second)), seconds, refunds=False)
    seen = Seen([], [])

    def act(fault: Fault) -> None:
        world.say(f"outages: {fault.what} {fault.target}")
        if fault.what == "restart":
            server.restart(immediate=True)
            seen.restarts.append(_seconds_until_good(merchant))
            return
        between.switch(fault.target, fault.what)
        time.sleep(fault.seconds)
        between.switch(fault.target, "pass")
        seen.healed.append(_seconds_until_good(merchant))

    load.start()
    play(faults, act)
    load.finish(250)
    return load, seen


def _measures(world: World, seen: Seen, clean: bool, text: str, payments: int) -> list[Measure]:
    restarted, healed = max(seen.restarts, default=float("inf")), max(seen.healed, default=float("inf"))
    sick = {f"{fault.what} {fault.target}" for fault in world.plan.outages if fault.what != "restart"}
    often = percentile(seen.healed, 0.5)
    return [
        Measure("A7", clean and restarted <= 10, f"good {restarted:.1f} s after at most; {text}",
                f"{len(seen.restarts)} restarts, {payments} payments"),
        Measure("A10", clean and healed <= 30,
                f"good {healed:.1f} s after at most, p50 {often:.1f} s; the rest as in A7",
                f"{len(seen.healed)} times: {', '.join(sorted(sick))}"),
    ]  # fmt: skip


def _processes(stack: Stack) -> tuple[Process, ...]:
    return stack.api, stack.worker, stack.webhooks


def _seconds_until_good(merchant: Merchant) -> float:
    """Until ten orders in a row are accepted; a minute at most."""
    started = time.monotonic()
    good = 0
    while good < 10 and time.monotonic() - started < 60:
        try:
            code = merchant.api.post("/orders", json={"amount": 500, "receipt": "probe"}).status_code
        except httpx.TransportError:
            code = 0
        good = good + 1 if code == 201 else 0
        if code != 201:
            time.sleep(0.1)
    return time.monotonic() - started


def _until_all_is_done(stack: Stack, merchant: Merchant) -> set[str]:
    """Every event, once payments have ended and deliveries are done, or a minute has passed."""
    undone = """
        SELECT (SELECT count(*) FROM payments WHERE work IS NOT NULL)
             + (SELECT count(*) FROM deliveries WHERE status = 'pending')"""
    deadline = time.monotonic() + _END_SECONDS
    while time.monotonic() < deadline and stack.sql(undone) != [(0,)]:
        time.sleep(0.3)
    return {row[0] for row in stack.sql("SELECT id FROM events WHERE merchant_id = %s", (merchant.id,))}

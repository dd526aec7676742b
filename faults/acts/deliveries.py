"""Webhooks: prompt, not held up by neighbours, retried on time, probed seldom, replayed once."""

import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from faults.receiver import Receiver, running_receiver
from faults.report import Measure
from faults.world import World, percentile
from tests.support.stack import Stack, eventually
from tests.webhooks import zoo
from tests.webhooks.engine import Engine, running_engine
from tests.webhooks.shop import new_endpoint

_PROBE_SECONDS: Final = 30.0


def play_prompt(world: World) -> list[Measure]:
    """Latencies: to be played while nothing else runs."""
    return [*asyncio.run(_first_attempts(world)), asyncio.run(_neighbours(world))]


async def _first_attempts(world: World) -> list[Measure]:
    """50 events a second from outside: no hint reaches the sender, only its own looking. Then without Redis."""
    texts, held, count = [], True, world.plan.profile.prompt_events
    with world.product("prompt") as (stack, server), running_receiver() as receiver:
        stack.start("webhooks")
        async with running_engine(stack.database_url) as engine:
            endpoint = await engine.endpoint(receiver.url("/ok/hook"))
            await engine.events(1)
            await _until(lambda: len(receiver.accepted()) == 1, 30)
            for name, limit in (("with Redis", 1.0), ("without Redis", 1.5)):
                if name == "without Redis":
                    server.stop()
                before = len(receiver.accepted())
                await _publish_at(engine, 50, count)
                await _until(partial(_has_accepted, receiver, before + count), 60)
                seconds = _latencies(stack, receiver, endpoint)[-count:]
                p50, p99 = percentile(seconds, 0.5), percentile(seconds, 0.99)
                held = held and p50 <= 0.15 and p99 <= limit
                texts.append(f"{name} p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms")
    return [Measure("D5", held, "; ".join(texts), f"{count} events each")]


async def _neighbours(world: World) -> Measure:
    """50 endpoints hang and 50 drip; each event goes to all of them and to the healthy one."""
    count = world.plan.profile.neighbour_events
    with (
        world.product("neighbours") as (stack, _),
        running_receiver() as receiver,
        zoo.in_a_process("hang", "drip") as bad,
    ):
        stack.start("webhooks")
        async with running_engine(stack.database_url) as engine:
            for number in range(100):
                port = bad["hang" if number % 2 else "drip"]
                await engine.endpoint(f"http://127.0.0.1:{port}/{number}")
            healthy = await engine.endpoint(receiver.url("/ok/hook"))
            await _publish_at(engine, 10, 20)
            before = _resident_mb(stack.webhooks.pid)
            await _publish_at(engine, 10, count)
            await _until(lambda: len(receiver.accepted()) == count + 20, 60)
            [[most]] = await engine.sql(
                """
                SELECT COALESCE(max(held), 0) FROM (
                    SELECT count(*) AS held FROM deliveries
                    WHERE lease_token IS NOT NULL AND due_at > now() AND endpoint_id <> %s GROUP BY endpoint_id) h
                """,
                healthy,
            )
            grown = _resident_mb(stack.webhooks.pid) - before
            p99 = percentile(_latencies(stack, receiver, healthy), 0.99)
    text = f"healthy p99 {p99 * 1000:.0f} ms; a bad one holds {most}; sender grew {grown:.0f} MB"
    return Measure("D7", p99 <= 2 and most <= 4 and grown < 50, text, f"{count + 20} events to 101 endpoints")


def play_schedule(world: World) -> list[Measure]:
    """The default schedule of tests, and one with jitter of our own; Redis goes and comes in between."""
    early = late = 0.0
    count = 0
    for name, setting in (("the contract's", ""), ("0,4,8 with jitter", "0,4,8")):
        with (
            world.product("schedule", GATEWAY_WEBHOOK_SCHEDULE_SECONDS=setting) as (stack, redis),
            running_receiver() as receiver,
        ):
            stack.start("api", "webhooks")
            merchant = stack.merchant()
            new_endpoint(merchant, receiver.url("/first/2/hook"), events=["payment.created"])
            for _ in range(5):
                merchant.upi(merchant.order())
            eventually(lambda: len(receiver.arrivals()) >= 5, 20, "first attempts")
            redis.kill()
            time.sleep(2)
            redis.start()
            eventually(lambda: len(receiver.accepted()) == 5, 60, f"third attempts of {name}")
            delays = (5.0, 10.0) if not setting else (4.0, 8.0)
            share = 0.2 if setting else 0.0
            by_event: dict[str, list[float]] = {}
            for arrival in receiver.arrivals():
                by_event.setdefault(arrival.event, []).append(arrival.at)
            for times in by_event.values():
                for delay, before, after in zip(delays, times, times[1:], strict=False):
                    early = max(early, delay * (1 - share) - (after - before))
                    late = max(late, after - before - delay * (1 + share))
                    count += 1
    text = f"at most {early:.2f} s early, {late:.2f} s late"
    held = early <= 2 and late <= 5 and count >= 20
    return [Measure("D4", held, text, f"{count} retries, delays of 4 to 10 s")]


def play_breaker(world: World) -> list[Measure]:
    """An endpoint fails; after ten failures it is probed each 30 s; it is healed and gets all of it."""
    probes_wanted = world.plan.profile.breaker_probes
    env = {"GATEWAY_WEBHOOK_BREAKER_SECONDS": f"{_PROBE_SECONDS:g}"}
    with world.product("breaker", **env) as (stack, _), running_receiver() as receiver:
        stack.start("api", "webhooks")
        merchant = stack.merchant()
        events = ["payment.created"]
        bad = new_endpoint(merchant, receiver.url("/switch/hook"), events=events)
        new_endpoint(merchant, receiver.url("/ok/hook"), events=events)
        for _ in range(16):
            merchant.upi(merchant.order())
        broken = "SELECT failures_in_row FROM endpoint_health WHERE endpoint_id = %s"
        eventually(lambda: stack.sql(broken, (bad["id"],)) >= [(10,)], 60, "ten failures")
        time.sleep(2)  # attempts that were on their way
        opened = len([one for one in receiver.arrivals() if one.url.startswith("/switch")])
        for _ in range(4):  # the neighbour goes on meanwhile
            merchant.upi(merchant.order())

        def probes() -> list[float]:
            return [one.at for one in receiver.arrivals() if one.url.startswith("/switch")][opened:]

        eventually(lambda: len(probes()) >= probes_wanted, _PROBE_SECONDS * (probes_wanted + 1), "probes")
        gaps = [later - before for before, later in zip(probes(), probes()[1:], strict=False)]
        neighbour = len({one.event for one in receiver.arrivals() if one.url.startswith("/ok")})
        receiver.heal()
        healed = time.monotonic()
        done = "SELECT count(*) FROM deliveries WHERE endpoint_id = %s AND status = 'pending'"
        eventually(lambda: stack.sql(done, (bad["id"],)) == [(0,)], _PROBE_SECONDS + 40, "everything delivered")
        closed = time.monotonic() - healed
    held = min(gaps) >= _PROBE_SECONDS - 1 and neighbour == 20
    text = f"probes {min(gaps):.1f} s apart at least; closed and worked off {closed:.1f} s after it healed; "
    return [Measure("D10", held, text + f"neighbour got {neighbour} of 20", f"{len(gaps) + 1} probes")]


def play_replay(world: World) -> list[Measure]:
    """While an endpoint was away: recover sends each missed event once, though the sender is killed in it."""
    count = world.plan.profile.replayed
    with world.product("replay", GATEWAY_LEASE_SECONDS="5") as (stack, _), running_receiver() as receiver:
        stack.start("api")
        merchant = stack.merchant()
        endpoint = new_endpoint(merchant, receiver.url("/ok/hook"), events=["payment.success"])
        stack.sql(
            """
            INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
            SELECT 'evt_' || left(md5(n::text), 16), %s::uuid, 'test', 'payment.success',
                   'made-up-' || n, 1, '{"id":"made up"}', now() FROM generate_series(1, %s) n
            """,
            (merchant.id, count),
        )
        since = {"since": "2026-01-01T00:00:00Z", "endpoint_id": endpoint["id"]}
        started = merchant.api.post("/webhooks/recover", json=since).raise_for_status().json()
        stack.start("webhooks")
        eventually(lambda: len(receiver.accepted()) >= count // 10, 60, "the first tenth")
        stack.webhooks.kill()
        stack.start("webhooks")
        asyncio.run(_until(partial(_has_accepted, receiver, count), 900, every=1))
        undone = "SELECT count(*) FROM deliveries WHERE status = 'pending'"
        eventually(lambda: stack.sql(undone) == [(0,)], 60, "all written down")
        sent = receiver.accepted()
        twice = sum(len(times) - 1 for times in sent.values())
        time.sleep(1.1)  # the resend's timestamp is of another second
        [[delivery, event]] = stack.sql("SELECT id::text, event_id FROM deliveries LIMIT 1")
        again = merchant.api.post(f"/webhooks/{delivery}/retry")
        eventually(lambda: len(receiver.accepted()[event]) > len(sent[event]), 20, "the resend")
        first, last = receiver.accepted()[event][0], receiver.accepted()[event][-1]
        fresh = last.headers["webhook-timestamp"] > first.headers["webhook-timestamp"]
        same = last.body == first.body and last.headers["webhook-id"] == first.headers["webhook-id"]
    held = again.status_code == 200 and fresh and same and twice <= max(count * 0.05, 5)
    text = f"{len(sent)} of {started['total']} sent, {twice} of them twice by the kill; resend of a success: "
    text += f"same id {same}, new timestamp {fresh}"
    return [Measure("D12", held, text, f"{count} of 10,000 events")]


def _has_accepted(receiver: Receiver, count: int) -> bool:
    return len(receiver.accepted()) == count


async def _publish_at(engine: Engine, per_second: float, count: int) -> None:
    """Events at a steady pace."""
    started = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(started + number / per_second - time.monotonic(), 0))
        await engine.events(1)


def _latencies(stack: Stack, receiver: Receiver, endpoint: str) -> list[float]:
    """Seconds from an event's moment to its first accepted arrival, in the order of the events."""
    accepted = receiver.accepted()
    rows = stack.sql(
        """
        SELECT e.id, extract(epoch FROM e.created_at)::float8
        FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.endpoint_id = %s ORDER BY e.created_at
        """,
        (endpoint,),
    )
    return [accepted[event_id][0].at - at for event_id, at in rows]


def _resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _until(holds: Callable[[], bool], seconds: float, every: float = 0.1) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(every)

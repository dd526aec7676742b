"""Promises D1, D5 and D7, with real processes: nothing lost, nothing late, nobody blocked by a neighbour."""

import asyncio
import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.redis import RedisServer
from tests.support.stack import Stack, eventually
from tests.webhooks import zoo
from tests.webhooks.counting_receiver import CountingReceiver, counting_receiver
from tests.webhooks.engine import Engine, running_engine

NewStack = Callable[..., tuple[Stack, RedisServer]]
pytestmark = [pytest.mark.faults, pytest.mark.alone, pytest.mark.timeout(300)]


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def latencies(stack: Stack, receiver: CountingReceiver, endpoint: str) -> list[float]:
    """Seconds from an event's moment to its first accepted arrival, per event of the endpoint."""
    accepted = receiver.accepted()
    rows = stack.sql(
        """
        SELECT e.id, extract(epoch FROM e.created_at)::float8
        FROM deliveries d JOIN events e ON e.id = d.event_id WHERE d.endpoint_id = %s
        """,
        (endpoint,),
    )
    assert all(event_id in accepted for event_id, _ in rows), "some never arrived"
    return [accepted[event_id][0] - at for event_id, at in rows]


async def publish_at(engine: Engine, per_second: float, count: int) -> None:
    """Events at a steady pace."""
    started = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(started + number / per_second - time.monotonic(), 0))
        await engine.events(1)


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def test_a_hundred_bad_neighbours_do_not_delay_a_healthy_endpoint(new_stack: NewStack) -> None:
    """50 endpoints hang and 50 drip; each event goes to all of them and to the healthy one."""
    stack, _ = new_stack()
    with counting_receiver() as receiver, zoo.in_a_process("hang", "drip") as bad:
        stack.start("webhooks")
        async with running_engine(stack.database_url) as engine:
            for number in range(100):
                port = bad["hang" if number % 2 else "drip"]
                await engine.endpoint(f"http://127.0.0.1:{port}/{number}")
            healthy = await engine.endpoint(f"http://127.0.0.1:{receiver.port}/hook")
            await publish_at(engine, 10, 20)
            before = resident_mb(stack.webhooks.pid)
            await publish_at(engine, 10, 280)
            eventually(lambda: len(receiver.accepted()) == 300, 30, "300 arrivals")
            [[most]] = await engine.sql(
                """
                SELECT max(held) FROM (
                    SELECT count(*) AS held FROM deliveries
                    WHERE lease_token IS NOT NULL AND due_at > now() AND endpoint_id <> %s GROUP BY endpoint_id) h
                """,
                healthy,
            )
            grown = resident_mb(stack.webhooks.pid) - before
            seconds = latencies(stack, receiver, healthy)
    print(f"healthy: p50 {percentile(seconds, 0.5):.3f} s, p99 {percentile(seconds, 0.99):.3f} s; +{grown:.0f} MB")
    assert most <= 4
    assert percentile(seconds, 0.99) <= 2
    assert grown < 50


@pytest.mark.parametrize("redis", ["with Redis", "without Redis"])
async def test_first_attempts_are_prompt(new_stack: NewStack, redis: str) -> None:
    """50 events a second for 8 s, from outside: no hint reaches the sender, only its own looking."""
    stack, server = new_stack()
    if redis == "without Redis":
        server.stop()
    with counting_receiver() as receiver:
        stack.start("webhooks")
        async with running_engine(stack.database_url) as engine:
            endpoint = await engine.endpoint(f"http://127.0.0.1:{receiver.port}/hook")
            await engine.events(1)
            eventually(lambda: len(receiver.accepted()) == 1, 20, "the first arrival")
            await publish_at(engine, 50, 400)
            eventually(lambda: len(receiver.accepted()) == 401, 30, "401 arrivals")
            seconds = latencies(stack, receiver, endpoint)[1:]
    print(f"{redis}: p50 {percentile(seconds, 0.5) * 1000:.0f} ms, p99 {percentile(seconds, 0.99) * 1000:.0f} ms")
    assert percentile(seconds, 0.5) <= 0.15
    assert percentile(seconds, 0.99) <= (1.0 if redis == "with Redis" else 1.5)


async def test_ten_thousand_events_arrive_though_receivers_fail_and_senders_are_killed(
    new_stack: NewStack,
) -> None:
    """One attempt in five fails; of three senders a random one is killed every two seconds, five times."""
    stack, _ = new_stack(GATEWAY_LEASE_SECONDS="5")
    chance = random.Random(7)
    with counting_receiver() as receiver:
        async with running_engine(stack.database_url) as engine:
            for number in range(5):
                url = f"http://127.0.0.1:{receiver.port}/fail/20/{number}"
                await engine.endpoint(url, events=[("payment.success", "payment.failed", "order.paid",
                                                    "refund.created", "refund.processed")[number]])  # fmt: skip
            senders = [stack.webhooks, stack.another("webhooks"), stack.another("webhooks")]
            for sender in senders:
                sender.start()
            kinds = ("payment.success", "payment.failed", "order.paid", "refund.created", "refund.processed")
            published = 0
            next_kill, kills = time.monotonic() + 2, 0
            while published < 10_000:
                for kind in kinds:
                    await engine.events(100, kind)
                published += 500
                await asyncio.sleep(0.3)
                if time.monotonic() >= next_kill and kills < 5:
                    victim = chance.choice(senders)
                    victim.kill()
                    victim.start()
                    kills, next_kill = kills + 1, time.monotonic() + 2
            told = {row[0] for row in await engine.sql("SELECT id FROM events")}
            eventually(lambda: told <= receiver.accepted().keys(), 150, "every event accepted")
            accepted = receiver.accepted()
            eventually(
                lambda: stack.sql("SELECT count(*) FROM deliveries WHERE status <> 'success'") == [(0,)],
                60,
                "every delivery done",
            )
            for sender in senders:
                sender.kill()
    duplicates = sum(len(times) - 1 for times in accepted.values())
    print(f"10,000 events, {kills} kills, {duplicates} duplicates")
    assert len(told) == 10_000 and kills >= 3
    assert duplicates <= 100, "1 %"

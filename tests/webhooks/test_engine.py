"""The rules of delivery, looked at from inside: breaker, disabling, pace, fairness, leases."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from gateway.webhooks.deliveries.housekeep import housekeep_webhooks
from tests.webhooks.engine import running_engine, until
from tests.webhooks.receiver import Receiver
from tests.webhooks.zoo import hang, serving


async def test_ten_failures_in_a_row_leave_one_probe_per_interval(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url, webhook_breaker_seconds=2) as engine:
        broken, fine = await engine.endpoint(receiver.url("/broken")), await engine.endpoint(receiver.url("/fine"))
        receiver.answer("/broken", 500)
        await engine.events(60)
        for _ in range(50):  # a drain may end while an attempt that holds up the next is being written down
            await engine.drain()
            if len(receiver.at("/broken")) >= 10:
                break
        tried = len(receiver.at("/broken"))
        assert 10 <= tried <= 14, "up to four were in flight when the tenth failed"
        assert len(receiver.at("/fine")) == 60
        failures, _, _, open_until = await engine.health(broken)
        assert failures == tried and open_until is not None
        ends_at = time.monotonic() + 5
        while time.monotonic() < ends_at:
            await engine.drain(linger=0)
            await asyncio.sleep(0.02)
        probes = len(receiver.at("/broken")) - tried
        assert 2 <= probes <= 3, "one every two seconds"
        receiver.answer("/broken", 200)
        await engine.hurry()
        await engine.sql("UPDATE endpoint_health SET open_until = now() WHERE endpoint_id = %s", broken)
        await engine.drain()
        assert (await engine.health(broken))[0] == 0
        assert {row[0] for row in await engine.deliveries("status", broken)} == {"success"}
        assert {row[0] for row in await engine.deliveries("status", fine)} == {"success"}


async def test_two_processes_share_the_one_probe(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url, webhook_breaker_seconds=30) as engine:
        broken = await engine.endpoint(receiver.url("/broken"))
        receiver.answer("/broken", 500)
        await engine.sql(
            "INSERT INTO endpoint_health (endpoint_id, failures_in_row, failing_since, open_until) "
            "VALUES (%s, 10, now(), now())",
            broken,
        )
        await engine.events(20)
        drains = [engine.new_drain(engine.another()) for _ in range(4)]
        await asyncio.gather(*(drain.run(linger=0.2) for drain in drains))
        assert len(receiver.at("/broken")) == 1


async def test_only_failures_for_days_disable_an_endpoint_and_tell_the_others(
    database_url: str, receiver: Receiver
) -> None:
    async with running_engine(database_url) as engine:
        worn_out = await engine.endpoint(receiver.url("/worn"), events=["payment.success"])
        other = await engine.endpoint(receiver.url("/other"), events=["endpoint.disabled"])
        receiver.answer("/worn", 500)
        await engine.events(3)
        await engine.drain()
        await engine.sql("UPDATE endpoint_health SET failing_since = now() - interval '4 days 23 hours'")
        await engine.hurry()
        await engine.drain()
        assert await engine.sql("SELECT status FROM webhook_endpoints WHERE id = %s", worn_out) == [("enabled",)]
        await engine.sql("UPDATE endpoint_health SET failing_since = now() - interval '5 days'")
        await engine.hurry()
        await engine.drain()
        [[status, reason, at]] = await engine.sql(
            "SELECT status, disabled_reason, disabled_at FROM webhook_endpoints WHERE id = %s", worn_out
        )
        assert (status, reason) == ("disabled", "every attempt failed for 5 days")
        assert at is not None
        [told] = receiver.at("/other")
        assert told.json["event"] == "endpoint.disabled"
        assert told.json["data"]["endpoint"] | {"description": ""} == {
            "id": worn_out,
            "url": receiver.url("/worn"),
            "description": "",
            "status": "disabled",
            "disabled_reason": reason,
        }
        await housekeep_webhooks(engine.database)
        assert set(await engine.deliveries("status, due_at", worn_out)) == {("failed", None)}
        assert {row[0] for row in await engine.deliveries("status", other)} == {"success"}


async def test_one_success_resets_the_days(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        endpoint = await engine.endpoint(receiver.url())
        receiver.answer("/hook", 500)
        await engine.events()
        await engine.drain()
        await engine.sql("UPDATE endpoint_health SET failing_since = now() - interval '4 days'")
        receiver.answer("/hook", 200)
        await engine.hurry()
        await engine.drain()
        failures, failing_since, last_success_at, _ = await engine.health(endpoint)
        assert (failures, failing_since) == (0, None)
        assert last_success_at is not None


async def test_410_disables_at_once(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        gone = await engine.endpoint(receiver.url("/gone"))
        receiver.answer("/gone", 410)
        await engine.events()
        await engine.drain()
        assert await engine.deliveries("status, attempts, next_attempt_at, response_code", gone) == [
            ("failed", 1, None, 410)
        ]
        [[status, reason]] = await engine.sql(
            "SELECT status, disabled_reason FROM webhook_endpoints WHERE id = %s", gone
        )
        assert (status, reason) == ("disabled", "the endpoint answered 410 Gone")


async def test_retry_after_lengthens_the_delay_within_bounds(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        waits = {}
        for path, code, seconds in (
            ("/longer", 429, "30"),
            ("/shorter", 503, "1"),
            ("/for-ever", 503, "999999"),
            ("/other-code", 500, "30"),
        ):
            endpoint = await engine.endpoint(receiver.url(path))
            receiver.answer(path, code, headers={"Retry-After": seconds})
            waits[path] = endpoint
        await engine.events()
        await engine.drain()

        async def wait_of(path: str) -> float:
            [[due_at, last]] = await engine.deliveries("next_attempt_at, last_attempt_at", waits[path])
            return float((due_at - last).total_seconds())

        assert 29 <= await wait_of("/longer") <= 31
        assert 4 <= await wait_of("/shorter") <= 6, "never earlier than the schedule"
        assert 3599 <= await wait_of("/for-ever") <= 3602, "an hour at most here"
        assert 4 <= await wait_of("/other-code") <= 6


async def test_a_delivery_that_kills_its_sender_time_and_again_counts_as_failed(
    database_url: str, receiver: Receiver
) -> None:
    async with running_engine(database_url) as engine:
        endpoint = await engine.endpoint(receiver.url())
        await engine.events()
        for _ in range(5):
            [item] = await engine.another().claim(10)  # and the process dies
            assert (item.attempts, item.claims) == (0, _ + 1)
            await engine.sql("UPDATE deliveries SET due_at = now()")
        await engine.drain()
        assert receiver.requests == []
        assert await engine.deliveries("status, attempts, error_class, claims", endpoint) == [
            ("pending", 1, "crash", 0)
        ]
        await engine.hurry()
        await engine.drain()
        assert await engine.deliveries("status, attempts", endpoint) == [("success", 2)]


async def test_a_lost_lease_changes_nothing_but_the_log(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        endpoint = await engine.endpoint(receiver.url())
        receiver.answer("/hook", 500, 200)
        await engine.events()
        slow = engine.another()
        [late] = await slow.claim(10)
        await engine.sql("UPDATE deliveries SET due_at = now()")  # its lease is over
        [current] = await engine.work.claim(10)
        await slow.work(late)
        await engine.work.work(current)
        assert await engine.deliveries("status, attempts, response_code", endpoint) == [("success", 1, 200)]
        codes = await engine.sql("SELECT response_code FROM delivery_attempts ORDER BY id")
        assert codes == [(500,), (200,)]


async def test_an_untried_endpoint_gets_one_attempt_and_a_healthy_one_a_short_queue(
    database_url: str, receiver: Receiver
) -> None:
    async with running_engine(database_url) as engine:
        new, failing, healthy = [await engine.endpoint(receiver.url(f"/{number}")) for number in range(3)]
        await engine.healthy(healthy)
        await engine.sql(
            "INSERT INTO endpoint_health (endpoint_id, failures_in_row, failing_since) VALUES (%s, 3, now())",
            failing,
        )
        await engine.events(60)
        claimed: list[str] = []
        while batch := await engine.work.claim(100):
            claimed += [item.endpoint_id for item in batch]
        assert claimed.count(new) == 1
        assert claimed.count(failing) == 4
        assert 20 <= claimed.count(healthy) <= 30


async def test_a_long_queue_of_one_endpoint_does_not_delay_another(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        busy = await engine.endpoint(receiver.url("/busy"))
        await engine.healthy(busy)
        await engine.events(3000)
        quiet = await engine.endpoint(receiver.url("/quiet"))
        drain = engine.new_drain()
        running = asyncio.create_task(drain.run())
        await until(lambda: len(receiver.at("/busy")) > 50)
        started = time.monotonic()
        await engine.events()
        await until(lambda: bool(receiver.at("/quiet")))
        assert time.monotonic() - started < 1
        assert len(receiver.at("/busy")) < 2900
        await drain.stop(2)
        await running
        assert await engine.deliveries("status", quiet) == [("success",)]


async def test_the_queue_of_an_endpoint_that_stops_answering_is_given_back(
    database_url: str, receiver: Receiver
) -> None:
    async with running_engine(database_url, webhook_timeout_seconds=5) as engine, serving(hang) as port:
        endpoint = await engine.endpoint(f"http://127.0.0.1:{port}/")
        await engine.healthy(endpoint)
        await engine.events(25)
        items = await engine.work.claim(100)
        assert len(items) > 4
        tasks = [asyncio.create_task(engine.work.work(item)) for item in items]
        done, pending = await asyncio.wait(tasks, timeout=3)
        assert (len(pending), len(done)) == (1, len(items) - 1)
        [[free]] = await engine.sql("SELECT count(*) FROM deliveries WHERE lease_token IS NULL AND claims = 0")
        assert free == 25 - 1
        for task in pending:
            task.cancel()
        await asyncio.wait(pending)


async def test_stopping_gives_back_what_is_in_flight_without_counting_it(database_url: str) -> None:
    async with running_engine(database_url) as engine, serving(hang) as port:
        endpoint = await engine.endpoint(f"http://127.0.0.1:{port}/")
        await engine.healthy(endpoint)
        await engine.events(3)
        drain = engine.new_drain()
        running = asyncio.create_task(drain.run())
        async with asyncio.timeout(5):
            while await engine.deliveries("claims", endpoint) != [(1,)] * 3:
                await asyncio.sleep(0.02)
        started = time.monotonic()
        await drain.stop(0.5)
        await running
        assert time.monotonic() - started < 3
        assert (
            await engine.deliveries("status, attempts, claims, lease_token", endpoint)
            == [("pending", 0, 0, None)] * 3
        )


async def test_a_minute_of_health_is_written_down_once(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        endpoint = await engine.endpoint(receiver.url())
        await engine.healthy(endpoint)
        old = datetime.now(UTC) - timedelta(hours=1)
        await engine.sql("UPDATE endpoint_health SET last_success_at = %s", old)
        await engine.events(5)
        await engine.drain()
        noted = (await engine.health(endpoint))[2]
        assert noted > old
        await engine.events(5)
        await engine.drain()
        assert (await engine.health(endpoint))[2] == noted

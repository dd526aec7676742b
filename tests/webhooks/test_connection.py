"""A kept connection's deadline and headers: one timer for many exchanges, and few headers looked at."""

import asyncio
import contextlib
import time

from tests.webhooks import zoo
from tests.webhooks.test_zoo import DEADLINE, new_client, on_both_loops, post
from tests.webhooks.zoo import answering, serving, with_status


@on_both_loops
async def test_each_request_over_a_kept_connection_has_its_whole_deadline() -> None:
    """The timer of the first must not end the second early, nor be the last that looks."""
    connections = 0

    async def answer_once_and_hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await zoo.read_request(reader)
        writer.write(zoo.OK)
        await reader.read(-1)

    client = new_client()
    async with serving(answer_once_and_hang) as port:
        url = f"http://127.0.0.1:{port}/"
        first = await client.post(url, "test", {}, b"{}")
        await asyncio.sleep(DEADLINE / 2)
        started = time.monotonic()
        second = await client.post(url, "test", {}, b"{}")
        seconds = time.monotonic() - started
    await client.close()
    assert (first.code, second.error_class, connections) == (200, "timeout", 1)
    assert seconds >= DEADLINE - 0.05
    assert not second.is_stale, "it may have been seen: it waits like any other"


@on_both_loops
async def test_a_kept_connection_is_used_after_the_deadline_of_its_first_request() -> None:
    connections = 0

    async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(3):
            await zoo.read_request(reader)
            writer.write(zoo.OK)

    client = new_client()
    async with serving(answer_all) as port:
        url = f"http://127.0.0.1:{port}/"
        codes = []
        for _ in range(3):
            codes.append((await client.post(url, "test", {}, b"{}")).code)
            await asyncio.sleep(DEADLINE * 0.7)
    await client.close()
    assert (codes, connections) == ([200] * 3, 1)


@on_both_loops
async def test_an_attempt_that_is_cancelled_closes_its_connection() -> None:
    asked, ended = asyncio.Event(), asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await zoo.read_request(reader)
        asked.set()
        with contextlib.suppress(ConnectionError):
            await reader.read(-1)
        ended.set()

    client = new_client(webhook_timeout_seconds=30)
    async with serving(never) as port:
        task = asyncio.ensure_future(client.post(f"http://127.0.0.1:{port}/", "test", {}, b"{}"))
        async with asyncio.timeout(10):
            await asked.wait()
            task.cancel()
            await ended.wait()
        assert (await asyncio.gather(task, return_exceptions=True))[0].__class__ is asyncio.CancelledError
    await client.close()


@on_both_loops
async def test_headers_are_read_however_they_are_written() -> None:
    async with serving(with_status(429, "RETRY-after: 7")) as port:
        assert (await post(port)).retry_after == 7
    async with serving(with_status(429, "Retry-After: 7", "Retry-After: 8")) as port:
        assert (await post(port)).retry_after is None, "two that differ say nothing"
    half = b"HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh: 9\r\n\r\nhalf"
    async with serving(answering(half, close=True)) as port:
        assert (await post(port)).error_class == "reset", "its end came before its length"

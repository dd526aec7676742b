"""The load generator against a server whose answers the test decides."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from benchmarks.load.connection import Address, encode_request
from benchmarks.load.loops import UNANSWERED, closed_loop, open_loop

Handler = Callable[[int, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def server(handle: Handler) -> AsyncIterator[Address]:
    """Calls `handle(number of the request, writer)` for each request, counted over all connections."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                count += 1
                await handle(count, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield Address("127.0.0.1", listening.sockets[0].getsockname()[1])
    finally:
        listening.close()


async def answer(_: int, writer: asyncio.StreamWriter) -> None:
    writer.write(OK)


def requests(address: Address, count: int) -> list[bytes]:
    return [encode_request("GET", address, f"/{n}", {}, b"") for n in range(count)]


async def test_a_closed_loop_sends_each_request_once() -> None:
    async with server(answer) as address:
        done = await closed_loop(address, requests(address, 50), connections=4, max_seconds=10)
    assert sorted(exchange.index for exchange in done) == list(range(50))
    assert {exchange.status for exchange in done} == {200}
    assert {exchange.body for exchange in done} == {b"ok"}


async def test_a_cut_connection_is_one_unanswered_request_and_the_rest_go_on() -> None:
    async def cut_the_third(number: int, writer: asyncio.StreamWriter) -> None:
        if number == 3:
            writer.close()
        else:
            writer.write(OK)

    async with server(cut_the_third) as address:
        done = await closed_loop(address, requests(address, 10), connections=1, max_seconds=10)
    assert [exchange.status for exchange in done].count(UNANSWERED) == 1
    assert [exchange.status for exchange in done].count(200) == 9


async def test_chunked_answers_and_answers_that_close_are_understood() -> None:
    async def odd(number: int, writer: asyncio.StreamWriter) -> None:
        if number % 2:
            writer.write(
                b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
            )
        else:
            writer.write(b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
            writer.close()

    async with server(odd) as address:
        done = await closed_loop(address, requests(address, 6), connections=1, max_seconds=10)
    assert [(exchange.status, exchange.body) for exchange in done] == [(201, b"abc")] * 6


async def test_a_closed_loop_stops_at_its_time_limit() -> None:
    async with server(answer) as address:
        done = await closed_loop(address, requests(address, 50), connections=1, max_seconds=0)
    assert len(done) <= 1


async def test_a_stall_counts_for_every_request_that_was_due_during_it() -> None:
    stall_seconds, rate = 0.3, 100.0

    async def stall_first(number: int, writer: asyncio.StreamWriter) -> None:
        if number == 1:
            await asyncio.sleep(stall_seconds)
        writer.write(OK)

    async with server(stall_first) as address:
        done = await open_loop(address, requests(address, 20), rate=rate, connections=1, max_seconds=10)
    for exchange in done:
        waited = (exchange.done_ns - exchange.due_ns) / 1e9
        assert waited >= stall_seconds - exchange.index / rate - 0.001


async def test_an_open_loop_keeps_its_rate_while_answers_are_late() -> None:
    released = asyncio.Event()
    held = 0

    async def hold(number: int, writer: asyncio.StreamWriter) -> None:
        nonlocal held
        held += 1
        if held == 20:
            released.set()
        await released.wait()  # nobody is answered before all twenty were asked
        writer.write(OK)

    async with server(hold) as address:
        done = await open_loop(address, requests(address, 20), rate=200, connections=32, max_seconds=10)
    assert [exchange.status for exchange in done] == [200] * 20

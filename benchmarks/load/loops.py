"""Closed and open loops over prepared requests.

Closed: each connection sends its next request when the last was answered; finds the saturation rate.
Open: requests are due at fixed times whether or not earlier ones were answered, and latency counts from
the due time, so a stall shows in every request it delayed (no coordinated omission).
All times are CLOCK_MONOTONIC nanoseconds, which all processes of one machine share.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.load.connection import Address, Answer, Connection

UNANSWERED = 0
"""Status of a request that was cut, refused or still open at the deadline."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request: its place in the list, when it was due, when answered, and the answer."""

    index: int
    due_ns: int
    done_ns: int
    status: int
    body: bytes


async def _exchange(connection: Connection, index: int, request: bytes, due_ns: int) -> Exchange:
    try:
        answer = await connection.exchange(request)
    except OSError as error:
        answer = Answer(UNANSWERED, str(error).encode())
    return Exchange(index, due_ns, time.monotonic_ns(), answer.status, answer.body)


async def closed_loop(
    address: Address, requests: Sequence[bytes], *, connections: int, max_seconds: float
) -> list[Exchange]:
    """Send all requests over `connections` sockets, back to back; stop sending after `max_seconds`."""
    done: list[Exchange] = []
    queue: Iterator[tuple[int, bytes]] = iter(enumerate(requests))
    ends_ns = time.monotonic_ns() + int(max_seconds * 1e9)

    async def send_in_turn(connection: Connection) -> None:
        for index, request in queue:
            due_ns = time.monotonic_ns()
            if due_ns > ends_ns:
                break
            done.append(await _exchange(connection, index, request, due_ns))

    sockets = [Connection(address) for _ in range(connections)]
    await _finish([asyncio.create_task(send_in_turn(s)) for s in sockets], max_seconds + 10)
    for socket in sockets:
        socket.close()
    return done


async def open_loop(
    address: Address, requests: Sequence[bytes], *, rate: float, connections: int, max_seconds: float
) -> list[Exchange]:
    """Send `rate` requests per second over at most `connections` sockets; waiting for a free one counts."""
    done: list[Exchange] = []
    idle: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    sockets = [Connection(address) for _ in range(connections)]
    for socket in sockets:
        idle.put_nowait(socket)

    async def send(index: int, request: bytes, due_ns: int) -> None:
        connection = await idle.get()
        try:
            done.append(await _exchange(connection, index, request, due_ns))
        finally:
            idle.put_nowait(connection)

    tasks: list[asyncio.Task[None]] = []
    start_ns = time.monotonic_ns()
    for index, request in enumerate(requests):
        due_ns = start_ns + int(index * 1e9 / rate)
        if due_ns - start_ns > max_seconds * 1e9:
            break
        delay = (due_ns - time.monotonic_ns()) / 1e9
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.create_task(send(index, request, due_ns)))
    await _finish(tasks, 10)
    for socket in sockets:
        socket.close()
    return done


async def _finish(tasks: Sequence[asyncio.Task[None]], timeout: float) -> None:
    """Wait for all tasks; cancel what is left at the time-out, re-raise what failed unexpectedly."""
    if not tasks:
        return
    finished, late = await asyncio.wait(tasks, timeout=timeout)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in finished:
        task.result()

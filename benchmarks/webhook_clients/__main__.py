"""`python -m benchmarks.webhook_clients`: POSTs per second of each candidate, at 4, 20, 64 and 200 in flight.

The receiver is the harness's own process. Each figure is the best of three rounds, since a shared
machine only ever slows things down; CPU is this process's own, per request.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from collections.abc import Awaitable, Callable

import uvloop

from benchmarks.receiver.handle import Receiver
from benchmarks.webhook_clients.candidates import CANDIDATES

Post = Callable[[], Awaitable[int]]


async def _measure(post: Post, in_flight: int, seconds: float) -> tuple[float, float]:
    """Requests per second, and CPU milliseconds of this process per request."""
    count = 0
    stop_at = time.perf_counter() + seconds

    async def send_until_over() -> None:
        nonlocal count
        while time.perf_counter() < stop_at:
            assert await post() == 200
            count += 1

    cpu, started = _cpu_seconds(), time.perf_counter()
    await asyncio.gather(*(send_until_over() for _ in range(in_flight)))
    return count / (time.perf_counter() - started), (_cpu_seconds() - cpu) * 1000 / count


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def _run(
    port: int, names: list[str], levels: list[int], rounds: int, seconds: float
) -> dict[str, dict[int, tuple[float, float]]]:
    url = f"http://127.0.0.1:{port}/webhook"
    results: dict[str, dict[int, tuple[float, float]]] = {name: {} for name in names}
    for in_flight in levels:
        for _ in range(rounds):
            for name in names:  # in turns, so that a busy moment of the machine hits all alike
                async with CANDIDATES[name](url) as post:
                    await post()
                    measured = await _measure(post, in_flight, seconds)
                results[name][in_flight] = max(results[name].get(in_flight, (0.0, 0.0)), measured)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(CANDIDATES), help="candidates; default all")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--in-flight", type=int, nargs="+", default=[4, 20, 64, 200])
    parser.add_argument("--rounds", type=int, default=3, help="the best of so many counts")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round")
    arguments = parser.parse_args()
    with Receiver() as receiver:
        receiver.reset("whsec_bench", verify_every=1_000_000)
        results = uvloop.run(
            _run(receiver.port, arguments.names, arguments.in_flight, arguments.rounds, arguments.seconds)
        )
    if arguments.json:
        print(json.dumps(results))
        return
    print(f"{'POSTs per second (CPU ms each)':34}" + "".join(f"{n:>18}" for n in arguments.in_flight))
    for name, by_flight in results.items():
        print(f"{name:34}" + "".join(f"{rate:>10.0f} ({cpu:.2f})" for rate, cpu in by_flight.values()))


if __name__ == "__main__":
    main()

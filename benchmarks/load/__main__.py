"""The generator process: a spec line on stdin, warm-up, `ready`, waits for `go`, then the run as a line.

It waits so that the parent can read the CPU meters between warm-up and load.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Sequence

import uvloop

from benchmarks.load.connection import Address, encode_request
from benchmarks.load.loops import UNANSWERED, Exchange, closed_loop, open_loop
from benchmarks.load.spec import LoadRun, LoadSpec

OPEN_LOOP_CONNECTIONS = 256
"""Sockets an open loop may use: enough that at 100/s only a stall of 2.5 s makes requests queue here."""


def _encode(
    spec: LoadSpec, requests: Sequence[tuple[str, str]], each: Sequence[dict[str, str]] = ()
) -> list[bytes]:
    address = Address.of(spec.base_url)
    encoded = []
    for (path, body), own in zip(requests, each or [{}] * len(requests), strict=True):
        headers = spec.headers | own
        if spec.idempotency_keys:
            headers["Idempotency-Key"] = uuid.uuid4().hex
        encoded.append(encode_request(spec.method, address, path, headers, body.encode()))
    return encoded


def _id_of(body: bytes) -> str:
    try:
        parsed = json.loads(body)
    except ValueError:
        return ""
    return str(parsed.get("id", "")) if isinstance(parsed, dict) else ""


def _summarise(exchanges: Sequence[Exchange], cpu_seconds: float, planned: int) -> LoadRun:
    refused = [e for e in exchanges if not 200 <= e.status < 300]
    unanswered = f"{UNANSWERED} (no answer)"
    return LoadRun(
        due_ns=[e.due_ns for e in exchanges],
        done_ns=[e.done_ns for e in exchanges],
        statuses=[e.status for e in exchanges],
        ids=[_id_of(e.body) for e in exchanges],
        cpu_seconds=cpu_seconds,
        planned=planned,
        first_refusal=(
            f"{refused[0].status or unanswered}: {refused[0].body[:160].decode(errors='replace')}"
            if refused
            else ""
        ),
    )


async def _run(spec: LoadSpec, requests: Sequence[bytes]) -> list[Exchange]:
    address = Address.of(spec.base_url)
    if spec.rate is None:
        return await closed_loop(address, requests, connections=spec.connections, max_seconds=spec.max_seconds)
    return await open_loop(
        address,
        requests,
        rate=spec.rate,
        connections=OPEN_LOOP_CONNECTIONS,
        max_seconds=spec.max_seconds,
    )


async def _warm_up(spec: LoadSpec) -> None:
    await closed_loop(
        Address.of(spec.base_url),
        _encode(spec, spec.warm_up),
        connections=spec.connections,
        max_seconds=spec.max_seconds,
    )


def main() -> None:
    """Run one spec; see the module's docstring for the conversation."""
    spec = LoadSpec.loads(sys.stdin.readline())
    requests = _encode(spec, spec.requests, spec.headers_each)
    uvloop.run(_warm_up(spec))
    print("ready", flush=True)
    if sys.stdin.readline().strip() != "go":
        return
    cpu_before = time.process_time()
    exchanges = uvloop.run(_run(spec, requests))
    cpu_seconds = time.process_time() - cpu_before
    print(_summarise(exchanges, cpu_seconds, len(requests)).dumps(), flush=True)


if __name__ == "__main__":
    main()

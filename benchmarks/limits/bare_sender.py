"""The limit of the webhook sender: a bare loop that posts the same kind of body and does nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time

from benchmarks.bench import Bench, contention_note
from benchmarks.figures import Figure
from benchmarks.limits.serve import LimitFailed
from benchmarks.paths import ROOT

CLIENT, IN_FLIGHT = "aiohttp alone", 64


def bare_sender(bench: Bench) -> list[Figure]:
    """POSTs per second of one process with aiohttp, 64 in flight, to a receiver like the harness's."""
    command = [sys.executable, "-m", "benchmarks.webhook_clients", CLIENT, "--json", f"--in-flight={IN_FLIGHT}"]
    command += ["--rounds=1", f"--seconds={bench.sizes.bare_sender_seconds}"]
    before, started = bench.meters.read(), time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise LimitFailed(f"bare sender: {done.stderr[-1500:]}")
    rate, cpu_ms = json.loads(done.stdout)[CLIENT][str(IN_FLIGHT)]
    note = contention_note(bench.meters.since(before), time.monotonic() - started)
    return [
        Figure("limit.bare_sender_per_s", rate, "1/s", note),
        Figure("limit.bare_sender_cpu_ms", cpu_ms, "ms", note),
    ]

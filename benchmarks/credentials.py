"""How long a refusal takes: a wrong secret against an unknown key, over HTTP.

    python -m benchmarks.credentials --url http://localhost:8000 --key key_test_abc123 [--calls 5000]

One connection, one request at a time; the two kinds and a repetition of the first (the control) alternate in a
random order, so that whatever else the machine does meets all three alike. Printed are the medians with the
interval in which 95 % of the medians of resampled calls lie. The difference of the two kinds means something
only where it is larger than that of the control.
"""

from __future__ import annotations

import argparse
import http.client
import random
import statistics
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

UNKNOWN = "key_test_0000000000000000"


def measure(url: str, key: str, calls: int, seed: int = 1) -> dict[str, list[float]]:
    """Microseconds of each call, by kind: `wrong secret`, `unknown key`, `control`."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "localhost", parts.port or 80, timeout=30)
    kinds = {"wrong secret": key, "unknown key": UNKNOWN, "control": key}
    plan = [kind for kind in kinds for _ in range(calls)]
    random.Random(seed).shuffle(plan)
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for kind in [*plan[:200], *plan]:  # the first two hundred warm up, and are counted again
        headers = {"X-Api-Key": kinds[kind], "X-Api-Secret": "secret_test_0000000000000000"}
        began = time.perf_counter_ns()
        connection.request("GET", "/api/v1/orders", headers=headers)
        answer = connection.getresponse()
        answer.read()
        taken[kind].append((time.perf_counter_ns() - began) / 1000)
        if answer.status != 401:
            raise SystemExit(f"{kind}: {answer.status} instead of 401 (a rate limit?)")
    return {kind: values[-calls:] for kind, values in taken.items()}


def interval(values: Sequence[float], resamples: int = 200) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of medians of resampled values (bootstrap)."""
    chance = random.Random(2)
    medians = sorted(statistics.median(chance.choices(values, k=len(values))) for _ in range(resamples))
    return medians[int(resamples * 0.025)], medians[int(resamples * 0.975)]


def main() -> None:
    """Print the three medians and how far each is from the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--key", default="key_test_abc123")
    parser.add_argument("--calls", type=int, default=5000)
    given = parser.parse_args()
    taken = measure(given.url, given.key, given.calls)
    first = statistics.median(taken["wrong secret"])
    for kind, values in taken.items():
        median, (low, high) = statistics.median(values), interval(values)
        print(f"{kind:<13} {median:8.1f} us  [{low:.1f}, {high:.1f}]  {(median / first - 1) * 100:+.2f} %")


if __name__ == "__main__":
    main()

"""Start-up: import time of the three handlers in fresh interpreters, and the API's start to its first 200."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.bench import Bench
from benchmarks.figures import Figure

HANDLERS = ("api", "worker", "webhooks")
_TIMED_IMPORT = "import time; t = time.perf_counter(); import {0}.handler; print(time.perf_counter() - t)"


def imports(bench: Bench) -> list[Figure]:
    """Seconds to import `api.handler`, `worker.handler`, `webhooks.handler`: best of several, `.pyc` written.

    The best, because everything that disturbs an import only makes it slower. Only where the harness
    started the product, whose code is then importable here.
    """
    if bench.product is None:
        return []
    times, environment = bench.sizes.imports, bench.product.environment
    return [Figure(f"import.{name}_s", best_import_seconds(name, times, environment), "s") for name in HANDLERS]


def best_import_seconds(function: str, times: int, environment: dict[str, str]) -> float:
    """Least seconds of `times` imports of `<function>.handler`, each in a fresh interpreter.

    One more goes before them, unmeasured, which writes the `.pyc` files.
    """
    command = [sys.executable, "-c", _TIMED_IMPORT.format(function)]
    runs = [
        subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
        for _ in range(times + 1)
    ]
    return min(float(run.stdout.splitlines()[-1]) for run in runs[1:])


def start(bench: Bench) -> list[Figure]:
    """Seconds from starting the API's process to its first 200 on /health."""
    if bench.product is None:
        return []
    return [Figure("start.api_first_200_s", bench.product.api_start_seconds, "s")]

"""The product's own API process with every statement it executes written down.

    python -m benchmarks.limits.recording_api FILE

So the statements that the limits run are those of the running code, not a copy that ages. `FILE` receives
one pickled (query, parameters) after the other.
"""

from __future__ import annotations

import pickle
import runpy
import sys
from pathlib import Path
from typing import Any

import psycopg


def record_into(file: Path) -> None:
    """Let each execute of an asynchronous psycopg cursor append what it was given."""
    original = psycopg.AsyncCursor.execute

    async def execute(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        with file.open("ab") as output:
            pickle.dump((query, params), output)
        return await original(self, query, params, **options)

    psycopg.AsyncCursor.execute = execute  # type: ignore[method-assign]


if __name__ == "__main__":
    record_into(Path(sys.argv[1]))
    sys.argv[1:] = []
    runpy.run_module("api", run_name="__main__", alter_sys=True)

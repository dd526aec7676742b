"""Write the request log behind the answers: no request waits for it, and none fails by it."""

import asyncio
import time
from collections import defaultdict
from typing import Final

from aws_lambda_powertools import Logger

from gateway.database import Database
from gateway.requests.model import Request
from gateway.requests.queries import insert_requests
from gateway.tenancy.model import Caller

WRITE_SECONDS: Final = 1.0
"""What is buffered is written so often; a crash loses as much."""

MOST_BUFFERED: Final = 5_000
"""Lines of one process. More than this while Postgres is slow or away are dropped, and counted."""

_BATCH: Final = 500
_TIMEOUT_SECONDS: Final = 5.0
_LOG_EVERY_SECONDS: Final = 10.0


class RequestLog:
    """The buffer of one process. `dropped` counts the lines that were lost."""

    def __init__(self, database: Database, logger: Logger, *, enabled: bool, in_background: bool = True) -> None:
        self._database = database
        self._logger = logger
        self._enabled = enabled
        self._in_background = in_background
        self._buffer: list[Request] = []
        self._writing: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._last_logged = float("-inf")
        self.dropped = 0

    def add(self, request: Request) -> None:
        """Keep a line until the next write. Costs the request no statement."""
        if not self._enabled:
            return
        if len(self._buffer) >= MOST_BUFFERED:
            self._drop(1, "buffer full")
            return
        self._buffer.append(request)
        if self._in_background and self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_later())

    async def flush(self) -> None:
        """Write what is buffered, and wait for what is being written: a Lambda before it answers, a process before
        it ends, and whoever is about to read the log. Never raises."""
        async with self._turn:
            lines, self._buffer = self._buffer, []
            try:
                async with asyncio.timeout(_TIMEOUT_SECONDS):
                    for tenant, requests in _by_tenant(lines).items():
                        await self._write(tenant, requests)
            except Exception as error:
                self._drop(len(lines), type(error).__name__)

    def _drop(self, lines: int, reason: str) -> None:
        self.dropped += lines
        if time.monotonic() - self._last_logged >= _LOG_EVERY_SECONDS:
            self._last_logged = time.monotonic()
            self._logger.warning("request log not written", extra={"error": reason, "dropped": self.dropped})

    async def _write(self, tenant: Caller, requests: list[Request]) -> None:
        for start in range(0, len(requests), _BATCH):
            async with self._database.connection(tenant) as tx:
                await insert_requests(tx, tenant, requests[start : start + _BATCH])

    async def _write_later(self) -> None:
        """Until nothing is left to write; the next request starts it again."""
        try:
            while self._buffer:
                await asyncio.sleep(WRITE_SECONDS)
                await self.flush()
        finally:
            self._writing = None


def _by_tenant(lines: list[Request]) -> dict[Caller, list[Request]]:
    found: dict[Caller, list[Request]] = defaultdict(list)
    for line in lines:
        found[Caller(line.merchant_id, line.mode)].append(line)
    return found

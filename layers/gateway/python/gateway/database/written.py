"""Who has just written, known to all processes: until a replica surely has it, he reads from the primary.

A mark per merchant and mode, in Redis, with an end. Redis may lose marks (a restart, a fail-over), so that they
are believed only on a connection that is older than a mark lives: whoever connects, or connects anew, first takes
everybody for marked. No answer in time says the same. A Redis that is emptied by hand loses marks unseen; what a
reader may then miss is bounded by the replica's lag.
"""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import UUID

from aws_lambda_powertools import Logger

from gateway.database.batch import Batch
from gateway.database.scope import Tenant
from gateway.redis_server.connect import connect

_ANSWER_SECONDS: Final = 0.02
"""A read does not wait longer: the primary answers in a few milliseconds."""

_NOTE_SECONDS: Final = 0.5
"""A change waits longer than a read: what leaves unmarked may be missed at another process. Once in a second."""

_CONNECT_SECONDS: Final = 1.0
_BREAKER_SECONDS: Final = 1.0
_SLOW_SECONDS: Final = 0.2
"""Nobody asks for so long after an answer that came too late: waiting for one that hangs costs a tenth at most."""

_NOTED_SECONDS: Final = 0.5
"""A tenant who writes all the time is marked this often; each mark lives so much longer."""

_LOG_EVERY_SECONDS: Final = 10.0
_MOST_WAITING: Final = 100
"""Marks that wait for a Redis that does not answer; more are given up."""

_ENTRIES: Final = 10_000

_Key = tuple[UUID, str]


class Written:
    """The marks, as one process knows them. A mark lives for `seconds` after the write."""

    def __init__(self, redis_url: str, seconds: float, logger: Logger) -> None:
        self._url = redis_url
        self._seconds = seconds
        self._logger = logger
        self._asks: Any = None
        self._notes: Any = None
        # Threads of its own: a Redis that hangs must not hold up what else waits for threads.
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="written")
        self._noters = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._asking: Batch[_Key, int] = Batch(self._ask, size=100)
        self._marked_until: dict[_Key, float] = {}
        self._sending = 0
        self._noting: dict[_Key, tuple[float, asyncio.Task[None]]] = {}
        self._believed_from = float("inf")
        self._away_until = float("-inf")
        self._notes_away_until = float("-inf")
        self._said_at = float("-inf")

    async def note(self, tenant: Tenant) -> None:
        """Mark a tenant; to be called after the commit and before the answer. Waits for half a second at most, and
        not while Redis is away. Raises nothing: a mark that could not be made holds in this process."""
        key, now = (tenant.merchant_id, tenant.mode), time.monotonic()
        self._mark(key, now + self._seconds)
        if now < self._notes_away_until and self._sending >= _MOST_WAITING:
            return
        at, task = self._noting.get(key, (float("-inf"), None))
        if task is None or now - at >= _NOTED_SECONDS:
            task = asyncio.create_task(self._send(key))
            self._forget(now)
            self._noting[key] = now, task
        if not task.done() and now >= self._notes_away_until:
            await asyncio.wait({task}, timeout=_NOTE_SECONDS)
            if not task.done():
                self._notes_away_until = time.monotonic() + _BREAKER_SECONDS

    async def is_marked(self, tenant: Tenant) -> bool:
        """Whether this tenant has just written, or nobody knows."""
        key, now = (tenant.merchant_id, tenant.mode), time.monotonic()
        if self._marked_until.get(key, 0.0) > now or now < self._away_until:
            return True
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                left_ms = await self._asking.submit(key)
        except Exception as error:  # whatever redis-py raises; what is not known is marked
            self._note_away(error)
            return True
        if left_ms > 0:
            self._mark(key, now + left_ms / 1000)
        return left_ms > 0 or time.monotonic() < self._believed_from

    async def close(self) -> None:
        """Close the connection."""
        for threads in (self._threads, self._noters):
            threads.shutdown(wait=False, cancel_futures=True)
        for client in (self._asks, self._notes):
            if client is not None:
                await asyncio.to_thread(client.close)

    async def _send(self, key: _Key) -> None:
        milliseconds = int((self._seconds + _NOTED_SECONDS) * 1000)
        self._sending += 1
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._noters, self._mark_redis, key, milliseconds)
        except Exception as error:
            self._noting.pop(key, None)  # the next write tries again
            self._notes_away_until = time.monotonic() + _BREAKER_SECONDS
            self._note_away(error)
        finally:
            self._sending -= 1

    async def _ask(self, keys: Sequence[_Key]) -> list[int]:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask_redis, keys)

    def _ask_redis(self, keys: Sequence[_Key]) -> list[int]:
        """Milliseconds that each mark has left; negative where there is none."""
        if self._asks is None:
            self._asks = self._connect(_ANSWER_SECONDS, on_connect=self._on_connect)
        client = self._asks
        if len(keys) == 1:
            return [int(client.pttl(_name(keys[0])))]
        pipeline = client.pipeline(transaction=False)
        for key in keys:
            pipeline.pttl(_name(key))
        return [int(left) for left in pipeline.execute()]

    def _mark_redis(self, key: _Key, milliseconds: int) -> None:
        if self._notes is None:
            self._notes = self._connect(_NOTE_SECONDS)
        self._notes.set(_name(key), 1, px=milliseconds)

    def _connect(self, seconds: float, **options: Any) -> Any:
        return connect(self._url, seconds=seconds, connect_seconds=_CONNECT_SECONDS, **options)

    def _on_connect(self, _: Any) -> None:
        self._believed_from = time.monotonic() + self._seconds + _NOTED_SECONDS

    def _mark(self, key: _Key, until: float) -> None:
        if len(self._marked_until) >= _ENTRIES:
            now = time.monotonic()
            self._marked_until = {one: end for one, end in self._marked_until.items() if end > now}
        self._marked_until[key] = max(until, self._marked_until.get(key, 0.0))

    def _forget(self, now: float) -> None:
        if len(self._noting) >= _ENTRIES:
            self._noting = {key: one for key, one in self._noting.items() if now - one[0] < _NOTED_SECONDS}

    def _note_away(self, error: Exception) -> None:
        kind, now = type(error).__name__, time.monotonic()
        if now - self._said_at >= _LOG_EVERY_SECONDS:
            self._said_at = now
            self._logger.warning("reads go to the primary: redis is away or slow", extra={"error": kind})
        # redis-py's own time-out is none of Python's, and has the same name.
        self._away_until = now + (_SLOW_SECONDS if kind == "TimeoutError" else _BREAKER_SECONDS)


def _name(key: _Key) -> str:
    return f"written:{key[0]}:{key[1]}"

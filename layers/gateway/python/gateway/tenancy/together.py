"""Look-ups by id that come in the same moment, as one statement for each tenant.

A statement costs the process and Postgres about the same whether it asks for one row or for twenty. So whoever
looks while none is under way asks at once, alone or with those of the same turn of the event loop; whoever comes
meanwhile waits for its end, and all of them ask together. Each statement begins after the requests that it
answers, so that everybody reads what was committed before he came.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from gateway.database import Connection, Database
from gateway.tenancy.model import Caller, Mode

T = TypeVar("T")

Select = Callable[[Connection, Caller, list[str]], Awaitable[Mapping[str, T]]]
"""The caller's rows with these ids, by id."""

MOST_AT_ONCE: Final = 100
"""Ids of one statement."""

PATIENCE_SECONDS: Final = 0.1
"""A statement that takes longer (its connection may be dead) is not waited for: whoever comes begins another."""


@dataclass(slots=True)
class _Queue(Generic[T]):
    """Who of one tenant waits for the next statement, how many are under way, and since when the last is."""

    waiting: list[tuple[str, asyncio.Future[T | None]]] = field(default_factory=list)
    under_way: int = 0
    begun_at: float = 0.0


class Together(Generic[T]):
    """The look-ups of one process for one kind of row."""

    def __init__(self, database: Database, select: Select[T]) -> None:
        self._database = database
        self._select = select
        self._queues: dict[tuple[object, Mode], _Queue[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, caller: Caller, object_id: str) -> T | None:
        """The caller's row with this id. Raises what the database and the statement raise."""
        tenant, loop = (caller.merchant_id, caller.mode), asyncio.get_running_loop()
        queue = self._queues.get(tenant)
        if queue is None:
            queue = self._queues[tenant] = _Queue()
        found: asyncio.Future[T | None] = loop.create_future()
        queue.waiting.append((object_id, found))
        if queue.under_way == 0 or time.monotonic() - queue.begun_at > PATIENCE_SECONDS:
            queue.under_way += 1
            queue.begun_at = time.monotonic()
            task = loop.create_task(self._work_off(caller, queue))
            self._tasks.add(task)  # the loop keeps none alive
            task.add_done_callback(self._tasks.discard)
        return await found

    async def _work_off(self, caller: Caller, queue: _Queue[T]) -> None:
        """Statement after statement, until nobody of this tenant waits."""
        try:
            while queue.waiting:
                batch, queue.waiting = queue.waiting[:MOST_AT_ONCE], queue.waiting[MOST_AT_ONCE:]
                queue.begun_at = time.monotonic()
                try:
                    async with self._database.connection(caller) as tx:
                        rows = await self._select(tx, caller, list({object_id for object_id, _ in batch}))
                except Exception as error:
                    # Those who came meanwhile would ask the same database.
                    batch, queue.waiting = [*batch, *queue.waiting], []
                    for _, found in batch:
                        _fail(found, error)
                    return
                for object_id, found in batch:
                    if not found.done():
                        found.set_result(rows.get(object_id))
        finally:
            queue.under_way -= 1
            if queue.under_way == 0:
                self._queues.pop((caller.merchant_id, caller.mode), None)
                for _, found in queue.waiting:  # cut off: the process ends
                    found.cancel()


def _fail(found: "asyncio.Future[T | None]", error: Exception) -> None:
    if not found.done():
        found.set_exception(error)

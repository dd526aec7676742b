"""Gather what concurrent tasks ask for in the same moment into one call.

A hundred rows in one statement cost a few times what one row costs (measured: 832/s one by one,
6,400/s in batches), so finishing work and the simulator's books go through here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batch(Generic[T, R]):
    """`submit` waits for the result of its own item; `call` gets up to `size` items at once.

    `call` returns one result per item, in order; if it raises, every item of the batch raises.
    At most `parallel` calls run at a time; while they do, the next batch gathers, and for
    `gather_seconds` more unless it is full: worth it where items come in a trickle and nobody waits.
    Whoever is cancelled before his batch begins is left out of it.
    """

    def __init__(
        self,
        call: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        size: int = 100,
        parallel: int = 1,
        gather_seconds: float = 0.0,
    ) -> None:
        self._call = call
        self._size = size
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._free = parallel
        self._gather_seconds = gather_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_idle(self) -> bool:
        """Nobody waits, and nothing runs."""
        return not self._tasks and not self._waiting

    async def submit(self, item: T) -> R:
        """The result for this item, once the batch that it went with is done."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._free:
            self._free -= 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < self._size:
                    # At least tasks that are ready in the same turn of the loop join this batch.
                    await asyncio.sleep(self._gather_seconds)
                waiting = [one for one in self._waiting if not one[1].done()]
                batch, self._waiting = waiting[: self._size], waiting[self._size :]
                if batch:
                    await self._finish(batch)
        finally:
            self._free += 1

    async def _finish(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._call([item for item, _ in batch])
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)

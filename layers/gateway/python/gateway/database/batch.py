"""Gather what concurrent tasks ask for in the same moment into one call.

A hundred rows in one statement cost a few times what one row costs (measured: 832/s one by one,
6,400/s in batches), so finishing work and the simulator's books go through here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_MOST_BESIDE: Final = 4
"""Calls without an answer that others pass by. Each holds a connection; if as many hang, the database does."""


class Batch(Generic[T, R]):
    """`submit` waits for the result of its own item; `call` gets up to `size` items at once.

    `call` returns one result per item, in order; if it raises, every item of the batch raises.
    At most `parallel` calls run at a time; while they do, the next batch gathers, and for
    `gather_seconds` more unless it is full: worth it where items come in a trickle and nobody waits.
    Whoever is cancelled before his batch begins is left out of it.

    A call that takes longer than `patience_seconds` (its connection may be dead) is not waited for: who waits goes
    with another beside it, up to `_MOST_BESIDE` of them.
    """

    def __init__(
        self,
        call: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        size: int = 100,
        parallel: int = 1,
        gather_seconds: float = 0.0,
        patience_seconds: float | None = None,
    ) -> None:
        self._call = call
        self._size = size
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._free = parallel
        self._patience = patience_seconds
        self._beside = 0
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
        if self._free > 0:
            self._begin()
        return await future

    def _begin(self) -> None:
        self._free -= 1
        task = asyncio.create_task(self._run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        try:
            while self._waiting and self._free >= 0:  # fewer: others have gone on beside this one
                if len(self._waiting) < self._size:
                    # At least tasks that are ready in the same turn of the loop join this batch.
                    await asyncio.sleep(self._gather_seconds)
                waiting = [one for one in self._waiting if not one[1].done()]
                batch, self._waiting = waiting[: self._size], waiting[self._size :]
                if batch:
                    await self._finish_with_patience(batch)
        finally:
            self._free += 1

    async def _finish_with_patience(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        if self._patience is None or self._beside >= _MOST_BESIDE:
            await self._finish(batch)
            return
        is_slow = False

        def go_on_beside() -> None:
            nonlocal is_slow
            if self._beside < _MOST_BESIDE:
                is_slow = True
                self._beside += 1
                self._free += 1
                if self._waiting:
                    self._begin()

        timer = asyncio.get_running_loop().call_later(self._patience, go_on_beside)
        try:
            await self._finish(batch)
        finally:
            timer.cancel()
            if is_slow:
                self._beside -= 1
                self._free -= 1

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

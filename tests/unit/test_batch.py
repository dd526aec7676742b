"""What is asked for in the same moment goes into one call; one that hangs holds up nobody who comes after it."""

import asyncio
from collections.abc import Sequence
from typing import Final

import pytest

from gateway.database.batch import _MOST_BESIDE, Batch

PATIENCE: Final = 0.05


class Calls:
    """A call per batch, the first ones of which hang until they are let go."""

    def __init__(self, hanging: int) -> None:
        self.batches: list[list[int]] = []
        self.let_go = asyncio.Event()
        self.running = self.most = 0
        self._hanging = hanging

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if len(self.batches) <= self._hanging:
                await self.let_go.wait()
            return [2 * item for item in items]
        finally:
            self.running -= 1


async def _submit(batch: Batch[int, int], *items: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(batch.submit(item)) for item in items]
    await asyncio.sleep(0.01)
    return tasks


def test_what_waits_behind_a_call_that_hangs_goes_by_itself_and_each_gets_his_own() -> None:
    async def act() -> None:
        calls = Calls(hanging=1)
        batch: Batch[int, int] = Batch(calls, patience_seconds=PATIENCE)
        first = await _submit(batch, 1, 2)
        later = await _submit(batch, 3, 4)
        assert calls.batches == [[1, 2]], "before it is over, the next gathers"
        assert await asyncio.wait_for(asyncio.gather(*later), 5) == [6, 8]
        assert await asyncio.wait_for(batch.submit(5), 5) == 10
        calls.let_go.set()
        assert await asyncio.wait_for(asyncio.gather(*first), 5) == [2, 4]
        assert calls.batches == [[1, 2], [3, 4], [5]]
        calls.most = 0
        await asyncio.gather(*(batch.submit(item) for item in range(500)))
        assert calls.most == 1, "what hung has ended: one at a time again"
        assert batch.is_idle

    asyncio.run(act())


@pytest.mark.parametrize("hanging", [_MOST_BESIDE + 1, _MOST_BESIDE + 3])
def test_if_all_hang_there_is_an_end(hanging: int) -> None:
    """Each holds a connection."""

    async def act() -> None:
        calls = Calls(hanging)
        batch: Batch[int, int] = Batch(calls, patience_seconds=PATIENCE)
        tasks: list[asyncio.Task[int]] = []
        for number in range(hanging + 2):
            tasks += await _submit(batch, number)
            await asyncio.sleep(2 * PATIENCE)
        assert calls.running == _MOST_BESIDE + 1
        calls.let_go.set()
        assert await asyncio.wait_for(asyncio.gather(*tasks), 5) == [2 * number for number in range(hanging + 2)]

    asyncio.run(act())


def test_without_patience_everybody_waits() -> None:
    async def act() -> None:
        calls = Calls(hanging=1)
        batch: Batch[int, int] = Batch(calls)
        tasks = [*await _submit(batch, 1), *await _submit(batch, 2)]
        await asyncio.sleep(3 * PATIENCE)
        assert calls.batches == [[1]]
        calls.let_go.set()
        assert await asyncio.gather(*tasks) == [2, 4]

    asyncio.run(act())

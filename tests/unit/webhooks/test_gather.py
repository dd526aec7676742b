"""Work that comes in a trickle shares a statement, if its batch may gather."""

import asyncio
from collections.abc import Sequence

from gateway.database.batch import Batch


async def test_items_that_come_one_after_the_other_share_a_call() -> None:
    calls: list[list[int]] = []

    async def call(items: Sequence[int]) -> Sequence[int]:
        calls.append(list(items))
        return [item * 2 for item in items]

    batch: Batch[int, int] = Batch(call, gather_seconds=0.05)
    first = asyncio.create_task(batch.submit(1))
    await asyncio.sleep(0.005)
    second = asyncio.create_task(batch.submit(2))
    assert await asyncio.gather(first, second) == [2, 4]
    assert calls == [[1, 2]]


async def test_a_full_batch_does_not_wait_for_more() -> None:
    async def call(items: Sequence[int]) -> Sequence[int]:
        return items

    batch: Batch[int, int] = Batch(call, size=3, gather_seconds=30)
    tasks = [asyncio.create_task(batch.submit(item)) for item in range(3)]
    async with asyncio.timeout(5):
        assert await asyncio.gather(*tasks) == [0, 1, 2]

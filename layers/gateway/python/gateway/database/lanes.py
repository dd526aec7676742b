"""A batch per tenant: what the requests of one merchant ask for in the same moment goes into one call."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Generic, TypeVar
from uuid import UUID

from gateway.database.batch import Batch
from gateway.database.scope import Tenant

T = TypeVar("T")
R = TypeVar("R")

PATIENCE_SECONDS: Final = 0.5
"""A statement waits for no lock so long (`one_by_one.PATIENCE_MS`): it is a connection that says nothing any more,
or a database that does not either."""

_LANES: Final = 1_000
"""Lanes of a process, before those that stand empty are given up."""


class Lanes(Generic[T, R]):
    """`submit` waits for the result of its own item; `call` gets up to `size` items of one tenant at once.

    At most one call of a tenant runs at a time: a second one beside it was measured to bring nothing, as each
    gathers half as much. While it runs the next batch gathers, for `PATIENCE_SECONDS` at most: then it goes by
    itself. No tenant waits for another's.
    """

    def __init__(self, call: Callable[[Tenant, Sequence[T]], Awaitable[Sequence[R]]], size: int) -> None:
        self._call = call
        self._size = size
        self._lanes: dict[tuple[UUID, str], Batch[T, R]] = {}

    async def submit(self, tenant: Tenant, item: T) -> R:
        """The result for this item, once the batch that it went with is done. Raises what `call` raised for it."""
        name = (tenant.merchant_id, tenant.mode)
        lane = self._lanes.get(name)
        if lane is None:
            if len(self._lanes) >= _LANES:
                self._lanes = {other: one for other, one in self._lanes.items() if not one.is_idle}
            lane = self._lanes[name] = Batch(
                partial(self._call, tenant), size=self._size, patience_seconds=PATIENCE_SECONDS
            )
        return await lane.submit(item)

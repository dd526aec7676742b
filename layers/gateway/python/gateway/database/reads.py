"""Where a list is read: from a replica that is fresh enough, unless the merchant has just written.

Only what may be a moment old goes this way (lists, exports, search, overview, feed, logs, reports). What a write
follows from, log-in, keys, idempotency and the checkout ask `Database` for a connection, which is the primary's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

import psycopg
from aws_lambda_powertools import Logger

from gateway.database.pool import Connection, Database
from gateway.database.replica import Replica
from gateway.database.scope import Tenant
from gateway.database.written import Written
from gateway.errors import Conflict, Unavailable

T = TypeVar("T")
Read = Callable[[Connection], Awaitable[T]]


class Reads(Protocol):
    """Runs reads. Raises `Unavailable` while the primary is needed and away."""

    has_replica: bool
    """Whether anybody wants to know of writes."""

    async def run(self, tenant: Tenant, read: Read[T], *, of_news: bool = False) -> T:
        """What `read` makes of a connection that sees this tenant's rows. It may be run twice, and writes nothing.

        With `of_news` it only says that something is new: it is read where lists are, also for who has just
        written, so that nobody is told of what a list does not show yet.
        """

    async def wrote(self, tenant: Tenant) -> None:
        """This tenant's rows were changed: to be called after the commit, before the answer."""

    async def close(self) -> None:
        """Close what is open."""


class PrimaryReads:
    """Without a replica: everything from the one database."""

    has_replica = False

    def __init__(self, primary: Database) -> None:
        self._primary = primary

    async def run(self, tenant: Tenant, read: Read[T], *, of_news: bool = False) -> T:
        async with self._primary.connection(tenant) as tx:
            return await read(tx)

    async def wrote(self, tenant: Tenant) -> None:
        """Nothing follows from it."""

    async def close(self) -> None:
        """Nothing is open."""


class ReplicaReads(PrimaryReads):
    """With a replica, which may vanish, lag or be promoted at any moment: that costs time alone.

    `waits`: where nothing runs between two requests (Lambda) a look at the replica is waited for.
    """

    has_replica = True

    def __init__(
        self,
        primary: Database,
        database: Database,
        replica: Replica,
        written: Written,
        logger: Logger,
        *,
        waits: bool,
    ) -> None:
        super().__init__(primary)
        self._database, self._replica, self._written = database, replica, written
        self._logger = logger
        self._waits = waits
        self._left: set[asyncio.Task[object]] = set()

    async def run(self, tenant: Tenant, read: Read[T], *, of_news: bool = False) -> T:
        if await self._is_fresh() and (of_news or not await self._written.is_marked(tenant)):
            reading = asyncio.create_task(self._read(tenant, read))
            try:
                if await self._has_answered(reading):
                    return reading.result()
            except (Unavailable, Conflict, psycopg.OperationalError) as error:
                # Gone, or the row was needed by what it replays: the primary has it.
                if isinstance(error.__cause__, psycopg.errors.ReadOnlySqlTransaction):
                    self._logger.error("a read that writes was sent to the replica")
        return await super().run(tenant, read)

    async def wrote(self, tenant: Tenant) -> None:
        await self._written.note(tenant)

    async def close(self) -> None:
        for task in self._left:
            task.cancel()
        await self._replica.close()
        await self._written.close()
        await self._database.close()

    async def _is_fresh(self) -> bool:
        is_usable = self._replica.is_usable()
        if self._waits and not is_usable:
            await self._replica.looked()
            is_usable = self._replica.is_usable()
        return is_usable

    async def _read(self, tenant: Tenant, read: Read[T]) -> T:
        async with self._database.connection(tenant) as tx:
            return await read(tx)

    async def _has_answered(self, reading: asyncio.Task[T]) -> bool:
        """Wait for it as long as the replica gives signs of life; one that gives none is left behind."""
        try:
            while True:
                done, _ = await asyncio.wait({reading}, timeout=self._replica.look_seconds)
                if done:
                    return True
                if not self._replica.is_usable():
                    break
        except asyncio.CancelledError:
            self._leave(reading)
            raise
        self._leave(reading)
        return False

    def _leave(self, reading: asyncio.Task[T]) -> None:
        """Have it end by itself: a server that says nothing does not even answer that it should stop."""
        self._left.add(reading)
        reading.add_done_callback(self._forget)
        reading.cancel()

    def _forget(self, task: asyncio.Task[object]) -> None:
        self._left.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that nobody is told of it

"""Connections to Postgres: a pool in a process, one lazily opened connection in a Lambda.

Connections are in autocommit: one statement is one transaction. `transaction()` is for the
few places that need several. A network call never happens inside one.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, Protocol

import psycopg
from psycopg import AsyncConnection
from psycopg.abc import RV, PQGen
from psycopg.connection_async import _WAIT_INTERVAL
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gateway.errors import Conflict, Unavailable
from gateway.settings import Settings

Connection = AsyncConnection[TupleRow]

_RETRY_AFTER_SECONDS: Final = 1
_IDLE_SECONDS: Final = 1.0
# A statement of ours takes milliseconds. These end what waits on a lock or went wrong,
# well before a client gives up; idle_in_transaction protects the claim indexes from a hung process.
_SESSION: Final = (
    "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=15000 "
    "-c timezone=UTC -c jit=off"
)


_ANSWER_SECONDS: Final = 20.0
"""Longer than `statement_timeout`: a server that is still there has spoken by then."""


class BoundedConnection(AsyncConnection[TupleRow]):
    """A connection that does not wait for ever for a server that says nothing: one that hangs, or is gone
    behind a network that lost the connection without telling anybody."""

    async def wait(self, gen: PQGen[RV], interval: float = _WAIT_INTERVAL, timeout: float | None = None) -> RV:
        """Raises `OperationalError` after `_ANSWER_SECONDS`; the connection is closed then."""
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, _ANSWER_SECONDS)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()
            raise


class Database(Protocol):
    """Where a connection comes from. Raises `Unavailable` while Postgres is away."""

    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """A connection in autocommit, for as long as the block lasts."""

    async def close(self) -> None:
        """Close what is open."""


def connect_arguments(settings: Settings) -> dict[str, Any]:
    """Keyword arguments of `psycopg.connect` that every connection of the product shares."""
    arguments: dict[str, Any] = {"autocommit": True, "connect_timeout": 5}
    if settings.database_pooler:
        return arguments | {"prepare_threshold": None}
    return arguments | {"prepare_threshold": 2, "options": _SESSION}


class PooledDatabase:
    """For processes: up to `GATEWAY_DATABASE_POOL_SIZE` connections, opened as they are needed."""

    def __init__(self, settings: Settings) -> None:
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            settings.database_url,
            connection_class=BoundedConnection,
            kwargs=connect_arguments(settings),
            min_size=min(2, settings.database_pool_size),
            max_size=settings.database_pool_size,
            timeout=settings.database_pool_wait_seconds,
            open=False,
            reconnect_timeout=10,
        )
        self._opened = False

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        if not self._opened:
            self._opened = True
            await self._pool.open()
        try:
            async with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, PoolTimeout) as error:
            if isinstance(error, psycopg.errors._WaitTimeout):
                # The pool's other connections went the same way: without this each would cost its own 20 s.
                await self._pool.drain()
            raise _unavailable(error) from error

    async def close(self) -> None:
        await self._pool.close()


class SingleDatabase:
    """For Lambda: one connection per instance, opened at the first use, lent to one task at a time.

    An instance is frozen between invocations, and a server or pooler may close what lies idle: after
    a pause the connection is tried before it is lent, and opened anew when it is gone.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()
        self._used_at = float("-inf")

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        try:
            async with self._lock:
                try:
                    yield await self._usable()
                finally:
                    self._used_at = time.monotonic()
        except psycopg.OperationalError as error:
            raise _unavailable(error) from error

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _usable(self) -> Connection:
        connection = self._connection
        if connection is not None and time.monotonic() - self._used_at > _IDLE_SECONDS:
            try:
                await connection.execute("SELECT 1", prepare=False)
            except psycopg.OperationalError:
                await connection.close()
        if connection is None or connection.closed:
            self._connection = connection = await BoundedConnection.connect(
                self._settings.database_url, **connect_arguments(self._settings)
            )
        return connection


# Two requests wanted the same rows, and this one gave way: a repeat will do.
_CONFLICTS: Final = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)


def _unavailable(error: Exception) -> Exception:
    """The 503 for a database that is away, the 409 for a lost race for a row.

    A statement that ran into its own time-out is our bug, not that.
    """
    if isinstance(error, psycopg.errors.QueryCanceled):
        return error
    if isinstance(error, _CONFLICTS):
        return Conflict("The object is being changed by another request", retry_after=_RETRY_AFTER_SECONDS)
    return Unavailable("The database is not reachable at the moment", retry_after=_RETRY_AFTER_SECONDS)

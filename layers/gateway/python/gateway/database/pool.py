"""Connections to Postgres: a pool in a process, one lazily opened connection in a Lambda.

Connections are in autocommit: one statement is one transaction. `transaction()` is for the
few places that need several. A network call never happens inside one.

Each is lent for a tenant, whose rows it sees, or for nobody: see `scope`.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, Protocol

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gateway.clock import CLOCK
from gateway.database.in_hand import in_hand
from gateway.database.scope import Role, ScopedConnection, Tenant, scoped_transaction, set_tenant, startup_options
from gateway.errors import Conflict, Unavailable
from gateway.settings import Settings

Connection = AsyncConnection[TupleRow]

_RETRY_AFTER_SECONDS: Final = 1
_UNAVAILABLE: Final = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,
    psycopg.errors.InsufficientPrivilege,
)
_IDLE_SECONDS: Final = 1.0
_RENEW_SECONDS: Final = 1.0
"""A database that stays read-only would have all connections made anew by each write."""


class Database(Protocol):
    """Where a connection comes from. Raises `Unavailable` while Postgres is away."""

    def connection(self, tenant: Tenant | None) -> AbstractAsyncContextManager[Connection]:
        """A connection in autocommit, for as long as the block lasts, that sees this tenant's rows.

        None is for what belongs to no tenant. A worker gives None always: its role sees all tenants' work.
        """

    async def renew(self) -> None:
        """Give up the connections that are open: what they lead to takes no writes any more."""

    async def close(self) -> None:
        """Close what is open."""


def connect_arguments(settings: Settings, role: Role | None = None) -> dict[str, Any]:
    """Keyword arguments of `psycopg.connect` for a session of this role; None: the owner's.

    Behind a pooler the session has neither: `scoped_transaction` gives them to each transaction.
    """
    arguments: dict[str, Any] = {"autocommit": True, "connect_timeout": 5}
    if settings.database_pooler:
        return arguments | {"prepare_threshold": None}
    return arguments | {"prepare_threshold": 2, "options": startup_options(role)}


@asynccontextmanager
async def owner_connection(settings: Settings) -> AsyncIterator[Connection]:
    """A connection of its own for an operator's command: as the owner of the tables, with sight of all tenants."""
    async with await AsyncConnection.connect(settings.database_url, **connect_arguments(settings)) as connection:
        await _agree_on_time(connection)
        if not settings.database_pooler:
            yield connection
            return
        async with scoped_transaction(connection, None, None) as tx:
            yield tx


class PooledDatabase:
    """For processes: up to `GATEWAY_DATABASE_POOL_SIZE` connections, opened as they are needed."""

    def __init__(self, settings: Settings, role: Role, *, of_replica: bool = False) -> None:
        """`of_replica`: to `DATABASE_READ_URL`, whose clock is not the one that counts."""
        self._settings, self._role = settings, role
        self._asks_time = not of_replica
        self._pool: AsyncConnectionPool[ScopedConnection] = AsyncConnectionPool(
            settings.database_read_url if of_replica else settings.database_url,
            connection_class=ScopedConnection,
            kwargs=connect_arguments(settings, role),
            min_size=min(2, settings.database_pool_size),
            max_size=settings.database_pool_size,
            timeout=settings.database_pool_wait_seconds,
            open=False,
            reconnect_timeout=10,
        )
        self._opened = False
        self._renewed_at = float("-inf")
        # Whoever finds all connections lent waits here, for the price of a future. The pool's own queue has a task
        # and a condition for each.
        self._free = asyncio.Semaphore(settings.database_pool_size)

    @asynccontextmanager
    async def connection(self, tenant: Tenant | None) -> AsyncIterator[Connection]:
        if not self._opened:
            self._opened = True
            await self._pool.open()
        try:
            left = await self._wait_for_turn()
            try:
                async with self._pool.connection(left) as connection:
                    try:
                        if self._asks_time and CLOCK.is_due():
                            await _agree_on_time(connection)
                        if self._settings.database_pooler:
                            async with scoped_transaction(connection, self._role, tenant) as tx:
                                with in_hand:
                                    yield tx
                        else:
                            await set_tenant(connection, tenant)
                            with in_hand:
                                yield connection
                    except psycopg.errors.ReadOnlySqlTransaction:
                        # It takes no writes: after a fail-over a new one leads to who does.
                        await connection.close()
                        raise
            finally:
                self._free.release()
        except (*_UNAVAILABLE, PoolTimeout) as error:
            if isinstance(error, psycopg.errors._WaitTimeout):
                # The pool's other connections went the same way: without this each would cost its own 20 s.
                await self._pool.drain()
            if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
                await self.renew()
            raise _unavailable(error) from error

    async def _wait_for_turn(self) -> float:
        """Wait until a connection is free, or may be made. Returns the seconds left to wait for that one."""
        until = time.monotonic() + self._settings.database_pool_wait_seconds
        if not self._free.locked():
            await self._free.acquire()  # at once
        else:
            try:
                async with asyncio.timeout(self._settings.database_pool_wait_seconds):
                    await self._free.acquire()
            except TimeoutError:
                raise PoolTimeout("all connections are lent") from None
        return until - time.monotonic()

    async def renew(self) -> None:
        if time.monotonic() - self._renewed_at > _RENEW_SECONDS:
            self._renewed_at = time.monotonic()
            await self._pool.drain()

    async def close(self) -> None:
        await self._pool.close()


class SingleDatabase:
    """For Lambda: one connection per instance, opened at the first use, lent to one task at a time.

    An instance is frozen between invocations, and a server or pooler may close what lies idle: after
    a pause the connection is tried before it is lent, and opened anew when it is gone.
    """

    def __init__(self, settings: Settings, role: Role, *, of_replica: bool = False) -> None:
        """`of_replica`: to `DATABASE_READ_URL`, whose clock is not the one that counts."""
        self._settings, self._role = settings, role
        self._asks_time = not of_replica
        self._url = settings.database_read_url if of_replica else settings.database_url
        self._connection: ScopedConnection | None = None
        self._lock = asyncio.Lock()
        self._used_at = float("-inf")

    @asynccontextmanager
    async def connection(self, tenant: Tenant | None) -> AsyncIterator[Connection]:
        try:
            async with self._lock:
                try:
                    connection = await self._usable()
                    if self._asks_time and CLOCK.is_due():
                        await _agree_on_time(connection)
                    if self._settings.database_pooler:
                        async with scoped_transaction(connection, self._role, tenant) as tx:
                            with in_hand:
                                yield tx
                    else:
                        await set_tenant(connection, tenant)
                        with in_hand:
                            yield connection
                finally:
                    self._used_at = time.monotonic()
        except _UNAVAILABLE as error:
            if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
                await self.renew()
            raise _unavailable(error) from error

    async def renew(self) -> None:
        await self.close()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _usable(self) -> ScopedConnection:
        connection = self._connection
        if connection is not None and time.monotonic() - self._used_at > _IDLE_SECONDS:
            try:
                await connection.execute("SELECT 1", prepare=False)
            except psycopg.OperationalError:
                await connection.close()
        if connection is None or connection.closed:
            self._connection = connection = await ScopedConnection.connect(
                self._url, **connect_arguments(self._settings, self._role)
            )
        return connection


async def _agree_on_time(connection: Connection) -> None:
    """Ask what time it is."""
    asked_at = CLOCK.begin()
    cursor = await connection.execute("SELECT clock_timestamp()", prepare=False)
    row = await cursor.fetchone()
    if row is not None:
        CLOCK.agree(asked_at, row[0])


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
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return Unavailable("The database takes no writes at the moment", retry_after=_RETRY_AFTER_SECONDS)
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        # A role that may only read; what the policies of rows refuse is a fault of ours, and stays one.
        is_ours = "row-level security" in str(error)
        return (
            error
            if is_ours
            else Unavailable("The database refuses this at the moment", retry_after=_RETRY_AFTER_SECONDS)
        )
    return Unavailable("The database is not reachable at the moment", retry_after=_RETRY_AFTER_SECONDS)

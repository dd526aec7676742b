"""Run a statement for many at once, where each could have been served by itself."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import psycopg

from gateway.database.pool import Connection, Database
from gateway.database.scope import Tenant

T = TypeVar("T")

PATIENCE_MS: Final = 250
"""How long such a statement waits for a lock before each of its requests waits for itself alone. Below Postgres's
`deadlock_timeout` of a second: of two statements that wait for each other both give way before one is ended."""


class _RolledBack(Exception):
    """The database has refused the statement, and is still there: for certain nothing of it was kept."""


async def at_once(database: Database, tenant: Tenant, act: Callable[[Connection], Awaitable[T]]) -> T | None:
    """What `act` returns; None: the database has refused it (a lock, a constraint that one of the many broke), and
    each is to be done one by one.

    Raises `Unavailable` where there is no connection, or it was lost: what became of the statement is unknown.
    """
    try:
        async with database.connection(tenant) as tx:
            try:
                return await act(tx)
            except psycopg.Error as error:
                is_lost = error.sqlstate is None or tx.closed or tx.broken
                if is_lost or isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
                    raise
                raise _RolledBack from error
    except _RolledBack:
        return None

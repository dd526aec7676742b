"""A connection to Postgres that ends when the server says nothing."""

from typing import Final

import psycopg
from psycopg import AsyncConnection
from psycopg.abc import RV, PQGen
from psycopg.connection_async import _WAIT_INTERVAL
from psycopg.rows import TupleRow

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

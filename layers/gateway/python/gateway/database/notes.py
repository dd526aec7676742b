"""Writes beside a read, such as "last used": nobody's request fails for one."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

import psycopg

from gateway.database.pool import Connection, Database
from gateway.database.scope import Tenant
from gateway.errors import GatewayError

_SECONDS: Final = 60.0
"""How exact such a note is: a write per request would double the work of a read."""

_ENTRIES: Final = 10_000


class Notes:
    """Of one process. What cannot be written (a read-only database, a lock) is left for the next minute."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[str, float] = {}

    async def note(self, about: str, tenant: Tenant, write: Callable[[Connection], Awaitable[None]]) -> None:
        """Have `write` write, unless it was asked to `about` the same within the last minute. Never raises what a
        database raises."""
        now = time.monotonic()
        if self._noted.get(about, 0.0) > now:
            return
        if len(self._noted) >= _ENTRIES:
            self._noted.clear()
        self._noted[about] = now + _SECONDS
        try:
            async with self._database.connection(tenant) as tx:
                await write(tx)
        except (GatewayError, psycopg.Error):
            return

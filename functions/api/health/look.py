"""What a database can be used for at the moment."""

from dataclasses import dataclass, field
from typing import Literal

import psycopg

from gateway.database import Connection
from gateway.errors import Unavailable
from gateway.jobs.status_queries import select_alive_kinds
from gateway.master_key.data_keys import KeysUnusable
from gateway.runtime import Runtime


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """`alive`: the kinds of work that somebody drains. `reason` holds no secret: anybody may read it."""

    status: Literal["healthy", "degraded", "unhealthy"] = "unhealthy"
    database: Literal["connected", "read_only", "disconnected"] = "disconnected"
    alive: set[str] = field(default_factory=set)
    reason: str | None = None
    master_key: str | None = None


async def look_at_database(runtime: Runtime) -> DatabaseState:
    """Ask it. Never raises."""
    try:
        async with runtime.database.connection(None) as tx:
            alive, writable = await select_alive_kinds(tx), await _takes_writes(tx)
        if not writable:
            await runtime.database.renew()  # after a fail-over another server does
        if not runtime.keyring.is_complete:
            await runtime.complete_keyring()
    except Unavailable as error:
        return DatabaseState(reason=error.description)
    except KeysUnusable as error:
        return DatabaseState("unhealthy", "connected", alive, str(error), error.reason)
    except psycopg.Error as error:
        return DatabaseState(reason=f"the database refuses to answer ({type(error).__name__}): is it migrated?")
    if not writable:
        return DatabaseState("degraded", "read_only", alive, "the database takes no writes")
    return DatabaseState("healthy", "connected", alive)


async def _takes_writes(tx: Connection) -> bool:
    """Not on a standby, not under `default_transaction_read_only`, and not for a role that may only read."""
    cursor = await tx.execute(
        "SELECT current_setting('transaction_read_only') = 'off' AND has_table_privilege('orders', 'INSERT')"
    )
    row = await cursor.fetchone()
    return bool(row and row[0])

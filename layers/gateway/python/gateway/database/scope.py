"""For whom a connection works: its role, and the tenant whose rows it sees.

The tenant stands in two settings of the session, which the policies of `tenancy.rules` compare every row with.
A session that has none sees no tenant's rows. A connection remembers what its session is set to, so that one
that works for the same merchant again (the usual case) is not asked to set anything.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal, Protocol
from uuid import UUID

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from gateway.database.connection import BoundedConnection
from gateway.errors import GatewayError

Role = Literal["gateway_app", "gateway_worker"]
"""What a process works as: the API for one tenant at a time, workers and senders for all."""


class Tenant(Protocol):
    """A merchant in one mode. A `Caller` is one."""

    @property
    def merchant_id(self) -> UUID:
        """The merchant."""

    @property
    def mode(self) -> str:
        """`test` or `live`."""


# A statement of ours takes milliseconds. These end what waits on a lock or went wrong,
# well before a client gives up; idle_in_transaction protects the claim indexes from a hung process.
_SESSION: Final = {
    "statement_timeout": "15000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "15000",
    "timezone": "UTC",
    # Whatever role, database or PGOPTIONS say: the tables are there and nowhere else.
    "search_path": "public",
    "jit": "off",
}
_MAINTENANCE: Final = "gateway.maintenance"
"""What lets the owner of the tables see tenants' rows: a process that forgot to take its role does not."""

_Scope = tuple[UUID, str]


class ScopedConnection(BoundedConnection):
    """A connection that knows what its session is set to."""

    scope: _Scope | None = None
    scope_is_known: bool = True


def startup_options(role: Role | None) -> str:
    """libpq's `options` for a session of this role; None is the owner, with sight of all tenants."""
    settings = _SESSION | _identity(role)
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def begin_statements(role: Role | None, tenant: Tenant | None) -> bytes:
    """Begin a transaction that has all of it, for a pooler that keeps no session: one round trip."""
    merchant, mode = _texts(_scope_of(tenant))
    settings = _SESSION | _identity(role) | {"gateway.merchant": merchant, "gateway.mode": mode}
    return ("BEGIN; " + "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in settings.items())).encode()


def _identity(role: Role | None) -> dict[str, str]:
    return {_MAINTENANCE: "on"} if role is None else {"role": role}


def _scope_of(tenant: Tenant | None) -> _Scope | None:
    return None if tenant is None else (tenant.merchant_id, tenant.mode)


def _texts(scope: _Scope | None) -> tuple[str, str]:
    """The settings' values, none of which can hold anything but a UUID and one of two words."""
    return ("", "") if scope is None else (str(UUID(str(scope[0]))), _MODES[scope[1]])


_MODES: Final = {"test": "test", "live": "live"}


async def set_tenant(connection: ScopedConnection, tenant: Tenant | None) -> None:
    """Have the session see this tenant's rows (None: nobody's), if it does not yet."""
    wanted = _scope_of(tenant)
    if connection.scope == wanted and connection.scope_is_known:
        return
    connection.scope_is_known = False  # cut off in the middle, it is set anew by whoever is next
    await connection.execute(
        "SELECT set_config('gateway.merchant', %s, false), set_config('gateway.mode', %s, false)", _texts(wanted)
    )
    connection.scope, connection.scope_is_known = wanted, True


@asynccontextmanager
async def scoped_transaction(
    connection: AsyncConnection[TupleRow], role: Role | None, tenant: Tenant | None
) -> AsyncIterator[AsyncConnection[TupleRow]]:
    """The block as one transaction, for a pooler: what a refusal (a `GatewayError`) leaves behind is kept, as it
    is where each statement commits by itself; after any other error nothing is."""
    await connection.execute(begin_statements(role, tenant), prepare=False)
    try:
        yield connection
    except GatewayError:
        await connection.execute("COMMIT")
        raise
    except BaseException:
        await _abandon(connection)
        raise
    await connection.execute("COMMIT")


async def _abandon(connection: AsyncConnection[TupleRow]) -> None:
    try:
        await connection.rollback()
    except psycopg.Error:  # it is gone, or was cut off in the middle of a statement
        await connection.close()

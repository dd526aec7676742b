"""Hold the ledger against payments, refunds and the kept balances."""

from dataclasses import dataclass
from typing import Final

from psycopg import AsyncConnection

from gateway.database import Connection, connect_arguments
from gateway.ledger.model import Difference
from gateway.ledger.queries import (
    ROLLED_UP_AT_ONCE,
    post_missing,
    roll_up,
    select_differences,
    select_totals,
)
from gateway.settings import Settings

_SEE_ALL: Final = "SET LOCAL gateway.maintenance = 'on'"
"""In each transaction: behind a pooler the session has it not."""


@dataclass(frozen=True, slots=True)
class Total:
    """All entries of a mode and currency. Amounts in minor units."""

    mode: str
    currency: str
    entries: int
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit has seen. `posted`: entries that were missing and have been added before it looked."""

    totals: list[Total]
    differences: list[Difference]
    posted: int


async def audit_ledger(settings: Settings, *, add_missing: bool = False) -> AuditReport:
    """Read everything, in one snapshot beside the working product; with `add_missing` mend gaps first."""
    async with await AsyncConnection.connect(settings.database_url, **connect_arguments(settings)) as tx:
        await tx.execute("SET statement_timeout = 0")  # ten million payments take longer than a request may
        posted = await _add_missing(tx) if add_missing else 0
        async with tx.transaction():
            await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            await tx.execute(_SEE_ALL)
            differences = await select_differences(tx)
            totals = [Total(mode, currency, *map(int, sums)) for mode, currency, *sums in await select_totals(tx)]
    return AuditReport(totals, differences, posted)


async def _add_missing(tx: Connection) -> int:
    """Post what is missing, and add it to the balances. Returns how many entries."""
    async with tx.transaction():
        await tx.execute(_SEE_ALL)
        posted = await post_missing(tx)
    rolled_up = ROLLED_UP_AT_ONCE if posted else 0
    while rolled_up >= ROLLED_UP_AT_ONCE:
        async with tx.transaction():
            await tx.execute(_SEE_ALL)
            rolled_up = await roll_up(tx, 0)
    return posted

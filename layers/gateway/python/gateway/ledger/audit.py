"""Hold the ledger against payments, refunds and the kept balances."""

from dataclasses import dataclass

from psycopg import AsyncConnection

from gateway.database import connect_arguments
from gateway.ledger.model import Difference
from gateway.ledger.queries import (
    ROLLED_UP_AT_ONCE,
    post_missing,
    roll_up,
    select_differences,
    select_totals,
)
from gateway.settings import Settings


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
        posted = await post_missing(tx) if add_missing else 0
        while posted and await roll_up(tx, 0) >= ROLLED_UP_AT_ONCE:
            pass
        async with tx.transaction():
            await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            differences = await select_differences(tx)
            totals = [Total(mode, currency, *map(int, sums)) for mode, currency, *sums in await select_totals(tx)]
    return AuditReport(totals, differences, posted)

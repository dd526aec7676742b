"""Fill new columns of rows that were there before them: a few pages per transaction, beside the traffic.

A constraint that says that all are filled is added at the end, so the next run has nothing to do. A run that
was cut off goes on where rows are still empty.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

_PAGES: Final = 25  # of 8 KB: some 1,000 rows, which a writer may have to wait for
_PASSES: Final = 60
_PAUSE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Fill:
    """`column` of `table` has the text of `source` as it is searched; a trigger keeps it so for new ones."""

    table: str
    source: str
    column: str

    @property
    def constraint(self) -> str:
        """Says that every row is filled, in the form of migration 0510."""
        return f"{self.table}_{self.column}_is_searched"

    @property
    def former_constraint(self) -> str:
        """Said that every row was filled, in the form before."""
        return f"{self.table}_{self.column}_is_filled"

    @property
    def is_wrong(self) -> str:
        """True for a row that is not filled."""
        return f"{self.source} IS NOT NULL AND {self.column} IS DISTINCT FROM searched({self.source})"


FILLS: Final = (
    Fill("orders", "receipt", "receipt_lower"),
    Fill("payments", "vpa", "vpa_lower"),
    Fill("refunds", "reason", "reason_lower"),
)

_Connection = AsyncConnection[TupleRow]


class RowsLocked(Exception):
    """Some rows could not be had: somebody holds them."""


async def fill_columns(connection: _Connection, fills: Sequence[Fill] = FILLS) -> None:
    """Fill what is empty. The connection is the owner's, in autocommit. May be cut off and repeated anywhere.

    Raises `RowsLocked`.
    """
    await connection.execute("SET gateway.maintenance = 'on'")
    for fill in fills:
        cursor = await connection.execute(
            "SELECT 1 FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s AND convalidated",
            (fill.table, fill.constraint),
        )
        if await cursor.fetchone() is None:
            await _fill_table(connection, fill)
            await _promise(connection, fill)
    await connection.execute("RESET gateway.maintenance")


async def _fill_table(connection: _Connection, fill: Fill) -> None:
    """Over the pages there are now: what is written meanwhile is filled by the trigger. Locked rows are left to
    the next pass, so that nobody ever waits for us who holds what we wait for."""
    for _ in range(_PASSES):
        cursor = await connection.execute(
            f"SELECT pg_relation_size('{fill.table}') / current_setting('block_size')::int".encode()
        )
        row = await cursor.fetchone()
        assert row is not None
        for page in range(0, row[0], _PAGES):
            await _fill_pages(connection, fill, page)
        left = f"SELECT 1 FROM {fill.table} WHERE {fill.is_wrong} LIMIT 1"  # noqa: S608
        cursor = await connection.execute(left.encode())
        if await cursor.fetchone() is None:
            return
        await asyncio.sleep(_PAUSE_SECONDS)
    raise RowsLocked(f"rows of {fill.table} stay locked: run it again when nothing holds them")


async def _fill_pages(connection: _Connection, fill: Fill, page: int) -> None:
    await connection.execute(
        f"""
        UPDATE {fill.table} SET {fill.column} = searched({fill.source}) WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM {fill.table}
            WHERE ctid >= '({page},0)' AND ctid < '({page + _PAGES},0)'
              AND {fill.is_wrong}
            FOR NO KEY UPDATE SKIP LOCKED))
        """.encode()  # noqa: S608
    )


async def _promise(connection: _Connection, fill: Fill) -> None:
    """Checked for all rows without a lock that keeps writers out."""
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '10s'")
        await connection.execute(
            f"""
            ALTER TABLE {fill.table} DROP CONSTRAINT IF EXISTS {fill.former_constraint};
            ALTER TABLE {fill.table} DROP CONSTRAINT IF EXISTS {fill.constraint};
            ALTER TABLE {fill.table} ADD CONSTRAINT {fill.constraint}
                CHECK (({fill.source} IS NULL) = ({fill.column} IS NULL)) NOT VALID
            """.encode()
        )
    await connection.execute(f"ALTER TABLE {fill.table} VALIDATE CONSTRAINT {fill.constraint}".encode())

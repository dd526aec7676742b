"""Millions of settled payments of the test merchant, by SQL alone and with every index in place.

The rows are those of `gateway demo seed`: the same statements, in larger chunks. Left out are deliveries and their
attempts, which neither accepting nor listing a payment reads. Per million payments: 1 M orders, 1 M payments,
0.03 M refunds, 1 M ledger entries, 3 M events.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from gateway.demo import statements
from gateway.tenancy.model import TEST_MERCHANT_ID

CHUNK = 50_000
_WHILE_FILLING = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "10GB", "checkpoint_timeout": "30min"}
"""Rows with random ids touch every page of their indexes: by default most of the work is writing pages twice."""

_IN_ORDER = (
    statements.MAKE_FACTS,
    statements.INSERT_ORDERS,
    statements.INSERT_PAYMENTS,
    statements.INSERT_REFUNDS,
    statements.INSERT_ENTRIES,
    statements.INSERT_EVENTS,
)


def add_past(database_url: str, first: int, last: int) -> None:
    """Payments number `first` to `last`, over the 90 days before now; then statistics and a checkpoint."""
    with psycopg.connect(database_url, autocommit=True) as connection, _filling(connection):
        # The rows can be made anew: no commit has to wait for the disk.
        connection.execute("SET synchronous_commit = off")
        until = datetime.now(UTC)
        for start in range(first, last + 1, CHUNK):
            values = {
                "salt": "past:",
                "merchant_id": TEST_MERCHANT_ID,
                "first": start,
                "last": min(start + CHUNK - 1, last),
                "payments": last,
                "days": 90,
                "until": until,
            }
            with connection.transaction():
                for statement in _IN_ORDER:
                    connection.execute(statement.encode(), values, prepare=False)
    with psycopg.connect(database_url, autocommit=True) as connection:
        # As autovacuum does in time; it would otherwise do so during the measurement.
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


@contextmanager
def _filling(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[None]:
    """Rows that can be made anew need no durability; all as before at the end. In a throw-away Postgres only."""
    for name, value in _WHILE_FILLING.items():
        connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
    connection.execute("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        for name in _WHILE_FILLING:
            connection.execute(f"ALTER SYSTEM RESET {name}".encode())
        connection.execute("SELECT pg_reload_conf()")

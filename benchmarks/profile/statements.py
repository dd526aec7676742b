"""What Postgres spent its time on, by statement, where it has `pg_stat_statements`."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

EXTENSION = "pg_stat_statements"


@dataclass(frozen=True, slots=True)
class Statement:
    """Milliseconds are of execution, on the server; `text` is cut."""

    calls: int
    total_ms: float
    mean_ms: float
    rows: int
    text: str


def is_counting(database_url: str) -> bool:
    """Whether the server counts statements; makes the extension's view in this database and starts anew."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        loaded = connection.execute("SHOW shared_preload_libraries").fetchone()
        if loaded is None or EXTENSION not in loaded[0]:
            return False
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}".encode())
        connection.execute("SELECT pg_stat_statements_reset()")
    return True


def top_statements(database_url: str, limit: int) -> list[Statement]:
    """Those with the greatest total time in this database."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        rows = connection.execute(
            """
            SELECT calls, total_exec_time, mean_exec_time, rows, regexp_replace(query, '\\s+', ' ', 'g')
            FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
            WHERE d.datname = current_database() ORDER BY total_exec_time DESC LIMIT %s
            """,
            (limit,),
        ).fetchall()
    return [Statement(calls, total, mean, count, text[:160]) for calls, total, mean, count, text in rows]

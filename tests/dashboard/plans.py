"""By which indexes the statements behind a request read, as Postgres itself says (`auto_explain`)."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import psycopg

_SCAN: Final = re.compile(
    r"((?:Bitmap Heap|Bitmap Index|Index Only|Index|Seq) Scan (?:Backward )?(?:using \S+ )?on \S+)"
    r".*actual rows=([\d.]+) loops=(\d+)"
)
# The log-in behind every request.
_OF_EVERY_REQUEST: Final = ("data_keys", "user_sessions", "users")
# A whole read of a small table is the right plan, and so is counting up to the 10,001 rows beyond which a list
# only says "more than".
_MANY_ROWS: Final = 10_001


def explain_to_log(database_url: str) -> None:
    """Sessions that begin from now on write the plan of each statement to the server's log."""
    settings = {
        "session_preload_libraries": "auto_explain",
        "auto_explain.log_min_duration": "0",
        "auto_explain.log_analyze": "on",
        "auto_explain.log_timing": "off",
    }
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("LOAD 'auto_explain'")
        for name, value in settings.items():
            connection.execute(f"ALTER DATABASE gateway SET {name} = '{value}'".encode())


def plans_of(log: Path, act: Callable[[], object]) -> list[str]:
    """The scans of every statement during `act`, each once: `Index Scan using … on …: 25 rows`."""
    before = log.stat().st_size
    act()
    time.sleep(0.05)  # the answer may be here before the last line of the log
    with log.open("rb") as lines:
        lines.seek(before)
        text = lines.read().decode(errors="replace")
    found: dict[str, float] = {}
    for scan, rows, loops in _SCAN.findall(text):
        if scan.split()[-1] in _OF_EVERY_REQUEST or "users_one_per" in scan:
            continue
        found[scan] = max(found.get(scan, 0), float(rows) * int(loops))
    return [f"{scan}: {rows:,.0f} rows" for scan, rows in found.items()]


def reads_whole_table(scan: str) -> bool:
    """Whether this scan went through a large table from end to end."""
    return scan.startswith("Seq Scan") and int(scan.rpartition(": ")[2].split()[0].replace(",", "")) > _MANY_ROWS

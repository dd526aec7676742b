"""Samples of py-spy become shares by function; statements are counted where Postgres can."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from benchmarks.profile.functions import Sampling, read_folded
from benchmarks.profile.statements import is_counting, top_statements
from dev.postgres import PostgresServer

FOLDED = """main (app.py:1);work (app.py:10) 3
main (app.py:1);work (app.py:12);work (app.py:10) 2
main (app.py:2) 1
"""


# An ordinary user's processes look into each other only where the kernel is told so: prctl(2), PR_SET_PTRACER.
BUSY = """
import ctypes
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1))
def burn():
    while True:
        sum(range(1000))
print(1, flush=True)
burn()
"""


def test_a_function_counts_once_in_a_stack_whatever_its_lines() -> None:
    found = read_folded(FOLDED)
    assert found.samples == 6
    assert found.own == {"work (app.py)": 5, "main (app.py)": 1}
    assert found.total == {"main (app.py)": 6, "work (app.py)": 5}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere py-spy has to be root")
def test_a_busy_function_of_a_real_process_is_found(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None and process.stdout.readline()
        found = Sampling({"it": process.pid}, 1, tmp_path).functions(timeout=60)["it"]
    finally:
        process.kill()
        process.communicate()
    assert found.own.most_common(1)[0][0].startswith("burn (")


def test_statements_are_counted_when_the_counter_is_loaded(postgres: PostgresServer, tmp_path: Path) -> None:
    assert not is_counting(postgres.url)
    with PostgresServer(tmp_path / "data", durable=False) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
        server.restart()
        assert is_counting(server.url)
        with psycopg.connect(server.url) as connection:
            for _ in range(3):
                connection.execute("SELECT count(*) FROM generate_series(1, 1000)")
        [counted] = [one for one in top_statements(server.url, 20) if "generate_series" in one.text]
    assert (counted.calls, counted.rows) == (3, 3)

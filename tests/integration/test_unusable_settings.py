"""A process that cannot use its settings says which and ends, and nobody's log holds a password."""

import os
import subprocess
import sys

import psycopg
import pytest

from dev.ports import free_port
from dev.postgres import PostgresServer
from tests.support.stack import ROOT, database_of

PASSWORD = "pwcanary"
HOSTS = {
    "api": ["-m", "api"],
    "worker": ["-m", "worker"],
    "webhooks": ["-m", "webhooks"],
    "migrate": ["-m", "migrate"],
    "gateway migrate": ["-m", "gateway.cli", "migrate"],
    "gateway users": [
        "-m",
        "gateway.cli",
        "users",
        "create-owner",
        "550e8400-e29b-41d4-a716-446655440000",
        "a@b.c",
    ],
    "gateway keys": ["-m", "gateway.cli", "keys", "rotate-master"],
    "api in Lambda": ["-c", "import api.handler"],
    "worker in Lambda": ["-c", "import worker.handler"],
    "webhooks in Lambda": ["-c", "import webhooks.handler"],
    "sweep in Lambda": ["-c", "import sweep.handler"],
    "migrate in Lambda": ["-c", "import migrate.handler"],
    "make dev": ["-m", "dev"],
}
URLS = [
    ("DATABASE_URL", f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1/db"),
    ("DATABASE_URL", f"postgresql://u:%zz{PASSWORD}@127.0.0.1/db"),
    ("DATABASE_URL", f"postgresql://u:a@{PASSWORD}@127.0.0.1/db"),
    ("REDIS_URL", f"redis://:a/{PASSWORD}@127.0.0.1:6379/0"),
]


def run(host: str, tmp_path: object, **env: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | {"TEST_MODE": "true", "PORT": str(free_port()), "GATEWAY_DATA_DIR": str(tmp_path)} | env
    return subprocess.run(
        [sys.executable, *HOSTS[host]],
        cwd=ROOT,
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_refuses_an_unusable_url_and_does_not_quote_it(host: str, tmp_path: object) -> None:
    for variable, url in URLS if host in ("api", "migrate in Lambda") else URLS[:1]:
        done = run(host, tmp_path, **{variable: url})
        said = done.stdout + done.stderr
        assert done.returncode != 0 and variable in said
        assert PASSWORD not in said
        if host in ("api", "worker", "webhooks", "migrate", "gateway migrate"):
            assert done.returncode == 2 and len(said.splitlines()) == 1


@pytest.mark.parametrize("host", ["api", "worker", "webhooks"])
def test_without_a_master_key_one_line_says_so(host: str, tmp_path: object) -> None:
    done = run(host, tmp_path, TEST_MODE="false", GATEWAY_MASTER_KEY="")
    assert done.returncode == 2
    assert "GATEWAY_MASTER_KEY is required" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("form", ["url", "words"])
@pytest.mark.parametrize("host", ["api", "worker", "migrate", "gateway migrate"])
def test_a_refused_log_in_shows_the_password_to_nobody(
    postgres: PostgresServer, tmp_path: object, form: str, host: str
) -> None:
    """What Postgres itself answers; a process that runs on says why it cannot connect."""
    port = postgres.port
    url = f"postgresql://nobody:{PASSWORD}@127.0.0.1:{port}/gateway"
    words = f"host=127.0.0.1 port={port} user=nobody password={PASSWORD} dbname=gateway"
    given = os.environ | {
        "TEST_MODE": "true",
        "PORT": str(free_port()),
        "DATABASE_URL": url if form == "url" else words,
    }
    process = subprocess.Popen(
        [sys.executable, *HOSTS[host]],
        cwd=ROOT,
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if host in ("api", "worker"):
        assert process.stdout is not None
        said = ""
        while "authentication failed" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        process.kill()
        said += process.communicate()[0]
    else:
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 1 and "authentication failed" in said
    assert PASSWORD not in said


@pytest.mark.parametrize("way", ["database", "role", "environment", "file"])
def test_a_search_path_of_somebody_leaves_no_half_schema(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, way: str, tmp_path: object
) -> None:
    name = f"elsewhere_{way}"
    with psycopg.connect(database_of(postgres.url, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        user = connection.info.user
    url = database_of(postgres.url, name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA elsewhere")
        if way == "database":
            connection.execute(f"ALTER DATABASE {name} SET search_path = elsewhere".encode())
        if way == "role":
            connection.execute(
                f"ALTER ROLE {user} IN DATABASE {name} SET search_path = elsewhere, public".encode()
            )
    env = {"PGOPTIONS": "-c search_path=elsewhere"} if way == "environment" else {}
    for host in ("migrate", "gateway migrate", "migrate"):
        done = run(host, tmp_path, DATABASE_URL=url, **env)
        assert done.returncode == 0, done.stdout + done.stderr
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'i', 'S', 'v') AND n.nspname NOT LIKE 'pg_%' GROUP BY 1"
        ).fetchall()
        assert {row[0] for row in found} - {"information_schema"} == {"public", "simulator"}
        assert connection.execute("SELECT count(*) FROM public.merchants").fetchone() == (1,)

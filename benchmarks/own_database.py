"""A database of its own in the product's Postgres, for what the running product must not take up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.processes import run_module
from dev.ports import free_port


@contextmanager
def own_database(database_url: str, environment: dict[str, str], name: str) -> Iterator[dict[str, str]]:
    """Made beside the product's, migrated and seeded, dropped at the end. Yields its processes' variables."""
    url = urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    with psycopg.connect(database_url, autocommit=True) as admin:
        drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode()
        admin.execute(drop)
        admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            own = environment | {"DATABASE_URL": url, "PORT": str(free_port())}
            for command in ("migrate", "seed"):
                run_module(["gateway.cli", command], own)
            yield own
        finally:
            admin.execute(drop)

"""A server like a cloud's: the owner of the tables is no superuser, so its own policies bind it too."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dev.binaries import postgres_binaries
from dev.postgres import PostgresServer
from dev.redis import RedisServer
from gateway.tenancy.access import ROLES
from gateway.tenancy.rules import RULES
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack, eventually, prepare_database
from tests.tenancy.conftest import count
from tests.tenancy.rows import make_tenant

PASSWORD = "owner-of-a-managed-database"


class Managed:
    """A user of a server of our own, with a database of its own."""

    def __init__(self, server: PostgresServer, attributes: str) -> None:
        name = f"owner_{time.monotonic_ns()}"
        self.admin_url, self.owner = server.url, name
        with psycopg.connect(server.url, autocommit=True) as admin:
            admin.execute(f"CREATE ROLE {name} LOGIN {attributes} PASSWORD '{PASSWORD}'".encode())
            admin.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0".encode())
        self.url = f"postgresql://{name}:{PASSWORD}@127.0.0.1:{server.port}/{name}"

    def gateway(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """The operator's command."""
        return subprocess.run(
            [sys.executable, "-m", "gateway.cli", *arguments],
            env=os.environ | {"DATABASE_URL": self.url, "TEST_MODE": "true", **env},
            cwd=ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """Of its own: roles belong to a server, and these tests take them away."""
    with PostgresServer(tmp_path_factory.mktemp("managed") / "data", durable=False) as started:
        yield started


def forget_roles(server: PostgresServer) -> None:
    """A server on which nobody has made them, nor uses them."""
    with psycopg.connect(server.url, autocommit=True) as admin:
        for (name,) in admin.execute("SELECT datname FROM pg_database WHERE datname ~ '^owner_'").fetchall():
            admin.execute(f"DROP DATABASE {name}".encode())
        for role in ROLES:
            admin.execute(f"DROP ROLE IF EXISTS {role}".encode())


def test_who_may_not_create_roles_is_told_what_to_do_and_the_script_does_it(server: PostgresServer) -> None:
    managed = Managed(server, "")
    refused = managed.gateway("migrate")
    assert refused.returncode == 1
    assert "deploy/sql/create_roles.sql" in refused.stderr and "Traceback" not in refused.stderr
    script = [str(postgres_binaries() / "psql"), "--no-psqlrc", f"--set=owner={managed.owner}"]
    for _ in range(2):
        subprocess.run(
            [*script, f"--file={ROOT}/deploy/sql/create_roles.sql", managed.admin_url],
            check=True,
            capture_output=True,
        )
    migrated = managed.gateway("migrate")
    assert migrated.returncode == 0, migrated.stderr
    assert managed.gateway("migrate").stdout.strip() == "nothing to apply"


def test_several_databases_of_a_server_may_be_migrated_at_once(server: PostgresServer) -> None:
    forget_roles(server)
    several = [Managed(server, "SUPERUSER") for _ in range(4)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "migrate"],
            env=os.environ | {"DATABASE_URL": one.url},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for one in several
    ]  # fmt: skip
    for process in running:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()


@pytest.fixture(scope="module")
def managed(server: PostgresServer) -> Managed:
    """Migrated and seeded by an owner who may create roles, as the master user of RDS may."""
    forget_roles(server)
    one = Managed(server, "CREATEROLE")
    prepare_database(one.url)
    return one


def test_the_owner_sees_tenants_only_when_it_says_so(managed: Managed) -> None:
    """A process that forgot to take its role works as the owner, and finds nothing."""
    with psycopg.connect(managed.url, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
        assert count(owner, "merchants") == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            make_tenant(owner, "C")
        owner.execute("SET gateway.maintenance = 'on'")
        assert count(owner, "merchants") == 1
        with owner.transaction(force_rollback=True):
            make_tenant(owner, "C")


def test_processes_from_before_the_roles_go_on_when_the_owner_is_let_see_all(managed: Managed) -> None:
    """The upgrade of docs/operations.md: they work as the owner and say nothing; those with a role stay bound."""
    script = f"--file={ROOT}/deploy/sql/let_owner_see_all.sql"
    psql = [str(postgres_binaries() / "psql"), "--no-psqlrc", script, managed.url]
    subprocess.run(psql, check=True, capture_output=True)
    with psycopg.connect(managed.url, cursor_factory=psycopg.ClientCursor) as old:
        assert count(old, "merchants") == 1
        make_tenant(old, "D")
        old.rollback()
    with psycopg.connect(managed.url, options="-c role=gateway_app") as new:
        assert count(new, "merchants") == 0
    migrated = managed.gateway("migrate")
    assert migrated.returncode == 0, migrated.stderr
    with psycopg.connect(managed.url) as owner:
        assert count(owner, "merchants") == 0


def test_the_product_works_under_such_an_owner(
    managed: Managed, redis_server: RedisServer, tmp_path: Path
) -> None:
    stack = Stack(managed.url, redis_server.url, tmp_path, {})
    stack.start()
    try:
        made = managed.gateway("merchants", "create", "Shop", "shop@example.com")
        assert made.returncode == 0, made.stderr
        merchant = Merchant.from_json(stack.base_url, made.stdout)
        merchant.api.put(
            "/webhooks/config", json={"webhook_url": "http://localhost:47811/hook"}
        ).raise_for_status()
        payment = merchant.paid()
        assert merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 1}).status_code == 201
        assert stack.test_merchant().api.get(f"/payments/{payment['id']}").status_code == 404

        def attempted() -> bool:
            log = merchant.api.get("/webhooks").json()["data"]
            return any(one["attempts"] for one in log)

        eventually(attempted, 30, "an attempt")
    finally:
        stack.stop()


def test_a_dump_by_such_an_owner_has_every_row(managed: Managed, tmp_path: Path) -> None:
    """As docs/operations.md says; without the options pg_dump refuses, rather than leaving rows out."""
    dump = [str(postgres_binaries() / "pg_dump"), "--format=custom", f"--file={tmp_path}/dump", managed.url]
    assert subprocess.run(dump, check=False, capture_output=True).returncode != 0
    owning = os.environ | {"PGOPTIONS": "-c gateway.maintenance=on"}
    dump += ["--enable-row-security", "--exclude-schema=tenant"]
    subprocess.run(dump, check=True, capture_output=True, env=owning)

    name = f"{managed.owner}_restored"
    with psycopg.connect(managed.admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER {managed.owner} TEMPLATE template0".encode())
    restored = managed.url.rpartition("/")[0] + f"/{name}"
    restore = [
        str(postgres_binaries() / "pg_restore"),
        "--exit-on-error",
        f"--dbname={restored}",
        f"{tmp_path}/dump",
    ]
    done = subprocess.run(restore, check=False, capture_output=True, text=True, env=owning)
    assert done.returncode == 0, done.stderr
    migrated = managed.gateway("migrate", DATABASE_URL=restored)
    assert migrated.returncode == 0, migrated.stderr
    with psycopg.connect(restored, options="-c role=gateway_app") as app:
        assert app.execute("SELECT merchant_id FROM tenant.api_key('key_test_abc123')").fetchone() is not None
    options = "-c gateway.maintenance=on"
    with psycopg.connect(managed.url, options=options) as old, psycopg.connect(restored, options=options) as new:
        for table in RULES:
            assert count(new, table) == count(old, table), table

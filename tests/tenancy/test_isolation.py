"""The database itself keeps tenants apart, whatever a statement says."""

import json
from typing import Any

import psycopg
import pytest

from gateway.database.scope import Role
from gateway.tenancy.rules import RULES, VIEWS
from tests.tenancy.conftest import World, count

TENANT_TABLES = sorted(name for name, rules in RULES.items() if rules.rows is not None)
FACTS = ("events", "delivery_attempts", "audit_log", "ledger_entries")
PROCESSES: tuple[Role, ...] = ("gateway_app", "gateway_worker")
DENIED = psycopg.errors.InsufficientPrivilege


def test_every_table_of_the_schema_has_its_line_and_every_tenants_table_a_forced_policy(world: World) -> None:
    found = world.owner.execute(
        """
        SELECT n.nspname || '.' || c.relname, c.relrowsecurity AND c.relforcerowsecurity,
               EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = c.oid AND attname = 'merchant_id'),
               ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid ORDER BY 1)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        """
    ).fetchall()
    unknown = sorted({row[0] for row in found} - RULES.keys())
    assert not unknown, f"say in tenancy/rules.py what each role may do with {unknown}"
    assert {row[0] for row in found} == RULES.keys()
    for name, is_forced, has_merchant, policies in found:
        if has_merchant or RULES[name].rows is not None:
            assert is_forced, f"{name} has no forced row-level security"
            assert policies == ["app", "auditor", "lookup", "owner", "worker"], name


def test_views_are_read_with_the_rights_of_their_reader(world: World) -> None:
    """Otherwise a view would lead around the policies of the tables behind it."""
    views = world.owner.execute(
        "SELECT n.nspname || '.' || c.relname, 'security_invoker=true' = ANY (c.reloptions) FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') "
        "AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    assert dict(views) == dict.fromkeys(VIEWS, True)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_the_api_sees_nothing_without_a_tenant_and_its_rows_with_one(world: World, table: str) -> None:
    with world.acting("gateway_app") as nobody:
        assert count(nobody, table) == 0
    seen = {}
    for tenant in (world.a, world.b):
        with world.acting("gateway_app", tenant) as app:
            seen[tenant] = count(app, table)
    assert seen[world.a] == seen[world.b] == 1
    assert count(world.owner, table) >= 2


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_tenants_rows_cannot_be_written_by_another(world: World, table: str) -> None:
    row = row_of_b(world, table)
    names = ", ".join(row)
    values = f"SELECT {names} FROM json_populate_record(NULL::{table}, %s)"
    with world.acting("gateway_app", world.a) as app:
        insert = f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE {values}".encode()
        # Of the vault only the key refuses it: see its line in the rules.
        refused = psycopg.errors.UniqueViolation if table == "public.card_vault" else DENIED
        with pytest.raises(refused):
            app.execute(insert, (json.dumps(row),))
    changed = world.column(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege('gateway_app', attrelid, attnum, 'UPDATE') LIMIT 1",
        table,
    )
    with world.acting("gateway_app", world.a) as app:
        for name in changed:
            assert app.execute(f"UPDATE {table} SET {name} = {name}".encode()).rowcount == 1, "A's own"
    if world.column("SELECT has_table_privilege('gateway_app', %s, 'DELETE')", table) == [True]:
        with world.acting("gateway_app", world.a) as app:
            assert app.execute(f"DELETE FROM {table}".encode()).rowcount == 1, "A's own"


def row_of_b(world: World, table: str) -> dict[str, Any]:
    """The columns of B's row that an INSERT may name."""
    hidden = world.column(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attgenerated <> ''", table
    )
    rows = world.owner.execute(f"SELECT to_json(t) FROM {table} t".encode()).fetchall()
    marks = (str(world.b.merchant_id), "B" * 16, "b@tenancy")
    of_b = [row for (row,) in rows if any(mark in json.dumps(row) for mark in marks)]
    if not of_b:  # a child that names its parent by a UUID: the one that A does not see
        of_b = [rows[-1][0]]
    return {name: value for name, value in of_b[-1].items() if name not in hidden}


def test_what_a_row_is_born_with_never_changes(world: World) -> None:
    for statement in (
        "UPDATE payments SET merchant_id = merchant_id",
        "UPDATE payments SET amount = amount",
        "UPDATE orders SET amount = 1",
        "UPDATE refunds SET payment_id = payment_id",
        "UPDATE webhook_endpoints SET mode = 'live'",
    ):
        for role in PROCESSES:
            with world.acting(role, world.a) as process, pytest.raises(DENIED):
                process.execute(statement)


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("role", PROCESSES)
def test_facts_are_appended_and_stay(world: World, role: Role, table: str) -> None:
    for statement in (f"UPDATE {table} SET created_at = now()", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        if table == "delivery_attempts":
            statement = statement.replace("created_at", "started_at")
        with world.acting(role, world.a) as process, pytest.raises(DENIED):
            process.execute(statement.encode())


def test_a_worker_sees_the_work_of_all_tenants(world: World) -> None:
    for table in ("orders", "payments", "refunds", "events", "webhook_endpoints", "deliveries", "card_vault"):
        with world.acting("gateway_worker") as worker:
            assert count(worker, table) == count(world.owner, table) >= 2


@pytest.mark.parametrize(
    "what",
    [
        "secret_hash FROM api_keys",
        "password_hash FROM users",
        "token_hash FROM user_sessions",
        "subject FROM login_failures",
        "signing_secret FROM merchants",
        "response FROM idempotency_keys",
        "address_hash FROM checkout_attempts",
        "actor FROM audit_log",
    ],
)
def test_a_worker_cannot_read_what_its_work_does_not_need(world: World, what: str) -> None:
    with world.acting("gateway_worker") as worker, pytest.raises(DENIED):
        worker.execute(f"SELECT {what}".encode())


def test_the_api_cannot_read_cards_not_even_its_tenants(world: World) -> None:
    with world.acting("gateway_app", world.a) as app, pytest.raises(DENIED):
        app.execute("SELECT ciphertext FROM card_vault")


def test_an_auditor_reads_all_rows_and_no_secret(world: World) -> None:
    with world.auditing() as auditor:
        for table in RULES:
            if table != "public.schema_migrations":
                assert count(auditor, table) == count(world.owner, table), table
        for what in (
            "secret_hash FROM api_keys", "password_hash FROM users", "invite_hash FROM users",
            "token_hash FROM user_sessions", "signing_secret FROM merchants", "secret FROM webhook_endpoints",
            "headers FROM webhook_endpoints", "ciphertext FROM card_vault", "response FROM idempotency_keys",
            "card_fingerprint FROM payments",
        ):  # fmt: skip
            with pytest.raises(DENIED):
                auditor.execute(f"SELECT {what}".encode())


def test_an_auditor_reads_no_column_that_could_hold_a_secret(world: World) -> None:
    """Secrets are kept as bytes, all but one: a new table is covered before anybody thinks of it."""
    shown = world.column(
        """
        SELECT c.oid::regclass || '.' || a.attname
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'simulator'::regnamespace)
          AND (a.atttypid = 'bytea'::regtype OR a.attname ~ '(password|secret|token|hash)')
          AND has_column_privilege('gateway_auditor', c.oid, a.attnum, 'SELECT')
        ORDER BY 1
        """
    )
    # What is sent to merchants; when a secret was set, and when it ends; numbers of claims, which open nothing.
    assert shown == [
        "deliveries.lease_token",
        "events.payload",
        "payments.lease_token",
        "processor_accounts.previous_webhook_secret_at",
        "processor_accounts.webhook_secret_at",
        "refunds.lease_token",
        "webhook_endpoints.previous_secret_expires_at",
    ]


def test_an_auditor_changes_nothing(world: World) -> None:
    able = world.column(
        """
        SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relkind IN ('r', 'p', 'v')
          AND c.relnamespace IN ('public'::regnamespace, 'simulator'::regnamespace)
          AND (has_table_privilege('gateway_auditor', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
               OR has_any_column_privilege('gateway_auditor', c.oid, 'INSERT, UPDATE'))
        """
    )
    assert able == []


def test_a_look_up_tells_whose_something_is_and_runs_with_a_pinned_path(world: World) -> None:
    with world.acting("gateway_app") as app:
        order = app.execute("SELECT merchant_id, mode FROM tenant.of_order(%s)", ("order_" + "B" * 16,)).fetchall()
        assert order == [(world.b.merchant_id, "test")]
        login = app.execute("SELECT merchant_id FROM tenant.of_login('a@tenancy.example')").fetchall()
        assert login == [(world.a.merchant_id,)]
    functions = world.owner.execute(
        "SELECT proname, prosecdef, proconfig, proowner::regrole::text FROM pg_proc "
        "WHERE pronamespace = 'tenant'::regnamespace"
    ).fetchall()
    assert len(functions) == 9
    for name, is_definer, config, owner in functions:
        assert is_definer and config == ["search_path=pg_catalog, pg_temp"], name
        assert owner == "gateway_lookup", name
    elsewhere = world.column(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace <> 'tenant'::regnamespace"
    )
    assert elsewhere == [], "the look-ups are all the ways around the policies that there are"


def test_only_the_api_may_ask_the_look_ups(world: World) -> None:
    with world.acting("gateway_worker") as worker, pytest.raises(DENIED):
        worker.execute("SELECT * FROM tenant.api_key('key_test_tenantA')")

"""Bring roles, privileges, policies and look-ups into line with `rules` and `lookups.sql`: after every migration.

Privileges are set anew each time, in one transaction. Policies and functions are touched only where they
differ, since that locks the table. Roles belong to the cluster, which may be migrating other databases at
the same moment.
"""

import hashlib
from pathlib import Path
from typing import Final

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from gateway.tenancy.rules import Rules, Table, audited_columns, granted, rules_of

ROLES: Final = ("gateway_app", "gateway_worker", "gateway_auditor", "gateway_lookup")
_LOOKUPS: Final = Path(__file__).with_name("lookups.sql")
_OWNERS: Final = "current_setting('gateway.maintenance', true) = 'on'"
_RACES: Final = (
    psycopg.errors.DuplicateObject,
    psycopg.errors.UniqueViolation,
    psycopg.errors.InternalError_,  # "tuple concurrently updated"
)
_TRIES: Final = 10


class RolesMissing(Exception):
    """The roles are not there, and this user may not make them; the text says what to do."""


Admin = AsyncConnection[TupleRow]


async def bring_access_up_to_date(connection: Admin) -> None:
    """Roles first, each by itself; then all the rest in one transaction. Raises `RolesMissing`."""
    for role in ROLES:
        await _ensure_role(connection, role)
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '10s'")
        await _apply_lookups(connection)
        for table in await read_tables(connection):
            rules = rules_of(table)
            await _apply_privileges(connection, table, rules)
            if rules.rows is not None:
                await _apply_policies(connection, table, rules)


async def _ensure_role(connection: Admin, role: str) -> None:
    """The role exists, and this user may take it."""
    for attempt in range(_TRIES):
        try:
            cursor = await connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
            if await cursor.fetchone() is None:
                await connection.execute(f"CREATE ROLE {role} NOLOGIN".encode())
            await _ensure_membership(connection, role)
        except _RACES:  # another database's migration was faster
            if attempt == _TRIES - 1:
                raise
        except psycopg.errors.InsufficientPrivilege as error:
            raise RolesMissing(
                f"the role {role} is missing, or this user may not take it, and it may not change that: have an "
                f"administrator run deploy/sql/create_roles.sql ({error})"
            ) from error
        else:
            return


async def _ensure_membership(connection: Admin, role: str) -> None:
    modern = connection.info.server_version >= 160000
    # From 16 on to take a role (SET) and to have its rights without taking it (INHERIT) are two things.
    cursor = await connection.execute("SELECT pg_has_role(%s, %s)", (role, "SET" if modern else "MEMBER"))
    row = await cursor.fetchone()
    if row is not None and row[0]:
        return
    options = " WITH SET TRUE, INHERIT FALSE" if modern else ""
    await connection.execute(f"GRANT {role} TO CURRENT_USER{options}".encode())


async def read_tables(connection: Admin) -> list[Table]:
    """All tables and views of ours, as they are in the database."""
    cursor = await connection.execute(
        """
        SELECT n.nspname || '.' || c.relname, c.relkind = 'v', a.attname, format_type(a.atttypid, NULL)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname IN ('public', 'simulator') AND c.relkind IN ('r', 'p', 'v')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY c.relkind = 'v', 1, a.attnum
        """
    )
    tables: dict[str, Table] = {}
    for name, is_view, column, kind in await cursor.fetchall():
        tables.setdefault(name, Table(name, is_view)).columns[column] = kind
    return list(tables.values())


async def _apply_privileges(connection: Admin, table: Table, rules: Rules) -> None:
    statements = [f"REVOKE ALL ON {table.name} FROM {', '.join(ROLES)}"]
    columns = ", ".join(audited_columns(table))
    wanted = {
        "gateway_app": granted(table, rules, rules.app),
        "gateway_worker": granted(table, rules, rules.worker),
        "gateway_auditor": f"SELECT ({columns})" if columns else "",
        "gateway_lookup": f"SELECT ({rules.lookup})" if rules.lookup else "",
    }
    statements += [f"GRANT {what} ON {table.name} TO {role}" for role, what in wanted.items() if what]
    await connection.execute("; ".join(statements).encode())


async def _apply_policies(connection: Admin, table: Table, rules: Rules) -> None:
    """Each role's policy, and no way around them for the owner. `FORCE` leaves superusers out only."""
    wanted = {
        "owner": f"TO CURRENT_USER USING ({_OWNERS})",
        "app": f"TO gateway_app USING ({rules.rows})",
        "worker": "TO gateway_worker USING (true)",
        "auditor": "FOR SELECT TO gateway_auditor USING (true)",
        "lookup": "FOR SELECT TO gateway_lookup USING (true)",
    }
    if rules.new_rows is not None:
        wanted["app"] = f"TO gateway_app USING ({rules.rows}) WITH CHECK ({rules.new_rows})"
    cursor = await connection.execute(
        "SELECT polname, obj_description(oid, 'pg_policy') FROM pg_policy WHERE polrelid = %s::regclass",
        (table.name,),
    )
    present: dict[str, str | None] = dict(await cursor.fetchall())
    # Its comment is the policy as it was written: what the catalog gives back is worded otherwise.
    for name, policy in wanted.items():
        if present.get(name) == policy:
            continue
        comment = policy.replace("'", "''")
        await connection.execute(
            f"DROP POLICY IF EXISTS {name} ON {table.name}; CREATE POLICY {name} ON {table.name} {policy}; "
            f"COMMENT ON POLICY {name} ON {table.name} IS '{comment}'".encode()
        )
    cursor = await connection.execute(
        "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", (table.name,)
    )
    row = await cursor.fetchone()
    if row is None or not row[0]:
        await connection.execute(
            f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY".encode()
        )


async def _apply_lookups(connection: Admin) -> None:
    """The functions of `lookups.sql`, in a schema of their own, made anew when the file has changed."""
    sql = _LOOKUPS.read_text("utf-8")
    version = hashlib.sha256(sql.encode()).hexdigest()
    cursor = await connection.execute(
        """
        SELECT obj_description(n.oid, 'pg_namespace') = %s AND bool_and(p.proowner = 'gateway_lookup'::regrole)
        FROM pg_namespace n JOIN pg_proc p ON p.pronamespace = n.oid WHERE n.nspname = 'tenant' GROUP BY n.oid
        """,
        (version,),
    )
    row = await cursor.fetchone()
    if row is None or not row[0]:
        await connection.execute(
            """
            DROP SCHEMA IF EXISTS tenant CASCADE;
            CREATE SCHEMA tenant;
            GRANT USAGE, CREATE ON SCHEMA tenant TO gateway_lookup;
            SET LOCAL ROLE gateway_lookup
            """
        )
        await connection.execute(sql.encode())
        await connection.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenant FROM PUBLIC; RESET ROLE")
        await connection.execute(f"COMMENT ON SCHEMA tenant IS '{version}'".encode())
    await connection.execute(
        """
        REVOKE CREATE ON SCHEMA tenant FROM gateway_lookup;
        GRANT USAGE ON SCHEMA public TO gateway_app, gateway_worker, gateway_auditor, gateway_lookup;
        GRANT USAGE ON SCHEMA simulator TO gateway_app, gateway_worker, gateway_auditor;
        GRANT USAGE ON SCHEMA tenant TO gateway_app;
        SET LOCAL ROLE gateway_lookup;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tenant TO gateway_app;
        RESET ROLE
        """
    )

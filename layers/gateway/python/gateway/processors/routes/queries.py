"""Statements on routes."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Final

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.routes.model import Rule
from gateway.processors.routes.terms import RoutedAccount, Terms

COLUMNS: Final = "id, position, account_id, method, network, currency, amount_from, amount_to, share, created_at"
_OF_RULE: Final = ", ".join(f"r.{column}" for column in COLUMNS.split(", "))
_RULE_COLUMNS: Final = len(COLUMNS.split(", "))

# One statement, in the way of a payment. A stop is read with it, so it holds from its commit on.
_TERMS: Final = f"""
SELECT {_OF_RULE}, a.processor, a.label, a.status, a.collect,
       r.mode = 'live' AND EXISTS (
           SELECT 1 FROM processor_stops s
           WHERE s.covers = 'payments' AND (s.merchant_id IS NULL OR s.merchant_id = r.merchant_id)
             AND (s.account_id IS NULL OR s.account_id = r.account_id))
FROM processor_routes r JOIN processor_accounts a ON a.id = r.account_id
WHERE r.merchant_id = %s AND r.mode = %s AND a.merchant_id = r.merchant_id AND a.mode = r.mode
ORDER BY r.position
"""  # noqa: S608 - constants


async def select_terms(tx: Connection, tenant: Tenant) -> Terms:
    """The tenant's rules, each with its account and whether that is stopped."""
    cursor = await tx.execute(_TERMS, (tenant.merchant_id, tenant.mode))
    return Terms(
        tenant.mode,
        tuple(
            (rule, RoutedAccount(rule.account_id, *row[_RULE_COLUMNS:]))
            for row in await cursor.fetchall()
            for rule in [Rule(*row[:_RULE_COLUMNS])]
        ),
    )


async def delete_rules(tx: Connection, tenant: Tenant) -> None:
    """All of the tenant's."""
    await tx.execute(
        "DELETE FROM processor_routes WHERE merchant_id = %s AND mode = %s", (tenant.merchant_id, tenant.mode)
    )


async def insert_rules(tx: Connection, tenant: Tenant, rules: Sequence[Rule]) -> None:
    """Add these: one statement, whatever their number."""
    columns = [field.name for field in fields(Rule)]
    lists = {name: [getattr(rule, name) for rule in rules] for name in columns}
    await tx.execute(
        f"""
        INSERT INTO processor_routes (merchant_id, mode, {", ".join(columns)})
        SELECT %(merchant_id)s, %(mode)s, rule.*
        FROM unnest(%(id)s::text[], %(position)s::int[], %(account_id)s::text[], %(method)s::text[],
                    %(network)s::text[], %(currency)s::text[], %(amount_from)s::bigint[], %(amount_to)s::bigint[],
                    %(share)s::smallint[], %(created_at)s::timestamptz[]) AS rule
        """.encode(),  # noqa: S608 - constants
        lists | {"merchant_id": tenant.merchant_id, "mode": tenant.mode},
    )


async def select_rules(tx: Connection, tenant: Tenant) -> list[Rule]:
    """The tenant's rules, in the order in which they are tried."""
    cursor = tx.cursor(row_factory=class_row(Rule))
    await cursor.execute(
        f"SELECT {COLUMNS} FROM processor_routes WHERE merchant_id = %s AND mode = %s ORDER BY position",  # noqa: S608
        (tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchall()

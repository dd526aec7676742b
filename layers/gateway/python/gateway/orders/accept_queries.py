"""The statement that accepts orders of one tenant: their keys with their answers, and the orders."""

from collections.abc import Sequence
from typing import Any, Final

from gateway.database import Connection
from gateway.database.one_by_one import PATIENCE_MS
from gateway.database.scope import Tenant
from gateway.encode import encode_json
from gateway.processors.choose import LIVE_ACCOUNT

# Left out is a draft whose key is taken, and every one of a live merchant who has no processor. The condition on
# `test` is asked first: no account is looked for then.
ACCEPT_ORDERS: Final = f"""
WITH patience AS MATERIALIZED (
    SELECT set_config('lock_timeout', '{PATIENCE_MS}', true) IS NOT NULL AS is_set
),
drafts AS MATERIALIZED (
    SELECT d.*
    FROM patience
    CROSS JOIN json_to_recordset(%(drafts)s::json) AS d (
        id text, amount bigint, currency text, receipt text, notes jsonb, capture text, at timestamptz,
        return_url text, key text, request_hash text, answer text)
    WHERE is_set AND (%(mode)s = 'test' OR EXISTS ({LIVE_ACCOUNT}))
),
taken AS (
    INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash, with_query, status_code, response)
    SELECT %(merchant_id)s, %(mode)s, d.key, decode(d.request_hash, 'hex'), true, 201, convert_to(d.answer, 'UTF8')
    FROM drafts d WHERE d.key IS NOT NULL ORDER BY d.key
    ON CONFLICT DO NOTHING
    RETURNING key
)
INSERT INTO orders
    (id, merchant_id, mode, amount, currency, receipt, receipt_lower, notes, capture, status,
     created_at, updated_at, return_url)
SELECT d.id, %(merchant_id)s, %(mode)s, d.amount, d.currency, d.receipt, searched(d.receipt), d.notes, d.capture,
       'created', d.at, d.at, d.return_url
FROM drafts d WHERE d.key IS NULL OR d.key IN (SELECT taken.key FROM taken)
RETURNING id
"""  # noqa: S608 - constants


async def insert_orders(tx: Connection, tenant: Tenant, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Add the orders and take their keys; returns the ids of those that were added. No two have the same key.

    A draft whose key is taken is left out. Raises what the database raises for any of them: nothing is added then.
    """
    cursor = await tx.execute(
        ACCEPT_ORDERS,
        {"merchant_id": tenant.merchant_id, "mode": tenant.mode, "drafts": encode_json(rows).decode()},
    )
    return {row[0] for row in await cursor.fetchall()}

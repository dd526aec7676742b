"""What is missing before live payments can be taken, found in the merchant's rows and nowhere else."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row

from gateway.database import Connection

# Each is one row by an index, however much the merchant has. A trial's receipt marks its order (`trials.model`).
_CHECKLIST: Final = """
SELECT
    (SELECT COALESCE(ARRAY_AGG(id ORDER BY created_at, id), '{}') FROM processor_accounts
     WHERE merchant_id = %(merchant_id)s AND mode = 'live' AND status = 'enabled') AS accounts,
    COALESCE((SELECT cardinality(allowed_origins) > 0 FROM checkout_settings
              WHERE merchant_id = %(merchant_id)s AND mode = 'live'), false) AS origins,
    EXISTS (SELECT 1 FROM webhook_endpoints WHERE merchant_id = %(merchant_id)s AND mode = 'live'
            AND status = 'enabled' AND deleted_at IS NULL AND url LIKE 'https://%%') AS endpoint,
    EXISTS (SELECT 1 FROM api_keys WHERE merchant_id = %(merchant_id)s AND mode = 'live' AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > %(now)s)) AS key,
    EXISTS (SELECT 1 FROM processor_accounts a JOIN orders o
              ON o.merchant_id = a.merchant_id AND o.mode = a.mode
             AND o.receipt_lower = searched('Try it: ' || a.id) AND o.status = 'paid'
            JOIN payments p ON p.order_id = o.id AND p.account_id = a.id AND p.status = 'success'
            WHERE a.merchant_id = %(merchant_id)s AND a.mode = 'live' AND a.status = 'enabled') AS trial
"""


async def read_checklist(
    tx: Connection, merchant_id: UUID, has_two_factor: bool | None, now: datetime
) -> dict[str, Any]:
    """`is_on`: live payments are taken at all. `two_factor`: of the person who asks; null for an API key."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(_CHECKLIST, {"merchant_id": merchant_id, "now": now})
    row = await cursor.fetchone()
    assert row is not None
    items = {
        "processor": bool(row["accounts"]),
        "origins": row["origins"],
        "endpoint": row["endpoint"],
        "two_factor": has_two_factor,
        "key": row["key"],
        "trial": row["trial"],
    }
    return {
        "is_on": bool(row["accounts"]),
        "accounts": row["accounts"],
        "items": [{"name": name, "done": done} for name, done in items.items()],
    }

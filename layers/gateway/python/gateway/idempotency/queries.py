"""Statements on idempotency keys."""

from typing import Any, Final

from gateway.database import Connection
from gateway.idempotency.model import Answer, RequestKey
from gateway.tenancy.model import Caller

_INSERT: Final = """
INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash, with_query) VALUES (%s, %s, %s, %s, true)
ON CONFLICT DO NOTHING
"""

_INSERT_IF_NEW: Final = """
INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash, with_query)
SELECT %(merchant_id)s, %(mode)s, %(key)s, %(request_hash)s, true
WHERE NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
                  AND key = %(old_key)s AND request_hash = %(old_hash)s)
ON CONFLICT DO NOTHING
"""


async def insert_key(tx: Connection, caller: Caller, key: RequestKey) -> bool:
    """Take the key. Waits for a rival's transaction; false if the rival committed."""
    if key.old_key == key.key:
        values = (caller.merchant_id, caller.mode, key.key, key.request_hash)
        return (await tx.execute(_INSERT, values)).rowcount == 1
    return (await tx.execute(_INSERT_IF_NEW, _values(caller, key))).rowcount == 1


def _values(caller: Caller, key: RequestKey) -> dict[str, Any]:
    return {
        "merchant_id": caller.merchant_id,
        "mode": caller.mode,
        "key": key.key,
        "request_hash": key.request_hash,
        "old_key": key.old_key,
        "old_hash": key.old_hash,
    }


# Until when a claim holds (seconds since 1970) stands where the answer will: the API may change no `created_at`.
_CLAIM: Final = """
INSERT INTO idempotency_keys AS k (merchant_id, mode, key, request_hash, with_query, response)
VALUES (%s, %s, %s, %s, true, convert_to((extract(epoch FROM now()) + %s)::text, 'UTF8'))
ON CONFLICT (merchant_id, mode, key) DO UPDATE SET response = EXCLUDED.response
WHERE k.status_code IS NULL AND k.request_hash = EXCLUDED.request_hash
  AND convert_from(k.response, 'UTF8')::float8 < extract(epoch FROM now())
"""


async def claim_key(tx: Connection, caller: Caller, key: RequestKey, seconds: float) -> bool:
    """Take the key before there is an answer, for a request that acts outside the database first.

    A claim without an answer may be taken over by the same request after `seconds`: its process has died.
    """
    cursor = await tx.execute(_CLAIM, (caller.merchant_id, caller.mode, key.key, key.request_hash, seconds))
    return cursor.rowcount == 1


async def lock_claim(tx: Connection, caller: Caller, key: str) -> bool:
    """Whether the key is claimed and has no answer yet; nobody else gives it one before the transaction ends."""
    cursor = await tx.execute(
        """
        SELECT 1 FROM idempotency_keys WHERE merchant_id = %s AND mode = %s AND key = %s AND status_code IS NULL
        FOR UPDATE
        """,
        (caller.merchant_id, caller.mode, key),
    )
    return cursor.rowcount == 1


async def update_answer(tx: Connection, caller: Caller, key: str, answer: Answer) -> None:
    """Keep the answer, in the transaction that took the key."""
    await tx.execute(
        """
        UPDATE idempotency_keys SET status_code = %s, response = %s
        WHERE merchant_id = %s AND mode = %s AND key = %s
        """,
        (answer.status_code, answer.body, caller.merchant_id, caller.mode, key),
    )


# Of a shopper's old key only what is his own: another one's request under it is nothing to him.
_SELECT: Final = """
SELECT CASE WHEN with_query THEN request_hash = %(request_hash)s ELSE request_hash = %(old_hash)s END,
       status_code, response
FROM idempotency_keys
WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND (
    key = %(key)s OR (key = %(old_key)s AND request_hash = %(old_hash)s))
ORDER BY key <> %(key)s LIMIT 1
"""


async def select_answer(tx: Connection, caller: Caller, key: RequestKey) -> tuple[bool, Answer | None] | None:
    """Whether the first request was the same, and its answer; without the latter the key is claimed."""
    cursor = await tx.execute(_SELECT, _values(caller, key))
    row = await cursor.fetchone()
    return None if row is None else (row[0], None if row[1] is None else Answer(row[1], row[2]))

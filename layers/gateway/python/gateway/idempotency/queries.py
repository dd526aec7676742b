"""Statements on idempotency keys."""

from typing import Final

from gateway.database import Connection
from gateway.idempotency.model import Answer
from gateway.merchants.model import Caller


async def insert_key(tx: Connection, caller: Caller, key: str, request_hash: bytes) -> bool:
    """Take the key. Waits for a rival's transaction; false if the rival committed."""
    cursor = await tx.execute(
        """
        INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash) VALUES (%s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        (caller.merchant_id, caller.mode, key, request_hash),
    )
    return cursor.rowcount == 1


# Until when a claim holds (seconds since 1970) stands where the answer will: the API may change no `created_at`.
_CLAIM: Final = """
INSERT INTO idempotency_keys AS k (merchant_id, mode, key, request_hash, response)
VALUES (%s, %s, %s, %s, convert_to((extract(epoch FROM now()) + %s)::text, 'UTF8'))
ON CONFLICT (merchant_id, mode, key) DO UPDATE SET response = EXCLUDED.response
WHERE k.status_code IS NULL AND k.request_hash = EXCLUDED.request_hash
  AND convert_from(k.response, 'UTF8')::float8 < extract(epoch FROM now())
"""


async def claim_key(tx: Connection, caller: Caller, key: str, request_hash: bytes, seconds: float) -> bool:
    """Take the key before there is an answer, for a request that acts outside the database first.

    A claim without an answer may be taken over by the same request after `seconds`: its process has died.
    """
    cursor = await tx.execute(_CLAIM, (caller.merchant_id, caller.mode, key, request_hash, seconds))
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


async def select_answer(tx: Connection, caller: Caller, key: str) -> tuple[bytes, Answer | None] | None:
    """The first request's hash and answer; without the latter the key is claimed (`claim_key`)."""
    cursor = await tx.execute(
        """
        SELECT request_hash, status_code, response FROM idempotency_keys
        WHERE merchant_id = %s AND mode = %s AND key = %s
        """,
        (caller.merchant_id, caller.mode, key),
    )
    row = await cursor.fetchone()
    return None if row is None else (row[0], None if row[1] is None else Answer(row[1], row[2]))

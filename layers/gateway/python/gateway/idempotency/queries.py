"""Statements on idempotency keys."""

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


async def update_answer(tx: Connection, caller: Caller, key: str, answer: Answer) -> None:
    """Keep the answer, in the transaction that took the key."""
    await tx.execute(
        """
        UPDATE idempotency_keys SET status_code = %s, response = %s
        WHERE merchant_id = %s AND mode = %s AND key = %s
        """,
        (answer.status_code, answer.body, caller.merchant_id, caller.mode, key),
    )


async def select_answer(tx: Connection, caller: Caller, key: str) -> tuple[bytes, Answer] | None:
    """The first request's hash and answer."""
    cursor = await tx.execute(
        """
        SELECT request_hash, status_code, response FROM idempotency_keys
        WHERE merchant_id = %s AND mode = %s AND key = %s
        """,
        (caller.merchant_id, caller.mode, key),
    )
    row = await cursor.fetchone()
    return None if row is None else (row[0], Answer(row[1], row[2]))

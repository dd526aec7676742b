"""Statements on the simulator's books. Its clock is the database's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg.rows import dict_row

from gateway.database import Connection


@dataclass(frozen=True, slots=True)
class RecordedOperation:
    """An operation as the bank knows it. `is_due`: the moment of its answer has come."""

    key: str
    payment_id: str
    scenario: str
    outcome: str
    error_code: str | None
    error_description: str | None
    is_due: bool
    amount: int
    currency: str


_RETURNED: Final = (
    "key, payment_id, scenario, outcome, error_code, error_description, answer_at <= clock_timestamp(), amount, "
    "currency"
)

_RECORD: Final = f"""
INSERT INTO simulator.operations AS o
    (key, payment_id, kind, amount, currency, scenario, outcome, error_code, error_description, answer_at)
SELECT DISTINCT ON (key) key, payment_id, kind, amount, currency, scenario, outcome, error_code,
       error_description, clock_timestamp() + make_interval(secs => answer_seconds)
FROM unnest(%(key)s::text[], %(payment_id)s::text[], %(kind)s::text[], %(amount)s::bigint[],
            %(currency)s::text[], %(scenario)s::text[], %(outcome)s::text[], %(error_code)s::text[],
            %(error_description)s::text[], %(answer_seconds)s::float8[])
    AS asked (key, payment_id, kind, amount, currency, scenario, outcome, error_code, error_description,
              answer_seconds)
ORDER BY key
ON CONFLICT (key) DO UPDATE SET requests = o.requests + 1
RETURNING {_RETURNED}
"""  # noqa: S608 - a constant


async def record_operations(tx: Connection, asked: Sequence[Any]) -> dict[str, RecordedOperation]:
    """Write calls down, by key; a repeated key keeps its first row and counts one more request."""
    columns = (
        "key", "payment_id", "kind", "amount", "currency", "scenario", "outcome", "error_code",
        "error_description", "answer_seconds",
    )  # fmt: skip
    cursor = await tx.execute(_RECORD, {name: [getattr(item, name) for item in asked] for name in columns})
    return {row[0]: RecordedOperation(*row) for row in await cursor.fetchall()}


async def select_operations(tx: Connection, keys: Sequence[str]) -> dict[str, RecordedOperation]:
    """The operations with these keys, those that exist."""
    cursor = await tx.execute(
        f"SELECT {_RETURNED} FROM simulator.operations WHERE key = ANY(%s)",  # noqa: S608
        (list(keys),),
    )
    return {row[0]: RecordedOperation(*row) for row in await cursor.fetchall()}


async def decide_action(tx: Connection, key: str, approve: bool) -> bool:
    """Decide an operation that waits for the shopper; false if it does not."""
    cursor = await tx.execute(
        """
        UPDATE simulator.operations
        SET outcome = CASE WHEN %(approve)s THEN 'approved' ELSE 'declined' END,
            error_code = CASE WHEN %(approve)s THEN NULL ELSE 'AUTHENTICATION_FAILED' END,
            error_description = CASE WHEN %(approve)s THEN NULL ELSE 'The shopper did not approve the payment' END,
            answer_at = clock_timestamp()
        WHERE key = %(key)s AND outcome = 'action' AND answer_at > clock_timestamp()
          AND NOT EXISTS (SELECT 1 FROM simulator.operations v
                          WHERE v.payment_id = simulator.operations.payment_id AND v.kind = 'void')
        """,
        {"key": key, "approve": approve},
    )
    return cursor.rowcount == 1


async def extend_action(tx: Connection, key: str, seconds: float) -> bool:
    """Let an operation wait for the shopper `seconds` from now; false if it does not wait."""
    cursor = await tx.execute(
        """
        UPDATE simulator.operations SET answer_at = clock_timestamp() + make_interval(secs => %(seconds)s)
        WHERE key = %(key)s AND outcome = 'action' AND answer_at > clock_timestamp()
        """,
        {"key": key, "seconds": seconds},
    )
    return cursor.rowcount == 1


async def count_operations(tx: Connection, payment_id: str) -> list[dict[str, Any]]:
    """Per kind: how many distinct operations the bank made for a payment, their amount, and the requests."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT kind, count(*) AS operations, sum(amount)::bigint AS amount, sum(requests)::int AS requests
        FROM simulator.operations WHERE payment_id = %s GROUP BY kind ORDER BY kind
        """,
        (payment_id,),
    )
    return await cursor.fetchall()


async def select_operations_of_payment(tx: Connection, payment_id: str) -> list[dict[str, Any]]:
    """What the bank was asked about a payment, oldest first, for its timeline."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT kind, amount, currency, outcome, error_code, error_description, answer_at, requests, created_at
        FROM simulator.operations WHERE payment_id = %s ORDER BY created_at, key
        """,
        (payment_id,),
    )
    return await cursor.fetchall()

"""Statements on operations and calls. Those of a claim and a finish are parts of the statements of their noun."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.operations.model import Kept, KnownOperation, Noted

REQUEST: Final = (
    "encode(sha256(convert_to(concat_ws('|', {kind}, {amount}, {currency}, {account_id}), 'UTF8')), 'hex')"
)
"""As `model.request_hash`."""

OF_PAYMENT: Final = """
    (SELECT coalesce(json_agg(json_build_array(o.key, o.kind, o.account_id, encode(o.request_hash, 'hex'),
                                               o.reference, o.charge, o.first_sent_at, o.outcome)
                              ORDER BY o.created_at, o.key), '[]')
     FROM processor_operations o WHERE o.payment_id = {payment_id})
"""
"""What a claim reads of a payment's operations: the rows as they were before it."""

IS_STOPPED: Final = """
    (account_id IS NOT NULL AND mode = 'live' AND EXISTS (
        SELECT 1 FROM processor_stops s
        WHERE s.covers = '{covers}' AND (s.merchant_id IS NULL OR s.merchant_id = claimed.merchant_id)
          AND (s.account_id IS NULL OR s.account_id = claimed.account_id)))
"""
"""Whether the emergency stop covers a claim, as it is when the claim is made."""

NOTED: Final = """
    UPDATE processor_operations o
    SET outcome = a.op_outcome, reference = COALESCE(a.op_reference, o.reference),
        charge = COALESCE(a.op_charge, o.charge), session = COALESCE(a.op_session, o.session),
        session_expires_at = COALESCE(a.op_session_expires_at, o.session_expires_at),
        raw = COALESCE(a.op_raw, o.raw), updated_at = now(),
        sends = o.sends - CASE WHEN a.op_was_not_sent THEN 1 ELSE 0 END,
        first_sent_at = CASE WHEN a.op_was_not_sent AND o.sends <= 1 THEN NULL ELSE o.first_sent_at END
    FROM finished f JOIN answers a ON a.token = f.token
    WHERE o.key = a.op_key
"""
"""The end of a claim, as far as its operation is concerned: a part of the statement that finishes it."""

_COLUMNS: Final = (
    "op_key", "op_outcome", "op_reference", "op_charge", "op_session", "op_session_expires_at", "op_raw",
    "op_was_not_sent",
)  # fmt: skip
NOTED_ARRAYS: Final = (
    "%(op_key)s::text[], %(op_outcome)s::text[], %(op_reference)s::text[], %(op_charge)s::text[], "
    "%(op_session)s::bytea[], %(op_session_expires_at)s::timestamptz[], %(op_raw)s::text[], "
    "%(op_was_not_sent)s::bool[]"
)
NOTED_NAMES: Final = ", ".join(_COLUMNS)


def noted_parameters(notes: Sequence[Noted | None]) -> dict[str, list[Any]]:
    """The arrays of `NOTED_ARRAYS`."""
    values: dict[str, list[Any]] = {}
    for column in _COLUMNS:
        name = column.removeprefix("op_")
        values[column] = [None if note is None else getattr(note, name) for note in notes]
    values["op_raw"] = [raw and raw[:500] for raw in values["op_raw"]]
    return values


def read_operations(value: Any) -> tuple[KnownOperation, ...]:
    """The JSON of `OF_PAYMENT`."""
    rows = json.loads(value) if isinstance(value, str) else (value or [])
    return tuple(
        KnownOperation(
            key=row[0],
            kind=row[1],
            account_id=row[2],
            request=row[3],
            reference=row[4],
            charge=row[5],
            first_sent_at=None if row[6] is None else datetime.fromisoformat(row[6]),
            outcome=row[7],
        )
        for row in rows
    )


async def note_operations(tx: Connection, noted: Sequence[Noted]) -> None:
    """Write down what has become of operations outside of a claim of their own."""
    for one in noted:
        await tx.execute(
            """
            UPDATE processor_operations
            SET outcome = %s, reference = COALESCE(%s, reference), raw = COALESCE(%s, raw), updated_at = now()
            WHERE key = %s
            """,
            (one.outcome, one.reference, one.raw and one.raw[:500], one.key),
        )


async def insert_calls(tx: Connection, kept: Sequence[Kept]) -> None:
    """Keep exchanges, in order."""
    if not kept:
        return
    await tx.execute(
        """
        INSERT INTO processor_calls (operation_key, merchant_id, mode, account_id, payment_id, started_at,
                                     duration_ms, method, path, request, status, response, error)
        SELECT * FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
                             %s::int[], %s::text[], %s::text[], %s::jsonb[], %s::int[], %s::jsonb[], %s::text[])
        """,
        (
            [one.key for one in kept],
            [one.merchant_id for one in kept],
            [one.mode for one in kept],
            [one.account_id for one in kept],
            [one.payment_id for one in kept],
            [one.call.started_at for one in kept],
            [one.call.duration_ms for one in kept],
            [one.call.method for one in kept],
            [one.call.path[:500] for one in kept],
            [Jsonb(one.call.request) for one in kept],
            [one.call.status for one in kept],
            [Jsonb(one.call.response) for one in kept],
            [one.call.error and one.call.error[:500] for one in kept],
        ),
    )


async def select_calls(tx: Connection, tenant: Tenant, payment_id: str) -> list[dict[str, Any]]:
    """The exchanges about a payment and its refunds, oldest first, with the account's `processor`."""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        """
        SELECT c.operation_key, c.account_id, a.processor, c.started_at, c.duration_ms, c.method, c.path,
               c.request, c.status, c.response, c.error
        FROM processor_calls c LEFT JOIN processor_accounts a ON a.id = c.account_id
        WHERE c.payment_id = %s AND c.merchant_id = %s AND c.mode = %s ORDER BY c.id LIMIT 500
        """,
        (payment_id, tenant.merchant_id, tenant.mode),
    )
    return await cursor.fetchall()


async def select_session(tx: Connection, payment_id: str) -> tuple[str, bytes] | None:
    """The newest sealed session of a payment that waits for its shopper, and the operation that it is bound to."""
    cursor = await tx.execute(
        """
        SELECT o.key, o.session FROM processor_operations o JOIN payments p ON p.id = o.payment_id
        WHERE o.payment_id = %s AND o.kind = 'prepare' AND o.session IS NOT NULL AND o.account_id = p.account_id
          AND p.status = 'requires_action'
        ORDER BY o.created_at DESC LIMIT 1
        """,
        (payment_id,),
    )
    row = await cursor.fetchone()
    return None if row is None else (row[0], bytes(row[1]))

"""Statements of the timeline."""

from typing import Any

from psycopg.rows import dict_row

from gateway.database import Connection
from gateway.tenancy.model import Caller


async def select_events(tx: Connection, caller: Caller, object_ids: list[str]) -> list[dict[str, Any]]:
    """The events about these objects."""
    return await _all(
        tx,
        """
        SELECT id, type, object_id, sequence, payload, created_at FROM events
        WHERE object_id = ANY(%(ids)s) AND merchant_id = %(merchant_id)s AND mode = %(mode)s
        ORDER BY created_at, position LIMIT 200
        """,
        {"ids": object_ids, "merchant_id": caller.merchant_id, "mode": caller.mode},
    )


async def select_deliveries(tx: Connection, caller: Caller, event_ids: list[str]) -> list[dict[str, Any]]:
    """The deliveries of these events, with the endpoint's address."""
    return await _all(
        tx,
        """
        SELECT d.id::text AS id, d.event_id, d.event_type, d.endpoint_id, e.url, d.status, d.attempts,
               d.next_attempt_at, d.created_at
        FROM deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
        WHERE d.event_id = ANY(%(ids)s) AND d.merchant_id = %(merchant_id)s LIMIT 500
        """,
        {"ids": event_ids, "merchant_id": caller.merchant_id},
    )


async def select_attempts(tx: Connection, delivery_ids: list[str]) -> list[dict[str, Any]]:
    """The attempts of these deliveries."""
    return await _all(
        tx,
        """
        SELECT delivery_id::text AS delivery_id, started_at, duration_ms, response_code, error_class, error
        FROM delivery_attempts WHERE delivery_id = ANY(%(ids)s::uuid[]) ORDER BY id LIMIT 1000
        """,
        {"ids": delivery_ids},
    )


async def select_audit_of(tx: Connection, caller: Caller, object_ids: list[str]) -> list[dict[str, Any]]:
    """Control actions on these objects."""
    return await _all(
        tx,
        """
        SELECT action, actor_kind, actor, details, request_id, created_at FROM audit_log
        WHERE merchant_id = %(merchant_id)s AND object_id = ANY(%(ids)s) ORDER BY id LIMIT 200
        """,
        {"merchant_id": caller.merchant_id, "ids": object_ids},
    )


async def _all(tx: Connection, statement: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(statement.encode(), parameters)
    return await cursor.fetchall()

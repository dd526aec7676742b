"""Statements on the request log."""

from collections.abc import Sequence
from typing import Final

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.requests.model import LoggedRequest, Request
from gateway.tenancy.model import Caller

COLUMNS = "id, request_id, method, path, status, duration_ms, error_code, key_id, user_email, replayed, created_at"


async def insert_requests(tx: Connection, tenant: Caller, requests: Sequence[Request]) -> None:
    """Write down requests of one merchant and mode."""
    await tx.execute(
        """
        INSERT INTO request_log (merchant_id, mode, request_id, method, path, status, duration_ms, error_code,
                                 key_id, user_email, replayed, created_at)
        SELECT %(merchant_id)s, %(mode)s, given.*
        FROM unnest(%(request_id)s::text[], %(method)s::text[], %(path)s::text[], %(status)s::int[],
                    %(duration_ms)s::real[], %(error_code)s::text[], %(key_id)s::text[], %(user_email)s::text[],
                    %(replayed)s::boolean[], %(created_at)s::timestamptz[]) given
        """,
        {
            "merchant_id": tenant.merchant_id,
            "mode": tenant.mode,
            "request_id": [one.request_id for one in requests],
            "method": [one.method for one in requests],
            "path": [one.path for one in requests],
            "status": [one.status for one in requests],
            "duration_ms": [one.duration_ms for one in requests],
            "error_code": [one.error_code for one in requests],
            "key_id": [one.key_id for one in requests],
            "user_email": [one.user_email for one in requests],
            "replayed": [one.replayed for one in requests],
            "created_at": [one.created_at for one in requests],
        },
    )


async def select_request(tx: Connection, caller: Caller, request_id: str) -> LoggedRequest | None:
    """The newest of the caller's requests with this id."""
    cursor = tx.cursor(row_factory=class_row(LoggedRequest))
    await cursor.execute(
        f"""
        SELECT {COLUMNS} FROM request_log
        WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s AND request_id = %(request_id)s
        ORDER BY id DESC LIMIT 1
        """.encode(),  # noqa: S608
        {"merchant_id": caller.merchant_id, "mode": caller.mode, "request_id": request_id},
    )
    return await cursor.fetchone()


DELETED_AT_ONCE: Final = 10_000
"""Rows of one statement: so that it holds its locks for a moment only."""


async def delete_old_requests(tx: Connection, hours: float) -> int:
    """The oldest `DELETED_AT_ONCE` at most; how many. Reads one row only while even the oldest is young enough."""
    cursor = await tx.execute(
        """
        DELETE FROM request_log
        WHERE (SELECT created_at FROM request_log ORDER BY id LIMIT 1) < now() - make_interval(secs => %(seconds)s)
          AND id = ANY (ARRAY(
              SELECT id FROM (SELECT id, created_at FROM request_log ORDER BY id LIMIT %(most)s) oldest
              WHERE created_at < now() - make_interval(secs => %(seconds)s)))
        """,
        {"seconds": hours * 3600, "most": DELETED_AT_ONCE},
    )
    return cursor.rowcount

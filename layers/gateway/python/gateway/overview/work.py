"""A merchant's work: what is due, in flight, failed, or waits for a person."""

from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.ids import is_id
from gateway.processors.choose import require_processor_of
from gateway.processors.operations.advice import advise
from gateway.refunds.caps.model import OVER_THE_CAP
from gateway.refunds.caps.review_queries import KEPT_DAYS
from gateway.tenancy.model import Caller
from gateway.unexpected.pay_back import retry_pay_back

_LIMIT: Final = 100

# What is over, and is looked at once more some hours from now, is no job.
_WORK: Final = """
SELECT * FROM (
    (SELECT 'payments' AS kind, id, id AS payment_id, account_id, work, amount, currency, status, attempts,
            NULL AS asked_by, due_at, lease_token, review_reason, sent_at, created_at
     FROM payments WHERE merchant_id = %(merchant_id)s AND mode = %(mode)s
       AND (work IS NOT NULL OR review_reason IS NOT NULL)
       AND (work IS DISTINCT FROM 'check' OR due_at <= now() + interval '5 minutes')
     ORDER BY due_at NULLS FIRST LIMIT %(limit)s)
    UNION ALL
    (SELECT 'refunds', r.id, r.payment_id, p.account_id, COALESCE(r.work, 'refund'), r.amount, r.currency,
            r.status, r.attempts, NULL, r.due_at, r.lease_token, r.review_reason, r.sent_at, r.created_at
     FROM refunds r JOIN payments p ON p.id = r.payment_id
     WHERE r.merchant_id = %(merchant_id)s AND r.mode = %(mode)s
       AND (r.work IS NOT NULL OR r.review_reason IS NOT NULL)
     ORDER BY r.due_at NULLS FIRST LIMIT %(limit)s)
    UNION ALL
    (SELECT 'refund_caps', c.id, c.payment_id, p.account_id, 'refund', c.amount, c.currency, 'refused', c.asks,
            c.asked_by, NULL, NULL, %(over)s, NULL, c.created_at
     FROM refund_cap_reviews c JOIN payments p ON p.id = c.payment_id
     WHERE c.merchant_id = %(merchant_id)s AND c.mode = %(mode)s AND c.settled_at IS NULL
       AND c.updated_at > now() - make_interval(days => %(days)s)
     ORDER BY c.created_at LIMIT %(limit)s)
) AS work ORDER BY review_reason IS NULL, due_at
"""

_STATES: Final = """
CASE WHEN review_reason IS NOT NULL THEN 'needs_attention'
     WHEN lease_token IS NOT NULL THEN 'in_flight' WHEN due_at <= now() THEN 'due' ELSE 'scheduled' END
"""
_JOBS: Final = f"""
SELECT kind, id, payment_id, account_id, work, amount, currency, status, attempts, asked_by, due_at, review_reason,
       sent_at, created_at, {_STATES} AS state
FROM ({_WORK}) AS jobs
"""  # noqa: S608 - constants


_PAYMENT_WORK: Final = """
CASE WHEN account_id IS NULL
     THEN CASE WHEN void_status = 'pending' OR status = 'cancelled' THEN 'void'
               WHEN status = 'success' THEN 'capture' ELSE 'authorize' END
     WHEN status IN ('pending', 'requires_action') THEN CASE WHEN closing IS NULL THEN 'authorize' ELSE 'close' END
     WHEN capture_status = 'pending' THEN 'capture' WHEN void_status = 'pending' THEN 'void'
     WHEN status = 'cancelled' AND void_status IS NULL THEN 'close' ELSE 'check' END
"""
"""What the processor was being told about a payment that waits for a person: its state says it. Over an account
what has ended is looked at again: money may be there that nobody expected."""

_ACCOUNT: Final = {
    "payments": "SELECT account_id FROM payments WHERE id = %s AND merchant_id = %s AND mode = %s",
    "refunds": "SELECT p.account_id FROM refunds r JOIN payments p ON p.id = r.payment_id "
    "WHERE r.id = %s AND r.merchant_id = %s AND r.mode = %s",
}


async def select_jobs(tx: Connection, caller: Caller) -> list[dict[str, Any]]:
    """The merchant's undecided payments and refunds, and refunds that a cap has refused; what needs a person
    first. (Money that nobody expected has a list of its own.)"""
    cursor = tx.cursor(row_factory=dict_row)
    await cursor.execute(
        _JOBS,
        {
            "merchant_id": caller.merchant_id,
            "mode": caller.mode,
            "limit": _LIMIT,
            "over": OVER_THE_CAP,
            "days": KEPT_DAYS,
        },
    )
    return [job | {"advice": advise(job["review_reason"])} for job in await cursor.fetchall()]


async def count_waiting_deliveries(tx: Connection, caller: Caller) -> dict[str, int]:
    """Deliveries that wait, by whether a sender holds them; at most ten thousand are counted."""
    cursor = await tx.execute(
        """
        SELECT count(*) FILTER (WHERE lease_token IS NULL AND due_at <= now()),
               count(*) FILTER (WHERE lease_token IS NULL AND due_at > now()),
               count(*) FILTER (WHERE lease_token IS NOT NULL)
        FROM (
            SELECT d.lease_token, d.due_at FROM webhook_endpoints e
            JOIN deliveries d ON d.endpoint_id = e.id AND d.status = 'pending'
            WHERE e.merchant_id = %s AND e.mode = %s LIMIT 10000
        ) AS waiting
        """,
        (caller.merchant_id, caller.mode),
    )
    row = await cursor.fetchone()
    assert row is not None
    return {"due": row[0], "scheduled": row[1], "in_flight": row[2]}


async def retry_job(tx: Connection, caller: Caller, job_id: str, now: datetime) -> str:
    """Have the machine try again what it had left to a person. Returns the kind of the work.

    The processor is asked first what it knows (`sent_at` and the operation's row stay), so nothing is charged
    twice.
    Raises `NotFound`, `ProcessorRequired`, `Stopped`, and `BadRequest` for what does not wait for a person.
    """
    if is_id(job_id, "unex"):  # its refund is sent by the check of its payment
        await retry_pay_back(tx, caller, job_id, now)
        return "payments"
    table, work = _table_of(job_id)
    cursor = await tx.execute(_ACCOUNT[table].encode(), (job_id, caller.merchant_id, caller.mode))
    known = await cursor.fetchone()
    if known is None:
        raise NotFound("Job not found")
    require_processor_of(caller.mode, known[0])
    cursor = await tx.execute(
        f"""
        UPDATE {table} SET work = {work}, due_at = now(), attempts = 0, review_reason = NULL
        WHERE id = %(id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s
          AND review_reason IS NOT NULL AND (status <> 'failed' OR {work} = 'check')
        """.encode(),  # noqa: S608 - constants
        {"id": job_id, "merchant_id": caller.merchant_id, "mode": caller.mode},
    )
    if cursor.rowcount != 1:
        raise BadRequest("This job does not wait for a person")
    return table


def _table_of(job_id: str) -> tuple[str, str]:
    if is_id(job_id, "pay"):
        return "payments", _PAYMENT_WORK
    if is_id(job_id, "rfnd"):
        return "refunds", "'refund'"
    raise NotFound("Job not found")

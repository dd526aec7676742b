"""Statements on notices: keep one and make what it is about due; look again for what was not there yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.protocol import NoticeTopic

KNOWN_SECONDS: Final = 60
"""How exactly an account's `noticed_at` is kept: so that notices that come at once do not queue for its row."""

SILENT_SECONDS: Final = 600
"""How long after a payment's success its notice is still waited for."""

FIRST_GAP_SECONDS: Final = 10
MOST_GAP_SECONDS: Final = 6 * 3600
WAIT_SECONDS: Final = 3 * 24 * 3600
"""For how long an object that a notice names is looked for: 10 s, 30 s, 90 s, … at most 6 h apart."""

NO_SUCH_OBJECT: Final = "no payment of ours was found in three days"
"""`review_reason` of a notice: somebody else uses this account, or we have lost a payment (a restore)."""

# Which payments a notice `n` is about: by the processor's ids, as they stand with what was asked of this account,
# or by ours. An id of another account's, or another merchant's, finds nothing.
_ABOUT: Final = """
    SELECT o.payment_id FROM processor_operations o
    WHERE o.account_id = n.account_id AND o.merchant_id = n.merchant_id AND o.mode = n.mode
      AND o.reference = ANY (n.objects)
    UNION SELECT o.payment_id FROM processor_operations o
    WHERE o.account_id = n.account_id AND o.merchant_id = n.merchant_id AND o.mode = n.mode
      AND o.charge = ANY (n.objects)
    UNION SELECT o.payment_id FROM processor_operations o
    WHERE o.payment_id = ANY (n.own_ids) AND o.account_id = n.account_id AND o.merchant_id = n.merchant_id
      AND o.mode = n.mode
    UNION SELECT p.id FROM payments p
    WHERE p.id = ANY (n.own_ids) AND p.account_id = n.account_id AND p.merchant_id = n.merchant_id
      AND p.mode = n.mode
    UNION SELECT r.payment_id FROM refunds r JOIN payments p ON p.id = r.payment_id
    WHERE r.id = ANY (n.own_ids) AND p.account_id = n.account_id AND r.merchant_id = n.merchant_id
      AND r.mode = n.mode
    UNION SELECT u.payment_id FROM unexpected_money u
    WHERE u.account_id = n.account_id AND u.merchant_id = n.merchant_id AND u.mode = n.mode
      AND (u.charge = ANY (n.objects) OR u.id = ANY (n.own_ids))
"""

# As `payments.work_queries.refused_reason` words it.
_REFUSED: Final = "p.review_reason LIKE 'the processor refused to %%'"

# What is in work keeps its lease: its end sees `noticed_at`, and goes round again. What waits for a person is
# looked at as well, since the machine may know now; but not where more was told than the processor has done.
# Payments first, then their refunds: the order in which everybody locks them.
_DUE: Final = f"""
    due AS (
        UPDATE payments p
        SET noticed_at = now(),
            work = COALESCE(p.work, CASE WHEN {_REFUSED} THEN NULL
                                         WHEN p.status IN ('pending', 'requires_action')
                                         THEN CASE WHEN p.closing IS NULL THEN 'authorize' ELSE 'close' END
                                         WHEN p.capture_status = 'pending' THEN 'capture'
                                         WHEN p.void_status = 'pending' THEN 'void' ELSE 'check' END),
            due_at = CASE WHEN {_REFUSED} THEN NULL WHEN p.lease_token IS NULL THEN now() ELSE p.due_at END,
            attempts = CASE WHEN p.lease_token IS NULL THEN 0 ELSE p.attempts END,
            review_reason = CASE WHEN {_REFUSED} THEN p.review_reason END
        FROM (SELECT DISTINCT payment_id FROM found) f
        WHERE p.id = f.payment_id AND p.account_id IS NOT NULL
        RETURNING p.id
    ),
    refunds_due AS (
        UPDATE refunds r SET work = 'refund', due_at = now(), attempts = 0, review_reason = NULL
        FROM due WHERE r.payment_id = due.id AND r.status = 'pending' AND r.lease_token IS NULL
        RETURNING 1
    )
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice as it is stored: texts that Postgres takes, within their bounds."""

    event_id: str
    type: str
    topic: NoticeTopic
    objects: list[str]
    own_ids: list[str]


# A repeat inserts nothing, and so makes nothing due. `heard` is for the account: it still tells us things.
KEEP_NOTICE: Final = f"""
WITH n AS (
    SELECT %(account_id)s::text AS account_id, %(event_id)s::text AS event_id,
           %(merchant_id)s::uuid AS merchant_id, %(mode)s::text AS mode, %(objects)s::text[] AS objects,
           %(own_ids)s::text[] AS own_ids
),
about AS MATERIALIZED (SELECT t.payment_id FROM n CROSS JOIN LATERAL ({_ABOUT}) t),
kept AS (
    INSERT INTO processor_notices
        (account_id, event_id, merchant_id, mode, type, topic, objects, own_ids, payment_id, try_at)
    SELECT n.account_id, n.event_id, n.merchant_id, n.mode, %(type)s, %(topic)s, n.objects, n.own_ids,
           (SELECT min(payment_id) FROM about),
           CASE WHEN %(topic)s <> 'other' AND NOT EXISTS (SELECT 1 FROM about)
                THEN now() + make_interval(secs => {FIRST_GAP_SECONDS}) END
    FROM n ON CONFLICT (account_id, event_id) DO NOTHING
    RETURNING account_id
),
found AS (SELECT payment_id FROM about WHERE EXISTS (SELECT 1 FROM kept)),
{_DUE},
heard AS (
    UPDATE processor_accounts SET noticed_at = now()
    WHERE id = %(account_id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s
      AND (noticed_at IS NULL OR noticed_at < now() - make_interval(secs => {KNOWN_SECONDS}))
)
SELECT (SELECT count(*) FROM kept), (SELECT count(*) FROM due), (SELECT count(*) FROM refunds_due)
"""  # noqa: S608 - a constant


async def keep_notice(tx: Connection, tenant: Tenant, account_id: str, notice: NewNotice) -> tuple[bool, int, int]:
    """Keep it once, and make due what it is about.

    Returns whether it is new, and how many payments and refunds became due.
    """
    cursor = await tx.execute(
        KEEP_NOTICE,
        {
            "account_id": account_id,
            "merchant_id": tenant.merchant_id,
            "mode": tenant.mode,
            "event_id": notice.event_id,
            "type": notice.type,
            "topic": notice.topic,
            "objects": notice.objects,
            "own_ids": notice.own_ids,
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0] == 1, row[1], row[2]


# Nobody waits here: a payment that somebody is changing has its notice looked at again in a moment.
_TRY_AGAIN: Final = f"""
WITH waiting AS MATERIALIZED (
    SELECT account_id, event_id, merchant_id, mode, objects, own_ids,
           received_at < now() - make_interval(secs => {WAIT_SECONDS}) AS is_over
    FROM processor_notices
    WHERE try_at <= now() ORDER BY try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
),
about AS MATERIALIZED (
    SELECT n.account_id, n.event_id, min(t.payment_id) AS payment_id
    FROM waiting n CROSS JOIN LATERAL ({_ABOUT}) t GROUP BY n.account_id, n.event_id
),
found AS MATERIALIZED (
    SELECT id AS payment_id FROM payments WHERE id IN (SELECT payment_id FROM about) FOR UPDATE SKIP LOCKED
),
{_DUE},
tried AS (
    UPDATE processor_notices k
    SET payment_id = f.payment_id, tries = k.tries + 1,
        try_at = CASE WHEN f.payment_id IS NULL AND (a.payment_id IS NOT NULL OR NOT n.is_over)
                      THEN now() + make_interval(secs => LEAST(
                          {FIRST_GAP_SECONDS} * power(3, LEAST(k.tries + 1, 12)), {MOST_GAP_SECONDS})) END,
        review_reason = CASE WHEN a.payment_id IS NULL AND n.is_over THEN '{NO_SUCH_OBJECT}' END
    FROM waiting n LEFT JOIN about a ON (a.account_id, a.event_id) = (n.account_id, n.event_id)
    LEFT JOIN found f ON f.payment_id = a.payment_id
    WHERE (k.account_id, k.event_id) = (n.account_id, n.event_id)
)
SELECT (SELECT count(*) FROM waiting), (SELECT count(*) FROM due)
"""  # noqa: S608 - a constant


async def try_notices_again(tx: Connection, limit: int) -> tuple[int, int]:
    """Look again for what waiting notices are about.

    Returns how many there were, and how many payments became due.
    """
    cursor = await tx.execute(_TRY_AGAIN, {"limit": limit})
    row = await cursor.fetchone()
    assert row is not None
    return row[0], row[1]


async def delete_old_notices(tx: Connection, days: float, limit: int) -> int:
    """Delete what is older than so many days, up to `limit`; returns how many."""
    cursor = await tx.execute(
        """
        DELETE FROM processor_notices WHERE (account_id, event_id) IN (
            SELECT account_id, event_id FROM processor_notices
            WHERE received_at < now() - make_interval(secs => %s) ORDER BY received_at LIMIT %s)
        """,
        (days * 86_400, limit),
    )
    return cursor.rowcount


async def delete_old_calls(tx: Connection, days: float, limit: int) -> int:
    """Delete exchanges with processors that are older than so many days, up to `limit`; returns how many."""
    cursor = await tx.execute(
        """
        DELETE FROM processor_calls WHERE id IN (
            SELECT id FROM processor_calls
            WHERE started_at < now() - make_interval(secs => %s) ORDER BY started_at LIMIT %s)
        """,
        (days * 86_400, limit),
    )
    return cursor.rowcount


# A payment that succeeds is worth at least one notice. One that did so ten minutes ago, and none came since it was
# made, says that none come. (A day back: an account that is not used is not silent.)
SILENT: Final = f"""
    a.status = 'enabled' AND EXISTS (
        SELECT 1 FROM payments p
        WHERE p.account_id = a.id AND p.created_at > now() - interval '1 day' AND p.status = 'success'
          AND p.authorized_at < now() - make_interval(secs => {SILENT_SECONDS})
          AND p.created_at > COALESCE(a.noticed_at + make_interval(secs => {KNOWN_SECONDS}), '-infinity'))
"""  # noqa: S608 - a constant
"""Whether an account `a` takes payments and tells us nothing of them."""


@dataclass(frozen=True, slots=True)
class SilentAccount:
    """An account whose notices do not come."""

    id: str
    merchant_id: UUID
    mode: str
    processor: str
    noticed_at: datetime | None


async def select_silent_of(tx: Connection, tenant: Tenant) -> set[str]:
    """The ids of the tenant's accounts that are silent."""
    cursor = tx.cursor()
    await cursor.execute(
        f"SELECT a.id FROM processor_accounts a WHERE a.merchant_id = %s AND a.mode = %s AND {SILENT}",  # noqa: S608
        (tenant.merchant_id, tenant.mode),
    )
    return {row[0] for row in await cursor.fetchall()}


async def select_silent_accounts(tx: Connection) -> list[SilentAccount]:
    """Everybody's."""
    cursor = tx.cursor(row_factory=class_row(SilentAccount))
    await cursor.execute(
        f"SELECT a.id, a.merchant_id, a.mode, a.processor, a.noticed_at FROM processor_accounts a WHERE {SILENT}"  # noqa: S608
    )
    return await cursor.fetchall()

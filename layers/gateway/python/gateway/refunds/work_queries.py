"""Statements of the worker on refunds: claim, renew, release, finish. Each handles many rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from gateway.database import Connection
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.ledger.post import posted
from gateway.payments.work_model import refused_reason
from gateway.processors.operations.model import KnownOperation, Noted
from gateway.processors.operations.queries import (
    IS_STOPPED,
    NOTED,
    NOTED_ARRAYS,
    NOTED_NAMES,
    OF_PAYMENT,
    REQUEST,
    noted_parameters,
    read_operations,
)
from gateway.refunds.model import Refund
from gateway.refunds.queries import COLUMNS

_REFUND_COLUMNS: Final = len(COLUMNS.split(", "))
_OF_REFUND: Final = ", ".join(f"r.{column}" for column in COLUMNS.split(", "))


@dataclass(frozen=True, slots=True)
class ClaimedRefund:
    """A refund that this process may work on until its lease ends; see `ClaimedPayment`.

    `capture_refused`: the processor has refused the capture of its payment for good. `account_id`: the account
    that has taken it; None: the simulated bank. `operations`: what was asked of it about the payment before.
    """

    refund: Refund
    attempts: int
    lease_token: UUID
    sent_before: bool
    capture_refused: bool
    account_id: str | None = None
    method: str = "card"
    operations: tuple[KnownOperation, ...] = ()
    is_stopped: bool = False

    @property
    def key(self) -> str:
        """What the processor knows this refund by."""
        return f"{self.refund.id}:refund"

    @property
    def operation(self) -> KnownOperation | None:
        """The refund as it was asked for before this claim."""
        return next((one for one in self.operations if one.key == self.key), None)


@dataclass(frozen=True, slots=True)
class FinishedRefund:
    """What a claim has come to; see `payments.work_queries.FinishedWork`."""

    claimed: ClaimedRefund
    refund: Refund
    next_seconds: float | None
    attempts: int
    review_reason: str | None
    events: tuple[EventDraft, ...]
    noted: Noted | None = None


_REQUEST: Final = REQUEST.format(
    kind="'refund'", amount="c.amount", currency="c.currency", account_id="c.account_id"
)

_SENT: Final = """
    SELECT id, merchant_id, mode, currency, 'reserve', amount, now()
    FROM claimed WHERE reserved AND NOT was_reserved
"""

# A refund waits for the capture that it pays back from, also while that waits for a person, and is booked when it
# has waited. One whose capture the processor has refused has nothing to wait for. (A refusal that waits for a
# person is one of the version before.)
_CLAIM: Final = f"""
WITH claimed AS (
    UPDATE refunds r
    SET due_at = now() + make_interval(secs => %(lease_seconds)s), lease_token = gen_random_uuid(),
        attempts = r.attempts + CASE WHEN due.account_id IS NULL OR r.lease_token IS NULL THEN 1 ELSE 0 END,
        sent_at = COALESCE(r.sent_at, now()),
        reserved = r.reserved OR NOT due.capture_refused
    FROM (
        SELECT d.id AS due_id, d.sent_at IS NOT NULL AS sent_before, d.reserved AS was_reserved, p.account_id,
               p.method,
               p.review_reason IS NOT NULL OR COALESCE(p.capture_status, '') = 'failed' AS capture_refused
        FROM refunds d JOIN payments p ON p.id = d.payment_id
        WHERE d.work IS NOT NULL AND d.due_at <= now() AND (p.work IS NULL OR p.work = 'check')
          AND (p.review_reason IS NULL OR p.review_reason = %(refused)s)
        ORDER BY d.due_at LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
    ) due
    WHERE r.id = due.due_id
    RETURNING {_OF_REFUND}, r.attempts, r.lease_token, r.reserved, due.sent_before, due.capture_refused,
              due.was_reserved, due.account_id, due.method
),
written AS (
    INSERT INTO processor_operations AS o
        (key, merchant_id, mode, account_id, payment_id, kind, amount, currency, request_hash, first_sent_at,
         sends)
    SELECT c.id || ':refund', c.merchant_id, c.mode, c.account_id, c.payment_id, 'refund', c.amount, c.currency,
           decode({_REQUEST}, 'hex'), now(), 1
    FROM claimed c WHERE c.account_id IS NOT NULL AND NOT c.capture_refused
    ON CONFLICT (key) DO UPDATE
    SET sends = o.sends + 1, first_sent_at = COALESCE(o.first_sent_at, now()), updated_at = now()
),
{posted(_SENT)}
SELECT {COLUMNS}, attempts, lease_token, sent_before, capture_refused, account_id, method,
       CASE WHEN account_id IS NOT NULL THEN {OF_PAYMENT.format(payment_id="claimed.payment_id")} END,
       {IS_STOPPED.format(covers="refunds")}
FROM claimed
"""  # noqa: S608 - a constant


async def claim_refunds(tx: Connection, limit: int, lease_seconds: float) -> list[ClaimedRefund]:
    """Claim up to `limit` due refunds for `lease_seconds`."""
    cursor = await tx.execute(
        _CLAIM, {"limit": limit, "lease_seconds": lease_seconds, "refused": refused_reason("capture")}
    )
    return [ClaimedRefund(Refund(*row[:_REFUND_COLUMNS]), *_work_of(row)) for row in await cursor.fetchall()]


def _work_of(row: Sequence[Any]) -> list[Any]:
    return [*row[_REFUND_COLUMNS:-2], read_operations(row[-2]), row[-1]]


async def renew_refunds(tx: Connection, tokens: Sequence[UUID], lease_seconds: float) -> None:
    """Move the end of these leases."""
    await tx.execute(
        """
        UPDATE refunds SET due_at = now() + make_interval(secs => %s)
        WHERE work IS NOT NULL AND due_at > now() AND lease_token = ANY(%s)
        """,
        (lease_seconds, list(tokens)),
    )


async def release_refunds(tx: Connection, tokens: Sequence[UUID]) -> None:
    """Give claims back: due at once, for anybody."""
    await tx.execute(
        """
        UPDATE refunds SET due_at = now(), lease_token = NULL
        WHERE work IS NOT NULL AND due_at > now() AND lease_token = ANY(%s)
        """,
        (list(tokens),),
    )


_ENDED: Final = """
    SELECT id, merchant_id, mode, currency, CASE status WHEN 'processed' THEN 'payout' ELSE 'return' END, amount,
           updated_at
    FROM finished WHERE status <> 'pending' AND reserved
"""

# The payments are locked in the order of their ids: two batches on the same payments cannot deadlock.
_FINISH: Final = f"""
WITH answers AS (
    SELECT * FROM unnest(
        %(id)s::text[], %(token)s::uuid[], %(status)s::text[], %(error_code)s::text[],
        %(error_description)s::text[], %(sequence)s::int[], %(updated_at)s::timestamptz[],
        %(processed_at)s::timestamptz[], %(next_seconds)s::float8[], %(attempts)s::int[],
        %(review_reason)s::text[], {NOTED_ARRAYS}
    ) AS a (id, token, status, error_code, error_description, sequence, updated_at, processed_at,
            next_seconds, attempts, review_reason, {NOTED_NAMES})
),
locked AS (
    SELECT id FROM payments WHERE id = ANY(%(payment_id)s::text[]) ORDER BY id FOR UPDATE
),
finished AS (
    UPDATE refunds r
    SET status = a.status, error_code = a.error_code, error_description = a.error_description,
        sequence = a.sequence, updated_at = a.updated_at, processed_at = a.processed_at,
        work = CASE WHEN a.next_seconds IS NULL THEN NULL ELSE r.work END,
        due_at = now() + make_interval(secs => a.next_seconds),
        attempts = a.attempts, lease_token = NULL, review_reason = a.review_reason
    FROM answers a
    WHERE r.id = a.id AND r.lease_token = a.token AND r.status = 'pending'
      AND r.payment_id IN (SELECT id FROM locked)
    RETURNING r.id, a.token, r.payment_id, r.amount, r.status, r.work, r.review_reason, r.updated_at,
              r.merchant_id, r.mode, r.currency, r.reserved
),
ended AS (
    SELECT payment_id, sum(amount) AS freed, max(updated_at) AS at,
           coalesce(sum(amount) FILTER (WHERE status = 'processed'), 0) AS paid_back
    FROM finished WHERE status <> 'pending' GROUP BY payment_id
),
moved AS (
    UPDATE payments p
    SET amount_refund_pending = p.amount_refund_pending - e.freed,
        amount_refunded = p.amount_refunded + e.paid_back, updated_at = e.at
    FROM ended e WHERE p.id = e.payment_id
),
counted AS (
    UPDATE job_counters SET
        completed = completed + (SELECT count(*) FROM finished WHERE work IS NULL AND review_reason IS NULL),
        failed = failed + (SELECT count(*) FROM finished WHERE review_reason IS NOT NULL)
    WHERE kind = 'refunds' AND EXISTS (SELECT 1 FROM finished WHERE work IS NULL)
),
noted AS ({NOTED}),
{posted(_ENDED)},
changed AS (SELECT token::text AS id FROM finished),
{PUBLISHED}
SELECT (SELECT array_agg(id) FROM finished), (SELECT count(*) FROM fanned_out)
"""  # noqa: S608 - a constant


async def finish_refunds(tx: Connection, finished: Sequence[FinishedRefund]) -> tuple[set[str], int]:
    """As `finish_payments`; what was reserved on the payments becomes paid back, or free again."""
    refunds = [item.refund for item in finished]
    cursor = await tx.execute(
        _FINISH,
        {
            "id": [refund.id for refund in refunds],
            "token": [item.claimed.lease_token for item in finished],
            "payment_id": [refund.payment_id for refund in refunds],
            "status": [refund.status for refund in refunds],
            "error_code": [refund.error_code for refund in refunds],
            "error_description": [refund.error_description for refund in refunds],
            "sequence": [refund.sequence for refund in refunds],
            "updated_at": [refund.updated_at for refund in refunds],
            "processed_at": [refund.processed_at for refund in refunds],
            "next_seconds": [None if one.next_seconds is None else float(one.next_seconds) for one in finished],
            "attempts": [item.attempts for item in finished],
            "review_reason": [item.review_reason for item in finished],
            **noted_parameters([item.noted for item in finished]),
            **event_parameters(
                replace(event, cause=str(item.claimed.lease_token)) for item in finished for event in item.events
            ),
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return set(row[0] or ()), row[1]

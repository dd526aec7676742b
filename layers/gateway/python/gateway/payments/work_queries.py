"""Statements of the worker on payments: claim, renew, release, finish. Each handles many rows at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from gateway.database import Connection
from gateway.events.publish import PUBLISHED, event_parameters
from gateway.events.straight import HANDED, LEASED, Told
from gateway.ledger.post import posted
from gateway.payments.model import Payment
from gateway.payments.queries import COLUMNS
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.processors.choose import NO_PROCESSOR
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

_OF_PAYMENT: Final = ", ".join(f"p.{column}" for column in COLUMNS.split(", "))

_NUMBER: Final = (
    "CASE p.work WHEN 'capture' THEN p.capture_number WHEN 'void' THEN p.void_number "
    "WHEN 'authorize' THEN p.account_number ELSE 1 END"
)
_KIND: Final = "CASE c.work WHEN 'authorize' THEN 'prepare' ELSE c.work END"
_REQUEST: Final = REQUEST.format(kind=_KIND, amount="c.asked", currency="c.currency", account_id="c.account_id")

# A worker that died is no silence of the processor's: over an account its claim does not count as an attempt (what
# it may have sent is looked up first).
# The inner select orders by due_at only to be fair; SKIP LOCKED lets workers pass each other. Over an account the
# operation is written down with the claim, before anything is sent. What was asked before is read as it was then.
_CLAIMED: Final = f"""
WITH claimed AS (
    UPDATE payments p
    SET due_at = now() + make_interval(secs => %(lease_seconds)s), lease_token = gen_random_uuid(),
        attempts = p.attempts + CASE WHEN p.account_id IS NULL OR p.lease_token IS NULL THEN 1 ELSE 0 END,
        sent_at = COALESCE(p.sent_at, now()), noticed_at = NULL
    FROM (
        SELECT id AS due_id, sent_at IS NOT NULL AS sent_before, noticed_at IS NOT NULL AS is_noticed
        FROM payments
        WHERE work IS NOT NULL AND due_at <= now() {{only}}
        ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) due
    LEFT JOIN card_vault v ON v.payment_id = due.due_id
    WHERE p.id = due.due_id
    RETURNING {_OF_PAYMENT},
              p.work, p.attempts, p.lease_token, due.sent_before, v.ciphertext, {_NUMBER} AS number,
              CASE WHEN p.work = 'capture' AND p.captured THEN p.amount_captured ELSE p.amount END AS asked,
              due.is_noticed
),
written AS (
    INSERT INTO processor_operations AS o
        (key, merchant_id, mode, account_id, payment_id, kind, amount, currency, request_hash, first_sent_at,
         sends)
    SELECT c.id || ':' || {_KIND} || CASE WHEN c.number > 1 THEN ':' || c.number ELSE '' END, c.merchant_id,
           c.mode, c.account_id, c.id, {_KIND}, c.asked, c.currency, decode({_REQUEST}, 'hex'), now(), 1
    FROM claimed c WHERE c.account_id IS NOT NULL AND c.work <> 'check'
    ON CONFLICT (key) DO UPDATE
    SET sends = o.sends + 1, first_sent_at = COALESCE(o.first_sent_at, now()), updated_at = now()
)
SELECT {COLUMNS}, work, attempts, lease_token, sent_before, ciphertext, number,
       CASE WHEN account_id IS NOT NULL THEN {OF_PAYMENT.format(payment_id="claimed.id")} END,
       {IS_STOPPED.format(covers="payments")}, is_noticed
FROM claimed
"""  # noqa: S608 - a constant
_CLAIM: Final = _CLAIMED.replace("{only}", "")
_CLAIM_NAMED: Final = _CLAIMED.replace("{only}", "AND id = ANY (%(only)s)")
_PAYMENT_COLUMNS: Final = len(COLUMNS.split(", "))


async def claim_payments(tx: Connection, limit: int, lease_seconds: float) -> list[ClaimedPayment]:
    """Claim up to `limit` due payments for `lease_seconds`."""
    cursor = await tx.execute(_CLAIM, {"limit": limit, "lease_seconds": lease_seconds})
    return [ClaimedPayment(Payment(*row[:_PAYMENT_COLUMNS]), *_work_of(row)) for row in await cursor.fetchall()]


async def claim_named_payments(
    tx: Connection, ids: Sequence[str], limit: int, lease_seconds: float
) -> list[ClaimedPayment]:
    """The same, of none but these."""
    values = {"only": list(ids), "limit": limit, "lease_seconds": lease_seconds}
    cursor = await tx.execute(_CLAIM_NAMED, values)
    return [ClaimedPayment(Payment(*row[:_PAYMENT_COLUMNS]), *_work_of(row)) for row in await cursor.fetchall()]


def _work_of(row: Sequence[Any]) -> list[Any]:
    return [*row[_PAYMENT_COLUMNS:-3], read_operations(row[-3]), *row[-2:]]


async def renew_payments(tx: Connection, tokens: Sequence[UUID], lease_seconds: float) -> None:
    """Move the end of these leases."""
    await tx.execute(
        """
        UPDATE payments SET due_at = now() + make_interval(secs => %s)
        WHERE work IS NOT NULL AND due_at > now() AND lease_token = ANY(%s)
        """,
        (lease_seconds, list(tokens)),
    )


async def release_payments(tx: Connection, tokens: Sequence[UUID]) -> None:
    """Give claims back: due at once, for anybody."""
    await tx.execute(
        """
        UPDATE payments SET due_at = now(), lease_token = NULL
        WHERE work IS NOT NULL AND due_at > now() AND lease_token = ANY(%s)
        """,
        (list(tokens),),
    )


# The hold ends with the capture, also where that takes only a part. What is paid at once was never held.
_MOVED: Final = """
    SELECT f.id, f.merchant_id, f.mode, f.currency, step.kind,
           CASE step.kind WHEN 'capture' THEN f.amount_captured ELSE f.amount END, f.updated_at
    FROM finished f JOIN (VALUES ('paid', 'capture'), ('authorized', 'authorization'), ('captured', 'release'),
                                 ('captured', 'capture'), ('released', 'release')) AS step (movement, kind)
      ON step.movement = f.movement
"""

# A notice that came while the work was claimed may be of what the answer did not know yet: it is looked at again.
# One that came before may have been of a refund or a dispute: looked at once the work has ended. (One of the
# payment is answered by the look itself; `conclude` sees what that tells beside it.)
# The cause of an event is the claim, not the payment: two claims of one payment, of which the first has outlived
# its lease, may be in the same batch, and only the second one's events are true.
# The order learns of a payment that is not pending any more: as most are paid at once, it is written once.
_FINISHING: Final = f"""
WITH answers AS (
    SELECT * FROM unnest(
        %(id)s::text[], %(token)s::uuid[], %(status)s::text[], %(captured)s::bool[],
        %(amount_captured)s::bigint[], %(error_code)s::text[], %(error_description)s::text[],
        %(next_action)s::jsonb[], %(authorized)s::bool[], %(expires_at)s::timestamptz[],
        %(old_sequence)s::int[], %(sequence)s::int[], %(updated_at)s::timestamptz[],
        %(next_seconds)s::float8[], %(attempts)s::int[], %(review_reason)s::text[],
        %(capture_status)s::text[], %(void_status)s::text[], %(movement)s::text[], %(next_work)s::text[],
        %(account_id)s::text[], %(account_number)s::smallint[], %(closing)s::text[], %(card_network)s::text[],
        %(card_last4)s::text[], %(processor)s::text[], %(processor_reference)s::text[], %(decline_code)s::text[],
        %(instrument)s::text[], {NOTED_ARRAYS}
    ) AS a (id, token, status, captured, amount_captured, error_code, error_description, next_action,
            authorized, expires_at, old_sequence, sequence, updated_at, next_seconds, attempts, review_reason,
            capture_status, void_status, movement, next_work, account_id, account_number, closing, card_network,
            card_last4, processor, processor_reference, decline_code, instrument, {NOTED_NAMES})
),
told AS (
    SELECT DISTINCT a.id FROM answers a
    WHERE a.account_id IS NOT NULL AND (a.next_seconds IS NULL OR a.next_work = 'check')
      AND a.review_reason IS NULL
      AND EXISTS (SELECT 1 FROM processor_notices n WHERE n.payment_id = a.id AND n.topic IN ('refund', 'dispute'))
),
finished AS (
    UPDATE payments p
    SET status = a.status, captured = a.captured, amount_captured = a.amount_captured,
        error_code = a.error_code, error_description = a.error_description, next_action = a.next_action,
        authorized_at = COALESCE(p.authorized_at, CASE WHEN a.authorized THEN a.updated_at END),
        expires_at = a.expires_at, sequence = a.sequence, updated_at = a.updated_at,
        work = CASE WHEN a.next_seconds IS NOT NULL THEN COALESCE(a.next_work, p.work)
                    WHEN p.noticed_at IS NOT NULL AND a.review_reason IS NOT NULL THEN p.work
                    WHEN p.noticed_at IS NOT NULL OR (t.id IS NOT NULL AND p.work <> 'check') THEN 'check' END,
        due_at = CASE WHEN p.noticed_at IS NOT NULL OR (t.id IS NOT NULL AND p.work <> 'check') THEN now()
                      ELSE now() + make_interval(secs => a.next_seconds) END,
        attempts = a.attempts, lease_token = NULL, sent_at = CASE WHEN a.next_work IS NULL THEN p.sent_at END,
        review_reason = CASE WHEN p.noticed_at IS NULL THEN a.review_reason END,
        capture_status = a.capture_status, void_status = a.void_status,
        account_id = a.account_id, account_number = a.account_number, closing = a.closing,
        card_network = COALESCE(p.card_network, a.card_network), card_last4 = COALESCE(p.card_last4, a.card_last4),
        processor = a.processor, processor_reference = a.processor_reference, decline_code = a.decline_code,
        instrument = a.instrument
    FROM answers a LEFT JOIN told t ON t.id = a.id
    WHERE p.id = a.id AND p.lease_token = a.token AND p.sequence = a.old_sequence
    RETURNING p.id, a.token, p.order_id, p.status, p.work, p.review_reason, p.created_at, p.updated_at,
              p.merchant_id, p.mode, p.currency, p.amount, p.amount_captured, a.movement
),
settled AS (
    UPDATE orders o
    SET status = CASE WHEN c.movement IN ('paid', 'captured') THEN 'paid' ELSE 'attempted' END,
        sequence = CASE WHEN c.movement IN ('paid', 'captured') THEN 1 ELSE o.sequence END,
        updated_at = CASE WHEN c.movement IN ('paid', 'captured') THEN c.updated_at ELSE c.created_at END
    FROM finished c
    WHERE o.id = c.order_id
      AND ((c.movement IN ('paid', 'captured') AND o.status <> 'paid')
           OR (c.status <> 'pending' AND o.status = 'created'))
),
emptied AS (
    DELETE FROM card_vault v USING finished c
    WHERE v.payment_id = c.id AND (c.status <> 'pending' OR c.review_reason = '{NO_PROCESSOR}')
),
counted AS (
    UPDATE job_counters SET
        completed = completed + (SELECT count(*) FROM finished WHERE work IS NULL AND review_reason IS NULL),
        failed = failed + (SELECT count(*) FROM finished WHERE review_reason IS NOT NULL)
    WHERE kind = 'payments' AND EXISTS (SELECT 1 FROM finished WHERE work IS NULL)
),
noted AS ({NOTED}),
{posted(_MOVED)},
changed AS (SELECT token::text AS id FROM finished),
"""  # noqa: S608 - a constant
_DONE: Final = "SELECT (SELECT array_agg(id) FROM finished), (SELECT count(*) FROM fanned_out"
_FINISH: Final = f"{_FINISHING} {PUBLISHED} {_DONE})"
_FINISH_STRAIGHT: Final = f"{_FINISHING} {LEASED} {_DONE} WHERE lease_token IS NULL), {HANDED}"


async def finish_payments(
    tx: Connection, finished: Sequence[FinishedWork], leased_seconds: float | None = None
) -> tuple[set[str], int, list[bytes]]:
    """Write down what claims have come to, with their events; those that lost their lease change nothing.

    With `leased_seconds` deliveries that may go straight to a sender are born leased for that long. Returns the
    ids that were changed, how many deliveries became due, and what is to be handed over of those that are leased.
    """
    told = [
        (replace(event, cause=str(item.claimed.lease_token)), item.payment.id, item.payment.order_id)
        for item in finished
        for event in item.events
    ]
    if leased_seconds is None:
        row = await _finish(tx, _FINISH, finished, event_parameters(event for event, _, _ in told))
        return set(row[0] or ()), row[1], []
    straight = Told(told)
    row = await _finish(tx, _FINISH_STRAIGHT, finished, straight.parameters(leased_seconds))
    return set(row[0] or ()), row[1], straight.bodies(row[2])


async def _finish(
    tx: Connection, statement: str, finished: Sequence[FinishedWork], events: dict[str, Any]
) -> tuple[Any, ...]:
    payments = [item.payment for item in finished]
    cursor = await tx.execute(
        statement.encode(),
        {
            "id": [payment.id for payment in payments],
            "token": [item.claimed.lease_token for item in finished],
            "status": [payment.status for payment in payments],
            "captured": [payment.captured for payment in payments],
            "amount_captured": [payment.amount_captured for payment in payments],
            "error_code": [payment.error_code for payment in payments],
            "error_description": [payment.error_description for payment in payments],
            "next_action": [payment.next_action and Jsonb(payment.next_action) for payment in payments],
            "authorized": [payment.status == "success" for payment in payments],
            "expires_at": [payment.expires_at for payment in payments],
            "old_sequence": [item.claimed.payment.sequence for item in finished],
            "sequence": [payment.sequence for payment in payments],
            "updated_at": [payment.updated_at for payment in payments],
            "next_seconds": [None if one.next_seconds is None else float(one.next_seconds) for one in finished],
            "attempts": [item.attempts for item in finished],
            "review_reason": [item.review_reason for item in finished],
            "capture_status": [payment.capture_status for payment in payments],
            "void_status": [payment.void_status for payment in payments],
            "movement": [item.movement for item in finished],
            "next_work": [item.next_work for item in finished],
            "account_id": [payment.account_id for payment in payments],
            "account_number": [payment.account_number for payment in payments],
            "closing": [payment.closing for payment in payments],
            "card_network": [payment.card_network for payment in payments],
            "card_last4": [payment.card_last4 for payment in payments],
            "processor": [payment.processor for payment in payments],
            "processor_reference": [payment.processor_reference for payment in payments],
            "decline_code": [payment.decline_code for payment in payments],
            "instrument": [payment.instrument for payment in payments],
            **noted_parameters([item.noted for item in finished]),
            **events,
        },
    )
    row = await cursor.fetchone()
    assert row is not None
    return row

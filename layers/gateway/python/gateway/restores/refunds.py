"""Refunds that a processor knows, compared with ours: also of payments that are older than the backup.

One that our books have, and do not know to be sent, would be sent: the processor's id is written down with it, so
that it is looked up. One that they have not is found by the check of its payment, which this makes due.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from gateway.clock import iso
from gateway.database import Connection
from gateway.processors.accounts.model import Account
from gateway.processors.notices.queries import NewNotice, keep_notice
from gateway.processors.operations.model import outcome_of
from gateway.processors.protocol import Approved, Declined, KnownRefund, Processor
from gateway.processors.recover import BATCH
from gateway.tenancy.model import Caller

RefundFinding = Literal["refund_known", "refund_asked", "refund_adopted", "refund_lost"]
"""`known`: it stands here. `asked`: here it waits to be sent, and is looked up instead. `adopted`: it was not
here, and appears as ours. `lost`: its payment is not here any more."""

_STANDS: Final = """
SELECT COALESCE(
         (SELECT p.id FROM payments p
          WHERE p.id = %(payment_id)s AND p.account_id = %(account_id)s AND p.merchant_id = %(merchant_id)s
            AND p.mode = %(mode)s),
         (SELECT o.payment_id FROM processor_operations o
          WHERE o.account_id = %(account_id)s AND (o.reference = ANY (%(of)s) OR o.charge = ANY (%(of)s))
          LIMIT 1)),
       (SELECT r.status FROM refunds r
        WHERE r.id = %(own_id)s AND r.merchant_id = %(merchant_id)s AND r.mode = %(mode)s),
       EXISTS (SELECT 1 FROM processor_operations o
               WHERE o.account_id = %(account_id)s AND o.kind = 'refund' AND o.reference = %(reference)s)
         OR EXISTS (SELECT 1 FROM unexpected_money u
                    WHERE u.id = %(own_id)s AND u.merchant_id = %(merchant_id)s AND u.mode = %(mode)s)
"""

_WRITE_DOWN: Final = """
INSERT INTO processor_operations AS o
    (key, merchant_id, mode, account_id, payment_id, kind, amount, currency, reference, first_sent_at, sends,
     outcome)
SELECT r.id || ':refund', r.merchant_id, r.mode, p.account_id, p.id, 'refund', r.amount, r.currency,
       %(reference)s, %(created_at)s, 1, 'pending'
FROM refunds r JOIN payments p ON p.id = r.payment_id
WHERE r.id = %(own_id)s AND p.account_id = %(account_id)s AND r.merchant_id = %(merchant_id)s
  AND r.mode = %(mode)s AND r.status = 'pending'
ON CONFLICT (key) DO UPDATE
SET reference = EXCLUDED.reference, first_sent_at = COALESCE(o.first_sent_at, EXCLUDED.first_sent_at),
    sends = GREATEST(o.sends, 1), updated_at = now()
WHERE o.reference IS NULL
"""


@dataclass(frozen=True, slots=True)
class FoundRefund:
    """A refund of an account, and what it is to us. `payment_id`: the payment of ours, None: it is lost."""

    finding: RefundFinding
    known: KnownRefund
    payment_id: str | None

    def as_json(self) -> dict[str, Any]:
        """For the operator's report."""
        known = self.known
        return {
            "finding": self.finding,
            "refund_id": known.own_id,
            "payment_id": self.payment_id or known.payment_id,
            "reference": known.reference,
            "created_at": iso(known.created_at),
            "amount": known.amount,
            "currency": known.currency,
            "state": outcome_of(known.answer),
        }


async def list_refunds(processor: Processor, since: datetime) -> AsyncIterator[list[KnownRefund]]:
    """The account's refunds, in batches. Raises what the port raises."""
    batch: list[KnownRefund] = []
    async for known in processor.refunds_since(since):
        batch.append(known)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def adopt_refunds(
    tx: Connection, account: Account, batch: Sequence[KnownRefund], run: str, *, dry: bool
) -> list[FoundRefund]:
    """Compare a batch with our books; unless `dry`, see to it that nothing is sent twice, and that what differs is
    due. What others have made in the same account, of payments that are not ours, is left out. Safe to repeat."""
    tenant, found = Caller(account.merchant_id, account.mode), []
    for known in batch:
        values = {
            "own_id": known.own_id,
            "payment_id": known.payment_id,
            "of": list(known.of),
            "reference": known.reference,
            "created_at": known.created_at,
            "account_id": account.id,
            "merchant_id": account.merchant_id,
            "mode": account.mode,
        }
        row = await (await tx.execute(_STANDS, values)).fetchone()
        assert row is not None
        if row[0] is None and known.own_id is None and known.payment_id is None:
            continue
        one = FoundRefund(_finding(known, *row), known, row[0])
        found.append(one)
        if dry or (one.finding == "refund_known" and row[1] == "processed" and isinstance(known.answer, Approved)):
            continue
        if one.finding == "refund_asked":
            await tx.execute(_WRITE_DOWN, values)
        who = run if one.payment_id else "lost"
        own = [one for one in (known.own_id, known.payment_id) if one is not None]
        event_id = f"recover:{who}:{known.reference}"[:255]
        notice = NewNotice(event_id, "recover", "refund", [known.reference, *known.of], own)
        await keep_notice(tx, tenant, account.id, notice)
    return found


def _finding(known: KnownRefund, payment_id: str | None, status: str | None, is_known: bool) -> RefundFinding:
    if payment_id is None:
        return "refund_lost"
    if status == "pending":
        return "refund_asked"
    if status is not None or is_known or isinstance(known.answer, Declined):
        return "refund_known"
    return "refund_adopted"

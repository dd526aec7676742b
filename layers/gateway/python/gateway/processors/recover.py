"""After a restore: what the processors know, compared with what is left of our books.

A backup is older than the moment of the loss. What was asked of a processor since then stands there and not here:
an object that we have made and do not know would be made a second time, and paid twice. So each account is listed,
and each object that carries our payment's id is adopted: its reference is written down, and the payment is due.
What became of it, and of its refunds, the usual work asks as after a notice. A payment that is lost itself cannot
be made up: it is told, and its object is kept as a notice without a payment.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from gateway.clock import iso
from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.notices.queries import NewNotice, keep_notice
from gateway.processors.operations.model import outcome_of
from gateway.processors.protocol import Approved, KnownPayment, Processor

BATCH: Final = 100

Finding = Literal["known", "adopted", "second", "elsewhere", "lost"]
"""`known`: we have its reference. `adopted`: we had not. `second`: the payment has another object as well.
`elsewhere`: our books have the payment at another account. `lost`: there is no such payment here any more."""

ELSEWHERE: Final = "after a restore: the processor knows it at another account"

_STANDS: Final = """
SELECT p.account_id, (SELECT o.reference FROM processor_operations o
                      WHERE o.payment_id = p.id AND o.kind = 'prepare' AND o.account_id = %(account_id)s
                      ORDER BY (o.reference IS NOT DISTINCT FROM %(reference)s) DESC, o.created_at DESC LIMIT 1)
FROM payments p WHERE p.id = %(own_id)s AND p.merchant_id = %(merchant_id)s AND p.mode = %(mode)s
"""

# Under the key that the next claim of the payment has, so that this finds it and makes no second one.
_ADOPT: Final = """
INSERT INTO processor_operations AS o
    (key, merchant_id, mode, account_id, payment_id, kind, amount, currency, reference, first_sent_at, sends,
     outcome)
SELECT p.id || ':prepare' || CASE WHEN p.account_number > 1 THEN ':' || p.account_number ELSE '' END,
       p.merchant_id, p.mode, p.account_id, p.id, 'prepare', p.amount, p.currency, %(reference)s,
       %(created_at)s, 1, 'prepared'
FROM payments p
WHERE p.id = %(own_id)s AND p.merchant_id = %(merchant_id)s AND p.mode = %(mode)s
  AND p.account_id = %(account_id)s
ON CONFLICT (key) DO UPDATE
SET reference = EXCLUDED.reference, first_sent_at = COALESCE(o.first_sent_at, EXCLUDED.first_sent_at),
    outcome = 'prepared', updated_at = now()
WHERE o.reference IS NULL
"""

# First the payment is found to be paid, and only then what was paid back of it: it is looked at again, as for a
# notice that came too early.
_LATER: Final = """
INSERT INTO processor_notices
    (account_id, event_id, merchant_id, mode, type, topic, objects, own_ids, payment_id, try_at)
SELECT %(account_id)s, left('recover:' || %(run)s || ':' || s.seconds || ':' || %(reference)s, 255),
       %(merchant_id)s, %(mode)s, 'recover', 'payment', ARRAY[%(reference)s::text], ARRAY[%(own_id)s::text],
       %(own_id)s, now() + make_interval(secs => s.seconds)
FROM unnest(ARRAY[30, 300, 3600]) AS s (seconds)
ON CONFLICT (account_id, event_id) DO NOTHING
"""

# It would be made anew where our books have it: a person looks first.
_HOLD: Final = """
UPDATE payments SET work = NULL, due_at = NULL, lease_token = NULL, review_reason = %(reason)s
WHERE id = %(own_id)s AND merchant_id = %(merchant_id)s AND mode = %(mode)s
  AND status IN ('pending', 'requires_action')
"""


@dataclass(frozen=True, slots=True)
class Found:
    """An object of an account, and what it is to us."""

    finding: Finding
    known: KnownPayment

    def as_json(self) -> dict[str, Any]:
        """For the operator's report: enough to settle by hand what is lost."""
        answer = self.known.answer
        state = outcome_of(answer)
        return {
            "finding": self.finding,
            "payment_id": self.known.own_id,
            "reference": self.known.reference,
            "created_at": iso(self.known.created_at),
            "amount": answer.amount,
            "currency": answer.currency,
            "state": "held" if isinstance(answer, Approved) and not answer.captured else state,
            "charge": answer.charge,
        }


async def list_ours(processor: Processor, since: datetime) -> AsyncIterator[list[KnownPayment]]:
    """The account's objects that carry a payment id of ours, in batches. Raises what the port raises."""
    batch: list[KnownPayment] = []
    async for known in processor.list_since(since):
        if known.own_id is not None:
            batch.append(known)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def adopt(
    tx: Connection, tenant: Tenant, account_id: str, batch: Sequence[KnownPayment], run: str, *, dry: bool
) -> list[Found]:
    """Compare a batch with our books; unless `dry`, write down what is missing and make it due.

    `run` names this recovery: what it makes due is due once. Safe to repeat.
    """
    found = []
    for known in batch:
        values = {
            "own_id": known.own_id,
            "reference": known.reference,
            "created_at": known.created_at,
            "account_id": account_id,
            "merchant_id": tenant.merchant_id,
            "mode": tenant.mode,
        }
        row = await (await tx.execute(_STANDS, values)).fetchone()
        finding = _finding(row, account_id, known)
        found.append(Found(finding, known))
        if dry:
            continue
        if finding == "adopted":
            await tx.execute(_ADOPT, values)
            await tx.execute(_LATER, values | {"run": run})
        if finding == "elsewhere":
            await tx.execute(_HOLD, values | {"reason": f"{ELSEWHERE}, {account_id}"})
        else:
            event_id = f"recover:{known.reference}" if finding == "lost" else f"recover:{run}:{known.reference}"
            assert known.own_id is not None
            notice = NewNotice(event_id[:255], "recover", "payment", [known.reference], [known.own_id])
            await keep_notice(tx, tenant, account_id, notice)
    return found


def _finding(row: tuple[Any, ...] | None, account_id: str, known: KnownPayment) -> Finding:
    if row is None:
        return "lost"
    if row[0] != account_id:
        return "elsewhere"
    if row[1] is None:
        return "adopted"
    return "known" if row[1] == known.reference else "second"

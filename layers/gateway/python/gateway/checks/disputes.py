"""How a payment's disputes stand at the processor, against how they stand here. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.checks.model import ChangedDispute
from gateway.disputes.model import Dispute, event_type_of
from gateway.ids import new_id
from gateway.payments.model import Payment
from gateway.processors.protocol import ForeignDispute


def compare_disputes(
    payment: Payment, known: Sequence[Dispute], found: Sequence[ForeignDispute], now: datetime
) -> list[ChangedDispute]:
    """Those that are new or have changed."""
    here = {dispute.reference: dispute for dispute in known}
    changes = []
    for one in found:
        before = here.get(one.reference)
        changed = _created(payment, one, now) if before is None else _changed(before, one, now)
        if changed is not None:
            changes.append(changed)
    return changes


def _created(payment: Payment, found: ForeignDispute, now: datetime) -> ChangedDispute:
    dispute = Dispute(
        id=new_id("disp"),
        merchant_id=payment.merchant_id,
        mode=payment.mode,
        account_id=str(payment.account_id),
        payment_id=payment.id,
        reference=found.reference,
        amount=found.amount,
        currency=found.currency,
        reason=found.reason[:100],
        status=found.status,
        raw=found.raw[:100],
        respond_by=found.respond_by,
        sequence=1,
        created_at=now,
        updated_at=now,
    )
    if found.status not in ("won", "lost"):
        return ChangedDispute(dispute, (("dispute.created", dispute),), is_new=True)
    # It began and ended before we heard of it: both are told.
    ended = replace(dispute, sequence=2)
    return ChangedDispute(ended, (("dispute.created", dispute), (event_type_of(ended), ended)), is_new=True)


def _changed(before: Dispute, found: ForeignDispute, now: datetime) -> ChangedDispute | None:
    after = replace(
        before,
        amount=found.amount,
        currency=found.currency,
        reason=found.reason[:100],
        status=found.status,
        raw=found.raw[:100],
        respond_by=found.respond_by,
    )
    if replace(after, raw=before.raw) == before:
        return None
    after = replace(after, sequence=before.sequence + 1, updated_at=now)
    return ChangedDispute(after, ((event_type_of(after), after),), is_new=False)

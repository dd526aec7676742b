"""What was made for a payment and never shown, at another account or under another key: closed, if it turns up.

No page has ever had a session of it, so nobody can pay it; this is tidiness, and is given up quietly where the
account does not answer.
"""

from dataclasses import replace
from datetime import datetime

from gateway.payments.ask import may_repeat
from gateway.payments.work_model import ClaimedPayment
from gateway.processors.asking import asking
from gateway.processors.operations.model import KnownOperation, Noted, outcome_of
from gateway.processors.processors import Processors
from gateway.processors.protocol import Absent, Operation, OrderFacts, Prepared, Processor


def abandoned(item: ClaimedPayment) -> list[KnownOperation]:
    """Prepared, or perhaps prepared, and not what the shopper pays."""
    return [
        one
        for one in item.operations
        if one.kind == "prepare"
        and one is not item.prepared
        and one.first_sent_at is not None
        and one.outcome not in ("closed", "absent")
    ]


async def close_abandoned(
    processors: Processors, item: ClaimedPayment, seconds: float, now: datetime
) -> list[Noted]:
    """What became of each; those that cannot be told now are left out."""
    noted = []
    for known in abandoned(item):
        async with asking(processors, known.account_id, item.payment.mode, seconds) as attempt:
            attempt.said = await _close(await attempt.processor(), _operation(item, known), item, now)
        if attempt.trouble is None:
            noted.append(attempt.said)
    return noted


def _operation(item: ClaimedPayment, known: KnownOperation) -> Operation:
    payment = item.payment
    return Operation(
        key=known.key,
        kind="prepare",
        payment_id=payment.id,
        mode=payment.mode,  # type: ignore[arg-type]
        amount=payment.amount,
        currency=payment.currency,
        method=payment.method,  # type: ignore[arg-type]
        capture=payment.capture == "automatic",
        reference=known.reference,
        first_sent_at=known.first_sent_at,
    )


async def _close(processor: Processor, op: Operation, item: ClaimedPayment, now: datetime) -> Noted:
    reference = op.reference or await _find(processor, op, item, now)
    if reference is None:
        return Noted(op.key, "absent")
    answer = await processor.close(replace(op, reference=reference))
    return Noted(op.key, outcome_of(answer), reference, raw=answer.raw)


async def _find(processor: Processor, op: Operation, item: ClaimedPayment, now: datetime) -> str | None:
    if processor.capabilities.look_up.get("prepare") == "own_id":
        known = await processor.look_up(op)
        return None if isinstance(known, Absent) else known.reference
    if not may_repeat(processor, op, now):
        return None
    # The same request with the same key is answered with what it has made.
    again = await processor.prepare(op, OrderFacts(item.payment.order_id), item.payment.return_url)
    return again.reference if isinstance(again, Prepared) else None

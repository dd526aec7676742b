"""Write down what a check has found: in one transaction, in which nobody else changes the payment."""

from dataclasses import replace
from datetime import datetime

from gateway.checks.model import Findings
from gateway.database import Connection
from gateway.disputes.model import dispute_event
from gateway.disputes.queries import write_dispute
from gateway.payments.model import Payment
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.payments.work_queries import finish_payments
from gateway.refunds.elsewhere_queries import adopt_pending, adopt_refund, take_back
from gateway.unexpected.model import unexpected_event
from gateway.unexpected.queries import insert_found, set_returned, set_reviewed


async def write_findings(tx: Connection, item: ClaimedPayment, findings: Findings, now: datetime) -> int:
    """The findings, and the end of the claim. Returns how many deliveries became due."""
    payment, due = item.payment, 0
    for money in findings.found:
        due += await insert_found(tx, money, unexpected_event(payment, money, "payment.unexpected", now))
    for money in findings.returned:
        due += await set_returned(tx, money, unexpected_event(payment, money, "payment.unexpected_returned", now))
    for money in findings.reviewed:
        await set_reviewed(tx, money)
    for refund in findings.taken_back:
        due += await take_back(tx, refund)
    for adopted in findings.adopted:
        adopt = adopt_pending if adopted.refund.status == "pending" else adopt_refund
        due += await adopt(tx, adopted.refund, adopted.reference)
    for changed in findings.disputes:
        events = [dispute_event(dispute, kind, now) for kind, dispute in changed.told]
        due += await write_dispute(tx, changed.dispute, events)
    _, told, _ = await finish_payments(tx, [_finished(item, findings, now)])
    return due + told


def _finished(item: ClaimedPayment, findings: Findings, now: datetime) -> FinishedWork:
    """Looked at again while something goes on there; else it is over, or a person looks at it."""
    payment: Payment = item.payment
    if findings.captured_there is not None:
        asked = replace(
            payment,
            captured=True,
            amount_captured=findings.captured_there,
            capture_status="pending",
            updated_at=now,
        )
        return FinishedWork(item, asked, 0.0, 0, None, (), next_work="capture")
    if findings.released_there:
        asked = replace(payment, void_status="pending", updated_at=now)
        return FinishedWork(item, asked, 0.0, 0, None, (), next_work="void")
    if findings.taken_back or findings.adopted:
        payment = replace(payment, updated_at=now)
    review = findings.review if findings.wait is None else None
    return FinishedWork(item, payment, findings.wait, findings.attempts, review, ())

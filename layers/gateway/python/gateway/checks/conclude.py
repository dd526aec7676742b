"""What differs between what the processor says of a payment and what stands here. Pure: no clock, no database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway.checks.disputes import compare_disputes
from gateway.checks.model import AdoptedRefund, Facts, Findings, Known
from gateway.checks.returns import compare_return
from gateway.ids import is_id, new_id
from gateway.payments.model import Payment
from gateway.payments.schedule import HOUR, late_seconds, second_payment_seconds
from gateway.processors.capabilities import Capabilities
from gateway.processors.protocol import Approved, Closed, Declined, ForeignRefund, Pending
from gateway.refunds.model import Refund
from gateway.unexpected.model import UnexpectedMoney, UnexpectedReason

TAKEN_BACK: Final = "The processor took the refund back: the amount was not paid to the shopper"
SOON: Final = 60.0
"""Seconds until something is looked at again that is being decided here."""


def find_differences(
    payment: Payment, known: Known, facts: Facts, capabilities: Capabilities, now: datetime, *, pays_back: bool
) -> Findings:
    """`pays_back`: whether money that nobody expected goes back by itself."""
    findings = Findings()
    said = facts.payment
    if isinstance(said, Approved) and said.mode not in (None, payment.mode):
        findings.review = f"the processor says that this payment is of {said.mode} mode"
        return findings
    money = _unexpected(payment, known, said, now, pays_back=pays_back)
    findings.found = [one for one in money if one not in known.unexpected]
    for one in money:
        compare_return(one, known, facts, findings, now)
    if payment.is_taken and isinstance(said, Approved):
        _compare_refunds(payment, known, facts.refunds, findings, now)
    elif _was_captured_there(payment, said):
        assert isinstance(said, Approved)
        findings.captured_there = said.amount
    elif _was_released_there(payment, said):
        findings.released_there = True
    if facts.disputes is not None:
        findings.disputes = compare_disputes(payment, known.disputes, facts.disputes, now)
    if findings.wait is None and findings.review is None:
        late = _later(payment, capabilities, now)
        if late is not None:
            findings.look_again(late)
    return findings


def _later(payment: Payment, capabilities: Capabilities, now: datetime) -> float | None:
    """Seconds until the next look at what may still be paid, or paid twice; None: there is none."""
    if payment.status in ("failed", "cancelled"):
        return late_seconds((now - payment.updated_at).total_seconds(), capabilities.late_success_seconds)
    if payment.is_taken and capabilities.paid_twice:
        age = (now - payment.created_at).total_seconds()
        return second_payment_seconds(age, capabilities.late_success_seconds)
    return None


def charges_of(payment: Payment, said: object) -> list[tuple[str, int, str, UnexpectedReason]]:
    """Money at the processor that is not this payment's: its id there, amount, currency, and why it is not."""
    if not isinstance(said, Approved):
        return []
    found: list[tuple[str, int, str, UnexpectedReason]] = []
    is_over = payment.status in ("failed", "cancelled")
    charge = said.charge or said.reference
    if is_over and said.captured and charge and said.amount and said.currency:
        found.append((charge, said.amount, said.currency, "late"))
    if is_over or payment.status == "success":
        reason: UnexpectedReason = "late" if is_over else "twice"
        found += [
            (one.charge, one.amount, one.currency, reason) for one in said.extra if one.captured and one.amount
        ]
    return found


def _unexpected(
    payment: Payment, known: Known, said: object, now: datetime, *, pays_back: bool
) -> list[UnexpectedMoney]:
    """All there is: what is known, and what was found now."""
    charges = {one.charge for one in known.unexpected}
    new = [
        UnexpectedMoney(
            id=new_id("unex"),
            merchant_id=payment.merchant_id,
            mode=payment.mode,
            account_id=str(payment.account_id),
            payment_id=payment.id,
            charge=charge,
            amount=amount,
            currency=currency,
            reason=reason,
            status="returning" if pays_back else "kept",
            review_reason=None,
            refund_number=1,
            sequence=1,
            created_at=now,
            returned_at=None,
            taken_back_at=None,
        )
        for charge, amount, currency, reason in charges_of(payment, said)
        if charge not in charges
    ]
    return [*known.unexpected, *new]


def _was_captured_there(payment: Payment, said: object) -> bool:
    """Somebody has captured it in the processor's own dashboard (woocommerce-gateway-stripe#738), or we have, and
    our database is of an earlier time."""
    return (
        isinstance(said, Approved)
        and said.captured
        and payment.status == "success"
        and not payment.captured
        and payment.capture_status != "pending"
        and payment.void_status != "pending"
        and said.currency == payment.currency
        and said.amount is not None
        and 0 < said.amount <= payment.amount
    )


def _was_released_there(payment: Payment, said: object) -> bool:
    """A hold that is there no more: cancelled in the processor's own dashboard, run out, or voided by us and
    forgotten by a restore."""
    return (
        isinstance(said, Closed)
        and payment.status == "success"
        and not payment.captured
        and payment.capture_status != "pending"
        and payment.void_status != "pending"
    )


def _compare_refunds(
    payment: Payment, known: Known, refunds: Sequence[ForeignRefund], findings: Findings, now: datetime
) -> None:
    ours = {refund.id: refund for refund in known.refunds}
    strange = []
    for found in refunds:
        own_id = known.object_of(found)
        if own_id in ours:
            _compare_own(ours[own_id], found, findings, now)
        elif own_id is None or is_id(own_id, "rfnd"):  # ours, and lost here: the database is of an earlier time
            strange.append(found)
    _adopt(payment, known, strange, findings, now)


def _compare_own(refund: Refund, found: ForeignRefund, findings: Findings, now: datetime) -> None:
    if (found.amount, found.currency) != (refund.amount, refund.currency):
        findings.review = f"the processor says {found.amount} {found.currency} to {refund.id}"
    elif refund.status == "processed" and isinstance(found.answer, Declined):
        findings.taken_back.append(
            replace(
                refund,
                status="failed",
                error_code=found.answer.code,
                error_description=TAKEN_BACK,
                taken_back_at=now,
                sequence=refund.sequence + 1,
                updated_at=now,
            )
        )
    elif refund.status == "failed" and refund.taken_back_at is None and isinstance(found.answer, Approved):
        findings.review = f"{refund.id} has failed here, and the processor says that it was paid back"


def _adopt(
    payment: Payment, known: Known, strange: Sequence[ForeignRefund], findings: Findings, now: datetime
) -> None:
    """What somebody has paid back in the processor's own dashboard is a refund of ours, once it is decided. One
    that we had asked for and have lost is ours at once: its amount is promised."""
    if known.has_unanswered_refund and any(one.own_id is None for one in strange):
        findings.look_again(SOON)  # one of them may be ours
        strange = [one for one in strange if one.own_id is not None]
    if any(isinstance(one.answer, Pending) and one.own_id is None for one in strange):
        findings.look_again(HOUR)
    left = payment.amount_captured - payment.amount_refunded
    left += sum(refund.amount for refund in findings.taken_back)
    for found in strange:
        if isinstance(found.answer, Declined) or (found.own_id is None and isinstance(found.answer, Pending)):
            continue
        if found.currency != payment.currency or found.amount > left:
            findings.review = f"the processor has paid back {found.amount} {found.currency}: more than is left"
        elif found.amount > left - payment.amount_refund_pending:
            findings.look_again(SOON)  # a refund of ours is on its way, and will be refused
        else:
            left -= found.amount
            findings.adopted.append(AdoptedRefund(_refund_of(payment, found, now), found.reference))


def _refund_of(payment: Payment, found: ForeignRefund, now: datetime) -> Refund:
    is_decided = isinstance(found.answer, Approved)
    return Refund(
        id=found.own_id or new_id("rfnd"),
        merchant_id=payment.merchant_id,
        mode=payment.mode,
        payment_id=payment.id,
        amount=found.amount,
        currency=found.currency,
        reason=None,
        status="processed" if is_decided else "pending",
        error_code=None,
        error_description=None,
        sequence=2 if is_decided else 1,
        created_at=now,
        updated_at=now,
        processed_at=now if is_decided else None,
        origin="gateway" if found.own_id else "processor",
    )

"""How money that nobody expected goes back: what may be sent, and what an answer comes to. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway.checks.model import Facts, Findings, Known
from gateway.payments.schedule import HOUR, look_seconds, retry_seconds
from gateway.processors.protocol import Answer, Approved, Declined, ForeignRefund, Pending
from gateway.processors.trouble import Trouble
from gateway.unexpected.model import UnexpectedMoney

MOST_ATTEMPTS: Final = 20
"""Claims in a row without an answer, over more than an hour, before a person is asked."""

HELD_SECONDS: Final = 30.0
"""Until it is looked whether an emergency stop is over."""


def may_send(money: UnexpectedMoney, known: Known, refunds: Sequence[ForeignRefund]) -> bool:
    """Whether its refund is to be sent, or looked up: nobody else has paid back anything of it."""
    return money.status == "returning" and not _by_others(money, known, refunds)


def compare_return(money: UnexpectedMoney, known: Known, facts: Facts, findings: Findings, now: datetime) -> None:
    """How much of it has gone back, whoever sent it."""
    refunds = facts.of_charges.get(money.charge)
    if refunds is None or money.taken_back_at is not None:
        return
    back = sum(one.amount for one in _of(money, refunds) if isinstance(one.answer, Approved))
    if money.status == "returned":
        if back < money.amount:
            changed = replace(money, taken_back_at=now, sequence=money.sequence + 1)
            findings.reviewed.append(_reviewed(changed, "the processor took its refund back"))
    elif back >= money.amount:
        findings.returned.append(_returned(money, now))
    elif money.status == "returning" and (others := _by_others(money, known, refunds)):
        if any(isinstance(one.answer, Pending) for one in others):
            findings.look_again(HOUR)
        else:
            reason = f"{back} of it was paid back at the processor: pay back the rest there"
            findings.reviewed.append(_reviewed(money, reason))
    elif money.status == "returning":
        _answered(money, facts, findings, now)


def _of(money: UnexpectedMoney, refunds: Sequence[ForeignRefund]) -> list[ForeignRefund]:
    return [one for one in refunds if one.answer.charge in (None, money.charge)]


def _by_others(money: UnexpectedMoney, known: Known, refunds: Sequence[ForeignRefund]) -> list[ForeignRefund]:
    """Refunds of it that we have not made, and that have not failed."""
    return [
        one
        for one in _of(money, refunds)
        if not isinstance(one.answer, Declined) and known.object_of(one) != money.id
    ]


def _answered(money: UnexpectedMoney, facts: Facts, findings: Findings, now: datetime) -> None:
    said: Answer | Trouble | None = facts.sent.get(money.id)
    if said is None:  # found just now: it is sent when that has been written down
        findings.look_again(HELD_SECONDS if facts.held else 0.0)
    elif isinstance(said, Trouble):
        if said.kind == "misconfigured" or (said.kind == "unknown" and facts.attempts >= MOST_ATTEMPTS):
            findings.reviewed.append(_reviewed(money, f"its refund: {said.reason}"))
        else:
            findings.attempts = facts.attempts - (said.kind == "not_sent")
            findings.look_again(max(said.retry_after or 0.0, retry_seconds(facts.attempts)))
    elif isinstance(said, Declined):
        findings.reviewed.append(_reviewed(money, f"the processor refused to pay it back: {said.code}"))
    elif isinstance(said, Approved):
        if (said.amount, said.currency, said.mode) == (money.amount, money.currency, money.mode):
            findings.returned.append(_returned(money, now))
        else:
            reason = f"the processor says {said.amount} {said.currency} {said.mode} to its refund"
            findings.reviewed.append(_reviewed(money, reason))
    else:
        findings.look_again(look_seconds((now - money.created_at).total_seconds()))


def _returned(money: UnexpectedMoney, now: datetime) -> UnexpectedMoney:
    return replace(money, status="returned", review_reason=None, returned_at=now, sequence=money.sequence + 1)


def _reviewed(money: UnexpectedMoney, reason: str) -> UnexpectedMoney:
    return replace(money, status="review", review_reason=reason[:500])

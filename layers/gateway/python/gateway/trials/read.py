"""How far a trial has come, step by step: each is ticked by what the processor has answered, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

from gateway.clock import iso
from gateway.processors.operations.advice import advise
from gateway.trials.model import NOTICE_SECONDS, Facts, Step, StepName


def steps_of(facts: Facts, account_id: str, now: datetime) -> list[Step]:
    """All six, in their order."""
    payment = facts.payment
    if payment is not None and payment["account_id"] != account_id:
        elsewhere = (
            "Your routes have given this payment to another account: nothing is proven of this one. Pay by "
            "another method, or change the routes and start anew."
        )
        return [
            Step("prepared", "failed", elsewhere),
            *_waiting("paid", "captured", "notice", "refund_asked", "refunded"),
        ]
    return [
        _prepared(facts),
        _paid(facts),
        _captured(facts),
        _notice(facts, now),
        _refund_asked(facts),
        _refunded(facts),
    ]


def _waiting(*names: StepName) -> list[Step]:
    return [Step(name, "waiting", "") for name in names]


def _operation(facts: Facts, kind: str, key: str = "") -> dict[str, Any] | None:
    """The newest of a kind that the processor has answered."""
    found = (
        one
        for one in facts.operations
        if one["kind"] == kind and one["key"].startswith(key) and one["outcome"] not in _UNANSWERED
    )
    return next(found, None)


_UNANSWERED = (None, "unknown", "not_sent", "misconfigured")


def _prepared(facts: Facts) -> Step:
    made = _operation(facts, "prepare")
    if made is not None and made["reference"] is not None:
        text = "The processor has made an object for it."
        return Step("prepared", "done", text, _moment(made["updated_at"]), made["reference"])
    if facts.payment is None:
        return Step("prepared", "waiting", "Open the checkout and choose how to pay.")
    return _failed(facts, "prepared") or Step("prepared", "waiting", "The processor is being asked.")


def _paid(facts: Facts) -> Step:
    payment = facts.payment
    if payment is not None and payment["authorized_at"] is not None:
        return Step("paid", "done", "The processor says that it was paid.", _moment(payment["authorized_at"]))
    if payment is None or _operation(facts, "prepare") is None:
        return Step("paid", "waiting", "")
    return _failed(facts, "paid") or Step("paid", "waiting", "Pay in the processor’s form.")


def _failed(facts: Facts, name: StepName) -> Step | None:
    """Why the payment is over, or waits for a person; None: neither."""
    payment = facts.payment or {}
    if payment.get("review_reason"):
        text = f"{payment['review_reason']}. {advise(payment['review_reason'])}"
        return Step(name, "failed", text)
    if payment.get("status") not in ("failed", "cancelled"):
        return None
    said = payment["error_description"] or "It was cancelled."
    text = f"{said} Nothing was taken. Open the checkout again and pay by another way, or start anew."
    return Step(name, "failed", text, code=payment["error_code"])


def _captured(facts: Facts) -> Step:
    payment = facts.payment
    if payment is None or payment["authorized_at"] is None:
        return Step("captured", "waiting", "")
    if payment["amount_captured"] > 0 and payment["capture_status"] != "pending":
        asked = _operation(facts, "capture")
        at, reference = (asked["updated_at"], asked["reference"]) if asked else (payment["authorized_at"], None)
        text = "The processor has taken the money." if asked else "The processor took the money with the payment."
        return Step("captured", "done", text, _moment(at), reference)
    return _failed(facts, "captured") or Step("captured", "waiting", "The processor is asked to take the money.")


def _notice(facts: Facts, now: datetime) -> Step:
    if facts.notice is not None:
        text = f"The first was {facts.notice['type']}."
        return Step("notice", "done", text, _moment(facts.notice["received_at"]))
    paid_at: str | None = None if facts.payment is None else facts.payment["authorized_at"]
    if paid_at is None:
        return Step("notice", "waiting", "")
    if datetime.fromisoformat(paid_at) + timedelta(seconds=NOTICE_SECONDS) > now:
        return Step("notice", "waiting", "The processor’s webhook is waited for.")
    text = (
        "No notice came. Is the account’s webhook URL entered at the processor, and enabled there, with the "
        "secret that is set here? Payments still end without it, only later."
    )
    return Step("notice", "late", text)


def _refund_asked(facts: Facts) -> Step:
    refund = facts.refund
    if refund is None:
        is_paid = _captured(facts).state == "done"
        return Step("refund_asked", "waiting", "Give the money back." if is_paid else "")
    asked = _operation(facts, "refund", refund["id"])
    if asked is not None:
        text = "The processor has taken the refund."
        return Step("refund_asked", "done", text, _moment(asked["updated_at"]), asked["reference"])
    if refund["review_reason"]:
        text = f"{refund['review_reason']}. {advise(refund['review_reason'])}"
        return Step("refund_asked", "failed", text)
    return Step("refund_asked", "waiting", "The processor is being asked.")


def _refunded(facts: Facts) -> Step:
    refund = facts.refund
    if refund is None:
        return Step("refunded", "waiting", "")
    if refund["status"] == "processed":
        text = "The processor has paid it back."
        return Step("refunded", "done", text, _moment(refund["processed_at"]))
    if refund["status"] == "failed":
        text = (
            f"{refund['error_description'] or 'The processor refused it.'} Ask for it again once that is mended."
        )
        return Step("refunded", "failed", text, code=refund["error_code"])
    return Step("refunded", "waiting", "The processor has not paid it back yet: it may take a while.")


def _moment(text: str | None) -> str | None:
    """As the API writes it: Postgres has made JSON of it."""
    return None if text is None else iso(datetime.fromisoformat(text))

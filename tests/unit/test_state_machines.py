"""The transitions written down as data, and what the code and the database make of them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import gateway.migrations as migrations
from gateway.orders.model import ORDER_TRANSITIONS
from gateway.payments.conclude import conclude as conclude_claim
from gateway.payments.model import OPERATION_TRANSITIONS, PAYMENT_TRANSITIONS, Payment, mask_vpa
from gateway.payments.schedule import late_seconds, look_seconds, poll_seconds, retry_seconds
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.processors.operations.model import KnownOperation
from gateway.processors.protocol import ActionRequired, Answer, Approved, Ask, Declined, Pending
from gateway.processors.simulator.known import CAPABILITIES
from gateway.processors.trouble import Trouble
from gateway.refunds.model import REFUND_TRANSITIONS
from gateway.settings import Settings

NOW = datetime(2026, 1, 15, 10, 31, 12, tzinfo=UTC)
SETTINGS = Settings()


@pytest.mark.parametrize(
    ("table", "transitions"),
    [("orders", ORDER_TRANSITIONS), ("payments", PAYMENT_TRANSITIONS), ("refunds", REFUND_TRANSITIONS)],
)
def test_the_database_allows_exactly_the_states_of_the_table(table: str, transitions: dict[str, Any]) -> None:
    folder = Path(migrations.__file__).parent
    (file,) = folder.glob(f"*_create_{table}.sql")
    check = re.search(r"status\s+text NOT NULL DEFAULT '\w+'\s+CHECK \(status IN \(([^)]*)\)", file.read_text())
    assert check is not None
    assert set(re.findall(r"'(\w+)'", check[1])) == set(transitions)
    reachable = {target for targets in transitions.values() for target in targets}
    assert reachable < set(transitions)


@pytest.mark.parametrize("column", ["capture_status", "void_status"])
def test_the_database_allows_exactly_the_states_of_what_is_asked_of_the_bank(column: str) -> None:
    (file,) = Path(migrations.__file__).parent.glob("*_add_capture_status.sql")
    check = re.search(rf"CHECK \({column} IN \(([^)]*)\)\)", file.read_text())
    assert check is not None
    assert {None, *re.findall(r"'(\w+)'", check[1])} == set(OPERATION_TRANSITIONS)


def claimed(
    status: str = "pending", capture: str = "automatic", work: str = "authorize", attempts: int = 1, **asked: Any
) -> ClaimedPayment:
    success = status == "success"
    payment = Payment(
        id="pay_0000000000000001", merchant_id=uuid4(), mode="test", order_id="order_0000000000000001",
        amount=500, currency="INR", capture=capture, method="upi", vpa="a@b", card_network=None, card_last4=None,
        status=status, captured=success and work == "capture", amount_captured=400 * (work == "capture"),
        amount_refund_pending=0,
        amount_refunded=0, error_code=None, error_description=None,
        next_action={"type": "challenge"} if status == "requires_action" else None, expires_at=None, sequence=2,
        created_at=NOW, updated_at=NOW, **asked,
    )  # fmt: skip
    return ClaimedPayment(payment, work, attempts, uuid4(), attempts > 1, None)


YES = Approved(amount=500, currency="INR", mode="test")
CAPTURED = Approved(amount=400, currency="INR", mode="test")
SILENCE = Trouble("unknown", "no answer")
ANSWERS: list[Answer | Trouble] = [
    YES,
    Declined(code="X", description="x"),
    Pending(),
    ActionRequired(action=Ask("challenge", "u")),
    SILENCE,
]


def conclude(item: ClaimedPayment, said: Answer | Trouble) -> FinishedWork:
    return conclude_claim(item, said, NOW, SETTINGS, CAPABILITIES)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("status", ["pending", "requires_action"])
@pytest.mark.parametrize("capture", ["automatic", "manual"])
def test_an_answer_only_moves_a_payment_along_the_table(
    answer: Answer | Trouble, status: str, capture: str
) -> None:
    finished = conclude(claimed(status, capture), answer)
    after = finished.payment.status
    assert after == status or after in PAYMENT_TRANSITIONS[status]
    assert (finished.next_seconds is None) == (after in ("success", "failed"))
    told = [event.sequence for event in finished.events if event.object_id == finished.payment.id]
    assert told == list(range(3, finished.payment.sequence + 1))


def test_an_unanswered_call_is_retried_and_in_the_end_shown_to_a_person() -> None:
    first = conclude(claimed(attempts=1), SILENCE)
    assert (first.payment.status, first.next_seconds, first.review_reason) == ("pending", 1.0, None)
    last = conclude(claimed(attempts=SETTINGS.processor_attempts), SILENCE)
    assert (last.payment.status, last.next_seconds) == ("pending", None)
    assert "no answer" in str(last.review_reason)
    assert last.events == ()


def asked(work: str) -> ClaimedPayment:
    return claimed("success", "manual", work, **{f"{work}_status": "pending"})


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("work", ["capture", "void"])
def test_nothing_is_told_or_booked_of_a_capture_or_void_before_the_banks_word(
    work: str, answer: Answer | Trouble
) -> None:
    item = asked(work)
    if isinstance(answer, Approved):
        answer = CAPTURED if work == "capture" else YES
    finished = conclude(item, answer)
    before, after = getattr(item.payment, f"{work}_status"), getattr(finished.payment, f"{work}_status")
    assert after == before or after in OPERATION_TRANSITIONS[before]
    is_decided = isinstance(answer, Approved | Declined)
    assert (after != "pending", bool(finished.events), finished.next_seconds is None) == (is_decided,) * 3
    assert (finished.movement is not None) == isinstance(answer, Approved)
    assert finished.review_reason is None


def told(item: ClaimedPayment, answer: Answer) -> list[tuple[str, dict[str, Any]]]:
    return [(event.type, event.data["payment"]) for event in conclude(item, answer).events]


def test_the_banks_yes_takes_the_amount_and_pays_the_order() -> None:
    done = conclude(asked("capture"), CAPTURED)
    assert (done.payment.captured, done.payment.amount_captured, done.movement) == (True, 400, "captured")
    events = told(asked("capture"), CAPTURED)
    assert [name for name, _ in events] == ["payment.captured", "order.paid"]
    assert all((data["captured"], data["amount_captured"]) == (True, 400) for _, data in events)


def test_a_refused_capture_takes_nothing_and_a_refused_void_changes_nothing() -> None:
    refusal = Declined(code="CAPTURE_REFUSED", description="no")
    refused = conclude(asked("capture"), refusal).payment
    assert (refused.status, refused.captured, refused.amount_captured) == ("success", False, 0)
    ((name, data),) = told(asked("capture"), refusal)
    assert (name, data["captured"], data["error_code"]) == ("payment.capture_failed", False, "CAPTURE_REFUSED")
    assert "amount_captured" not in data

    item = asked("void")
    stands = conclude(item, Declined(code="NOT_PERMITTED", description="no")).payment
    assert (stands.status, stands.captured, stands.expires_at) == ("success", False, item.payment.expires_at)
    ((name, data),) = told(item, Declined(code="NOT_PERMITTED", description="no"))
    assert (name, data["status"], data["error_code"]) == ("payment.void_failed", "success", "NOT_PERMITTED")


@pytest.mark.parametrize("work", ["capture", "void"])
def test_a_refusal_of_what_was_told_already_is_for_a_person(work: str) -> None:
    """Told at once: a capture by the version before, and the end of a payment that waited for its shopper."""
    item = claimed("success" if work == "capture" else "cancelled", "manual", work)
    done = conclude(item, CAPTURED if work == "capture" else YES)
    assert (done.payment, done.events, done.movement, done.review_reason) == (item.payment, (), None, None)
    refused = conclude(item, Declined(code="X", description="x"))
    assert (refused.next_seconds, refused.movement) == (None, None)
    assert refused.payment.status == item.payment.status
    assert refused.review_reason == f"the processor refused to {work}"
    assert [event.type for event in refused.events] == ([] if work == "capture" else ["payment.void_failed"])


@pytest.mark.parametrize(
    ("vpa", "shown"),
    [("rahul@bank", "ra***@bank"), ("abc@ybl", "a***@ybl"), ("a@b", "***@b"), ("a.b-c_d@okaxis", "a.***@okaxis")],
)
def test_a_masked_vpa_shows_too_little_to_write_to_it(vpa: str, shown: str) -> None:
    assert mask_vpa(vpa) == shown


def test_waiting_grows_and_is_bounded() -> None:
    assert [retry_seconds(attempt) for attempt in (1, 2, 3, 20)] == [1, 2, 4, 300]
    assert [poll_seconds(age) for age in (0, 40, 10_000)] == [1, 10, 60]


def test_what_a_processor_does_not_tell_is_looked_up_ever_more_rarely() -> None:
    assert [look_seconds(age) for age in (0, 5, 15, 60, 300, 900, 5000)] == [5, 10, 45, 240, 600, 3600, 3600]
    assert look_seconds(1000, ends_seconds=1800) == 800.5, "the end is not slept through"
    assert (late_seconds(0, 0), late_seconds(90_000, 86_400)) == (None, None)
    assert late_seconds(0, 86_400) == 3600


@pytest.mark.parametrize(
    "said",
    [
        Approved(amount=501, currency="INR", mode="test"),
        Approved(amount=500, currency="JPY", mode="test"),
        Approved(amount=500, currency="INR", mode="live"),
        Approved(amount=500, currency="INR"),
        Approved(),
    ],
)
@pytest.mark.parametrize("work", ["authorize", "void"])
def test_money_that_is_not_what_was_asked_for_is_for_a_person(said: Approved, work: str) -> None:
    item = claimed() if work == "authorize" else asked(work)
    finished = conclude(item, said)
    assert (finished.payment, finished.events, finished.movement) == (item.payment, (), None)
    assert finished.next_seconds is None and "the processor says" in str(finished.review_reason)


def over_an_account(age: timedelta, attempts: int) -> ClaimedPayment:
    item = claimed("requires_action", account_id="acct_0000000000000001")
    payment = replace(item.payment, created_at=NOW - age)
    known = KnownOperation(
        f"{payment.id}:prepare", "prepare", "acct_0000000000000001", None, "pi_1", None, NOW, "prepared"
    )
    return replace(item, payment=payment, attempts=attempts, operations=(known,))


@pytest.mark.parametrize(("age", "is_for_a_person"), [(timedelta(hours=20), False), (timedelta(hours=25), True)])
def test_a_processor_that_is_away_for_hours_is_looked_at_again(age: timedelta, is_for_a_person: bool) -> None:
    finished = conclude(over_an_account(age, attempts=50), SILENCE)
    assert (finished.payment.status, finished.noted and finished.noted.outcome) == ("requires_action", "prepared")
    assert (finished.review_reason is not None, finished.next_seconds is None) == (is_for_a_person,) * 2


def test_a_refused_try_is_no_failure_until_it_was_closed() -> None:
    """Rule 4: what was prepared may still be paid (its shopper tries another card, the bank thinks again)."""
    item = over_an_account(timedelta(minutes=1), attempts=1)
    finished = conclude(item, Declined(code="CARD_EXPIRED", description="no", raw="expired_card"))
    assert (finished.payment.status, finished.payment.closing) == ("requires_action", "CARD_EXPIRED")
    assert (finished.next_work, finished.next_seconds, finished.events) == ("close", 0.0, ())

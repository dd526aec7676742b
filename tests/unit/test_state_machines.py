"""The transitions written down as data, and what the code and the database make of them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import gateway.migrations as migrations
from gateway.orders.model import ORDER_TRANSITIONS
from gateway.payments.model import PAYMENT_TRANSITIONS, Payment
from gateway.payments.process import conclude, poll_seconds, retry_seconds
from gateway.payments.work_queries import ClaimedPayment
from gateway.processors.protocol import ActionRequired, Answer, Approved, Declined, Pending
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


def claimed(
    status: str = "pending", capture: str = "automatic", work: str = "authorize", attempts: int = 1
) -> ClaimedPayment:
    success = status == "success"
    payment = Payment(
        id="pay_0000000000000001", merchant_id=uuid4(), mode="test", order_id="order_0000000000000001",
        amount=500, currency="INR", capture=capture, method="upi", vpa="a@b", card_network=None, card_last4=None,
        status=status, captured=success and work == "capture", amount_captured=0, amount_refund_pending=0,
        amount_refunded=0, error_code=None, error_description=None,
        next_action={"type": "challenge"} if status == "requires_action" else None, expires_at=None, sequence=2,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return ClaimedPayment(payment, work, attempts, uuid4(), attempts > 1, None)


ANSWERS: list[Answer] = [
    Approved(),
    Declined("X", "x"),
    Pending(),
    ActionRequired({"type": "challenge", "url": "u"}),
]


@pytest.mark.parametrize("answer", [*ANSWERS, None], ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("status", ["pending", "requires_action"])
@pytest.mark.parametrize("capture", ["automatic", "manual"])
def test_an_answer_only_moves_a_payment_along_the_table(answer: Answer | None, status: str, capture: str) -> None:
    finished = conclude(claimed(status, capture), answer, NOW, SETTINGS)
    after = finished.payment.status
    assert after == status or after in PAYMENT_TRANSITIONS[status]
    assert (finished.next_seconds is None) == (after in ("success", "failed"))
    told = [event.sequence for event in finished.events if event.object_id == finished.payment.id]
    assert told == list(range(3, finished.payment.sequence + 1))


def test_an_unanswered_call_is_retried_and_in_the_end_shown_to_a_person() -> None:
    first = conclude(claimed(attempts=1), None, NOW, SETTINGS)
    assert (first.payment.status, first.next_seconds, first.review_reason) == ("pending", 1.0, None)
    last = conclude(claimed(attempts=SETTINGS.processor_attempts), None, NOW, SETTINGS)
    assert (last.payment.status, last.next_seconds) == ("pending", None)
    assert "no answer" in str(last.review_reason)
    assert last.events == ()


@pytest.mark.parametrize("work", ["capture", "void"])
def test_the_bank_cannot_undo_a_capture_or_a_cancellation(work: str) -> None:
    item = claimed("success" if work == "capture" else "cancelled", "manual", work)
    done = conclude(item, Approved(), NOW, SETTINGS)
    refused = conclude(item, Declined("X", "x"), NOW, SETTINGS)
    for finished in (done, refused):
        assert (finished.payment, finished.events, finished.next_seconds) == (item.payment, (), None)
    assert done.review_reason is None
    assert refused.review_reason == f"the processor refused to {work}"


def test_waiting_grows_and_is_bounded() -> None:
    assert [retry_seconds(attempt) for attempt in (1, 2, 3, 20)] == [1, 2, 4, 300]
    assert [poll_seconds(age) for age in (0, 40, 10_000)] == [1, 10, 60]

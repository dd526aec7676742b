"""Tables, reports of a restore, disputes, and how long the connector is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.processors.cashfree import connector
from gateway.processors.cashfree.codes import reason_of
from gateway.processors.cashfree.disputes import read_dispute
from gateway.processors.protocol import Approved, Closed, Processor, Unknown
from tests.processors.cashfree.support import as_read, captured, prepared, refund
from tests.processors.fakes import cashfree_objects as make
from tests.processors.fakes.cashfree import FakeCashfree


def test_the_connector_is_short() -> None:
    files = Path(connector.__file__).parent.glob("*.py")
    assert sum(len(file.read_text().splitlines()) for file in files) <= 900


@pytest.mark.parametrize(
    ("details", "status", "code"),
    [
        ({"error_code": "TRANSACTION_DECLINED", "error_reason": "bank_rejected"}, "FAILED", "PAYMENT_DECLINED"),
        ({"error_reason": "a_reason_of_tomorrow", "error_code_raw": "Z9"}, "FAILED", "INSUFFICIENT_FUNDS"),
        ({"error_reason": "invalid_atm_pin", "error_code_raw": "Z9"}, "FAILED", "AUTHENTICATION_FAILED"),
        ({"error_code": "GATEWAY_ERROR"}, "FAILED", "PROCESSING_ERROR"),
        (None, "USER_DROPPED", "SHOPPER_CANCELLED"),
        (None, "FAILED", "PAYMENT_DECLINED"),
        ("odd", "FAILED", "PAYMENT_DECLINED"),
    ],
)
def test_the_most_exact_reason_counts(details: object, status: str, code: str) -> None:
    found, raw = reason_of({"error_details": details, "payment_status": status})
    assert found == code
    assert raw.endswith(status)


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("DISPUTE_CREATED", "needs_response"), ("CHARGEBACK_INSUFFICIENT_EVIDENCE", "needs_response"),
        ("RETRIEVAL_DOCS_RECEIVED", "under_review"), ("PRE_ARBITRATION_UNDER_REVIEW", "under_review"),
        ("ARBITRATION_MERCHANT_WON", "won"), ("CHARGEBACK_MERCHANT_LOST", "lost"),
        ("DISPUTE_MERCHANT_ACCEPTED", "lost"),
    ],
)  # fmt: skip
def test_each_stage_of_a_dispute_has_the_same_ends(status: str, ours: str) -> None:
    paid = make.payment(
        make.order({"order_id": "pay_1", "order_currency": "INR", "customer_details": {}}, 1, 0), 0
    )
    dispute = as_read(make.dispute(paid, 1_034, 0) | {"dispute_status": status})
    found = read_dispute(dispute)
    assert (found.status, found.amount, found.currency, found.raw) == (ours, 1_034, "INR", status)
    assert found.respond_by == datetime(1970, 1, 8, tzinfo=UTC)
    with pytest.raises(Unknown):
        read_dispute(dispute | {"dispute_status": "DISPUTE_OF_TOMORROW"})


async def test_disputes_of_one_payment_are_told_apart(fake: FakeCashfree, account: Processor) -> None:
    op = await captured(account, fake)
    fake.act("pay", payment_id=op.payment_id, another=True)
    fake.act("capture_in_dashboard", payment_id=op.payment_id)
    fake.act("dispute", payment_id=op.payment_id)  # of the newest
    looked = replace(op, kind="prepare", reference=op.parent)
    assert await account.disputes_of(looked) == []
    second = fake.tries[op.payment_id][1]["cf_payment_id"]
    assert len(await account.disputes_of(replace(looked, charge=second))) == 1


async def test_what_was_tried_since_is_listed_once(fake: FakeCashfree, account: Processor) -> None:
    """An order that nobody has tried is not: it is found by its id."""
    op = await captured(account, fake)
    await account.refund(refund(op, 1_034))
    untried = await prepared(account)
    declined = await prepared(account)
    for _ in range(2):
        fake.act("decline", payment_id=declined.payment_id)
    fake.act("cancel_in_dashboard", payment_id=declined.payment_id)
    since = datetime.now(UTC) - timedelta(minutes=5)
    found = {one.own_id: one async for one in account.list_since(since)}
    assert set(found) == {op.payment_id, declined.payment_id}
    assert isinstance(found[op.payment_id].answer, Approved)
    assert isinstance(found[declined.payment_id].answer, Closed)
    [back] = [one async for one in account.refunds_since(since)]
    assert (back.payment_id, back.amount, back.of) == (op.payment_id, 1_034, (op.payment_id, op.charge))
    later = datetime.now(UTC) + timedelta(days=1)
    assert [one async for one in account.list_since(later)] == []
    assert await account.look_up(untried) is not None


async def test_a_report_of_more_than_a_page_is_read_whole(fake: FakeCashfree, account: Processor) -> None:
    op = await captured(account, fake, amount=500_000)
    for _ in range(1_002):
        fake.act("refund_in_dashboard", payment_id=op.payment_id, amount=100)
    since = datetime.now(UTC) - timedelta(minutes=5)
    assert len({one.reference async for one in account.refunds_since(since)}) == 1_002
    reports = [one for one in fake.requests if one["path"] == "/pg/recon"]
    assert len(reports) == 2

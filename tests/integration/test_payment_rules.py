"""What Postgres itself refuses of a payment, whatever the code does: one function holds all of it."""

from collections.abc import Iterator

import psycopg
import pytest

from gateway.tenancy.model import TEST_MERCHANT_ID

ORDER = """
INSERT INTO orders (id, merchant_id, mode, amount, currency, capture, created_at, updated_at)
VALUES ('order_0000000000000001', %s, 'test', 50000, 'INR', 'automatic', now(), now())
"""
PAYMENT = """
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, sequence,
                      created_at, updated_at, work, due_at)
VALUES ('pay_0000000000000001', %s, 'test', 'order_0000000000000001', 50000, 'INR', 'automatic', 'upi', 'a@bank',
        1, now(), now(), 'authorize', now())
"""
PAID = "status = 'success', captured = true, amount_captured = 50000, work = NULL, due_at = NULL"
HELD = "status = 'success', capture = 'manual', work = NULL, due_at = NULL"
REFUSED = {
    "payments_are_of_an_order": (
        "id = 'pay_1'",
        "mode = 'dead'",
        "amount = 99",
        "amount = 1000000000001",
        "currency = 'inr'",
        "capture = 'later'",
        "sequence = -1",
    ),
    "payments_have_one_method": (
        "method = 'cash'",
        "vpa = NULL",
        "method = 'card'",
        "method = 'card', vpa = NULL, card_last4 = '4242'",
        "flow = 'post'",
        "card_last4 = '4242'",
        "method = 'card', vpa = NULL, card_network = 'visa', card_last4 = '42x2'",
        "card_expiry_month = 13",
        "card_expiry_year = 1999",
    ),
    "payments_have_one_state": (
        "status = 'done'",
        "status = 'requires_action'",
        "next_action = '{}'",
        "status = 'failed', work = NULL, due_at = NULL",
        "error_code = 'PAYMENT_DECLINED'",
        "captured = true, amount_captured = 1",
        "status = 'success', work = NULL, due_at = NULL",
        f"{PAID}; capture_status = 'lost'",
        f"{PAID}; void_status = 'lost'",
        f"{HELD}; capture_status = 'succeeded'",
        f"{HELD}; void_status = 'succeeded'",
        f"{PAID}; void_status = 'pending'",
    ),
    "payments_bound_amounts": (
        f"{PAID}; amount_captured = 50001",
        f"{PAID}; amount_captured = 0",
        f"{PAID}; amount_refunded = 50001",
        f"{PAID}; amount_refunded = 30000, amount_refund_pending = 20001",
        f"{PAID}; amount_refunded = -1",
        f"{PAID}; amount_refund_pending = -1",
        f"{HELD}; capture_status = 'failed', amount_refund_pending = 50001",
        f"{HELD}; capture_status = 'failed', amount_refunded = 1",
    ),
    "payments_pending_is_worked": (
        "work = 'guess'",
        "work = NULL, due_at = NULL",
        "due_at = NULL",
        f"{PAID}; due_at = now()",
        "review_reason = 'odd'",
        "work = 'close'",
        f"{PAID}; work = 'check', due_at = now()",
        "work = 'capture'",
        # Beside the version before the trigger `mend_previous_capture` mends what has nothing due.
        f"{PAID}; capture_status = 'pending', work = 'void', due_at = now()",
        f"{HELD}; void_status = 'pending', work = 'capture', due_at = now()",
    ),
}


@pytest.fixture
def payment(database_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection of the tables' owner, in a transaction that has a pending payment."""
    with psycopg.connect(database_url) as connection:
        connection.execute(ORDER, (TEST_MERCHANT_ID,))
        connection.execute(PAYMENT, (TEST_MERCHANT_ID,))
        yield connection
        connection.rollback()


def broken_by(payment: psycopg.Connection[tuple[object, ...]], change: str) -> str | None:
    """The constraint that refuses this change, or these one after the other; None: taken, and undone."""
    try:
        with payment.transaction(force_rollback=True):
            for step in change.split("; "):
                payment.execute(f"UPDATE payments SET {step}")
    except psycopg.errors.CheckViolation as refused:
        return refused.diag.constraint_name
    return None


def test_each_rule_of_a_payment_is_held_by_its_table(payment: psycopg.Connection[tuple[object, ...]]) -> None:
    for rule, changes in REFUSED.items():
        for change in changes:
            assert broken_by(payment, change) == rule, change


@pytest.mark.parametrize(
    "change",
    [
        PAID,
        HELD,
        f"{PAID}; amount_refunded = 30000, amount_refund_pending = 20000",
        f"{HELD}; capture_status = 'failed', amount_refund_pending = 50000",
        "work = NULL, due_at = NULL, review_reason = 'odd'",
        "status = 'requires_action', next_action = '{}'",
        "status = 'failed', error_code = 'PAYMENT_DECLINED', work = NULL, due_at = NULL",
        "method = 'card', vpa = NULL, card_network = 'visa', card_last4 = '4242'",
        "vpa = NULL, flow = 'qr'",
    ],
)
def test_what_a_payment_may_be_is_taken(payment: psycopg.Connection[tuple[object, ...]], change: str) -> None:
    assert broken_by(payment, change) is None

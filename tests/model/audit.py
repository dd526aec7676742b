"""What Postgres and the bank's books say, in the same shape as what the model says."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, LiteralString

import psycopg

from tests.model.model import Order, Payment

Facts = dict[str, dict[str, Any]]

PAYMENTS: LiteralString = """
SELECT id, status, captured, amount_captured, amount_refund_pending, amount_refunded, sequence, work,
       review_reason IS NOT NULL, capture_status, void_status
FROM payments WHERE merchant_id = %s
"""
REFUNDS: LiteralString = """
SELECT id, payment_id, amount, status, review_reason IS NOT NULL FROM refunds WHERE merchant_id = %s
"""
EVENTS: LiteralString = """
SELECT object_id, array_agg(type ORDER BY sequence), array_agg(sequence ORDER BY sequence)
FROM events WHERE merchant_id = %s GROUP BY object_id
"""
# What is written of an order, and that one with a payment has been attempted.
ORDERS: LiteralString = """
SELECT id, CASE WHEN status = 'created' AND EXISTS (SELECT 1 FROM payments p WHERE p.order_id = orders.id)
                THEN 'attempted' ELSE status END
FROM orders WHERE merchant_id = %s
"""
BANK: LiteralString = """
SELECT o.payment_id, o.kind, count(*)::int, sum(o.amount)::bigint
FROM simulator.operations o JOIN payments p ON p.id = o.payment_id WHERE p.merchant_id = %s GROUP BY 1, 2
"""


def found(connection: psycopg.Connection[Any], merchant_id: str) -> Facts:
    """The merchant's facts, as they are written down."""

    def rows(statement: LiteralString) -> list[tuple[Any, ...]]:
        return connection.execute(statement, (merchant_id,)).fetchall()

    bank: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for payment_id, kind, count, amount in rows(BANK):
        bank[payment_id][kind] = (count, amount)
    return {
        "orders": dict(rows(ORDERS)),
        "payments": {row[0]: row[1:] for row in rows(PAYMENTS)},
        "refunds": {row[0]: row[1:] for row in rows(REFUNDS)},
        # Numbers without a gap, from 1: they are told beside the types.
        "events": {row[0]: list(zip(row[2], row[1], strict=True)) for row in rows(EVENTS)},
        "ledger": dict(rows("SELECT id, amount FROM ledger_entries WHERE merchant_id = %s")),
        "bank": dict(bank),
    }


def expected(orders: Iterable[Order], payments: Iterable[Payment]) -> Facts:
    """The same facts, as the model has them."""
    orders, payments = list(orders), list(payments)
    refunds = [refund for payment in payments for refund in payment.refunds]
    told = {payment.id: payment.events for payment in payments} | {refund.id: refund.events for refund in refunds}
    told |= {order.id: ["order.paid"] for order in orders if order.status == "paid"}
    return {
        "orders": {order.id: order.status for order in orders},
        "payments": {
            one.id: (
                one.status, one.captured > 0, one.captured, one.refunded("pending"), one.refunded("processed"),
                len(one.events), one.work, one.review, one.capture_status, one.void_status,
            )
            for one in payments
        },
        "refunds": {one.id: (one.payment.id, one.amount, one.status, one.review) for one in refunds},
        "events": {object_id: list(enumerate(types, 1)) for object_id, types in told.items()},
        "ledger": {name: amount for one in payments for name, amount in one.entries().items()},
        "bank": {one.id: one.bank_books() for one in payments if one.bank_books()},
    }  # fmt: skip


def differences(connection: psycopg.Connection[Any], merchant_id: str, model: Facts) -> list[str]:
    """Every fact on which database and model disagree."""
    seen = found(connection, merchant_id)
    return [
        f"{noun} {key}: model {model[noun].get(key)!r}, found {seen[noun].get(key)!r}"
        for noun in model
        for key in sorted(model[noun].keys() | seen[noun].keys())
        if model[noun].get(key) != seen[noun].get(key)
    ]


def balances(payments: Iterable[Payment]) -> dict[str, dict[str, int]]:
    """Per currency what `GET /ledger/balances` must say."""
    sums: dict[str, dict[str, int]] = {}
    for payment in payments:
        if not payment.entries():
            continue
        of = sums.setdefault(payment.order.currency, dict.fromkeys(ACCOUNTS, 0))
        paid_back = payment.refunded("processed")
        pending = sum(one.amount for one in payment.refunds if one.status == "pending" and one.reserved)
        of["processor_receivable"] += payment.taken - paid_back
        of["merchant_payable"] += payment.taken - paid_back - pending
        of["refunds_pending"] += pending
        of["authorized_receivable"] += payment.held
        of["authorized_payable"] += payment.held
    return sums


ACCOUNTS = (
    "processor_receivable", "merchant_payable", "refunds_pending", "authorized_receivable", "authorized_payable",
    "suspense",
)  # fmt: skip

WATCH: LiteralString = """
CREATE TABLE seen_transitions (noun text, before text, after text);
CREATE FUNCTION note_transition() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO seen_transitions VALUES (TG_TABLE_NAME, OLD.status, NEW.status);
    RETURN NULL;
END $$;
CREATE TRIGGER orders_seen AFTER UPDATE ON orders FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_transition();
CREATE TRIGGER payments_seen AFTER UPDATE ON payments FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_transition();
CREATE FUNCTION note_asked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    INSERT INTO seen_transitions SELECT * FROM (VALUES
        ('capture_status', OLD.capture_status, NEW.capture_status),
        ('void_status', OLD.void_status, NEW.void_status)) AS seen (noun, before, after)
    WHERE before IS DISTINCT FROM after;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_asked AFTER UPDATE ON payments FOR EACH ROW
    WHEN ((OLD.capture_status, OLD.void_status) IS DISTINCT FROM (NEW.capture_status, NEW.void_status))
    EXECUTE FUNCTION note_asked();
CREATE TRIGGER refunds_seen AFTER UPDATE ON refunds FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_transition();
"""
"""Notes every change of a state, also those between two audits."""


def transitions(connection: psycopg.Connection[Any]) -> dict[tuple[str, str, str], int]:
    """How often each change of a state has happened: (noun, before, after) to count."""
    rows = connection.execute("SELECT noun, before, after, count(*) FROM seen_transitions GROUP BY 1, 2, 3")
    return {(row[0], row[1], row[2]): row[3] for row in rows.fetchall()}

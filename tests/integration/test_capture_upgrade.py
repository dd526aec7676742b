"""Captures and voids over an upgrade: what the version before had under way, and that version beside this one.

It told and booked them when they were asked for, and took every answer of the bank for the end of the work.
"""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

import gateway.migrations as migrations
from dev.postgres import PostgresServer
from gateway.migrations.run import migrate
from tests.model.in_process import InProcess
from tests.support.stack import copy_database, database_of

SHOP = "00000000-0000-0000-0000-000000000001"
REFUSED = "the processor refused to capture"
OLD: LiteralString = """
WITH shop AS (
    INSERT INTO merchants (id, name, email, signing_secret, created_at)
    VALUES ('00000000-0000-0000-0000-000000000001', 'Shop', 'shop@example.com', '', now()) RETURNING id
),
facts (n, status, taken, work, reason) AS (VALUES
    (1, 'success', 400, 'capture', NULL),
    (2, 'success', 400, 'capture', NULL),
    (3, 'cancelled', 0, 'void', NULL),
    (4, 'success', 400, NULL, 'the processor refused to capture'),
    (5, 'success', 400, NULL, NULL)
),
made AS (
    INSERT INTO orders (id, merchant_id, mode, amount, currency, capture, status, sequence, created_at, updated_at)
    SELECT 'order_' || lpad(n::text, 16, '0'), shop.id, 'test', 900, 'INR', 'manual', 'paid', 1, now(), now()
    FROM facts, shop
)
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, status, captured,
                      amount_captured, authorized_at, sequence, created_at, updated_at, work, due_at,
                      review_reason)
SELECT 'pay_' || lpad(n::text, 16, '0'), shop.id, 'test', 'order_' || lpad(n::text, 16, '0'), 900, 'INR', 'manual',
       'upi', 'a@b', status, taken > 0, taken, now(), 4, now(), now(), work, CASE WHEN work <> '' THEN now() END,
       reason
FROM facts, shop
"""
BOOKED: LiteralString = """
INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at)
SELECT id, merchant_id, mode, currency, kind, debit, credit, amount, created_at FROM ledger_expected
"""
DECLINED: LiteralString = """
INSERT INTO simulator.operations
    (key, payment_id, kind, amount, currency, scenario, outcome, error_code, answer_at)
VALUES ('pay_0000000000000002:capture', 'pay_0000000000000002', 'capture', 400, 'INR', 'x', 'declined', 'X', now())
"""


def work_off(world: InProcess) -> None:
    """All payments that are due, by this version."""
    while claimed := world.claim("payments", 100):
        world.finish([(item, world.ask(item)) for item in claimed])


def test_what_the_version_before_has_under_way_is_ended_and_neither_told_nor_booked_again(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = copy_database(database_of(postgres.url, "postgres"), "template0")
    for file in Path(migrations.__file__).parent.glob("[0-9]*.sql"):
        if file.name < "0530":
            shutil.copy(file, tmp_path)
    asyncio.run(migrate(url, tmp_path))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(OLD)
        connection.execute(BOOKED)
    asyncio.run(migrate(url))
    world = InProcess(url)
    try:
        assert world.sql.execute("SELECT * FROM ledger_audit()").fetchall() == []
        world.sql.execute(DECLINED)
        work_off(world)
        ended = world.sql.execute(
            "SELECT status, captured, capture_status, work, review_reason FROM payments WHERE merchant_id = %s "
            "ORDER BY id",
            (SHOP,),
        ).fetchall()
        assert ended == [
            ("success", True, None, None, None),
            ("success", True, None, None, REFUSED),
            ("cancelled", False, None, None, None),
            ("success", True, None, None, REFUSED),
            ("success", True, None, None, None),
        ]
        assert world.sql.execute("SELECT 1 FROM events WHERE merchant_id = %s", (SHOP,)).fetchall() == []
        assert world.sql.execute("SELECT * FROM ledger_audit()").fetchall() == []
    finally:
        world.close()


@pytest.fixture
def world(database_url: str) -> Iterator[InProcess]:
    """This version, step by step."""
    made = InProcess(database_url)
    made.new_merchant()
    yield made
    made.close()


def authorised(world: InProcess, vpa: str = "success@bank") -> str:
    order = world.call("/orders", {"amount": 900, "capture": "manual"}).json
    body = {"order_id": order["id"], "method": "upi", "vpa": vpa}
    payment_id = world.call("/payments", body).json["id"]
    work_off(world)
    return str(payment_id)


def row(world: InProcess, payment_id: str) -> tuple[Any, ...]:
    found = world.sql.execute(
        "SELECT status, captured, capture_status, void_status, work, review_reason FROM payments WHERE id = %s",
        (payment_id,),
    ).fetchone()
    assert found is not None
    return found


def told(world: InProcess, payment_id: str) -> list[str]:
    found = world.sql.execute("SELECT type FROM events WHERE object_id = %s ORDER BY sequence", (payment_id,))
    return [name for (name,) in found.fetchall()][3:]


FINISH: LiteralString = """
UPDATE payments SET status = status, captured = captured, work = NULL, due_at = NULL, attempts = 0,
                    lease_token = NULL, review_reason = %(reason)s
WHERE id = %(id)s
"""


@pytest.mark.parametrize("verb", ["capture", "void"])
@pytest.mark.parametrize("reason", [None, "the processor refused to {}"], ids=["yes", "no"])
def test_an_answer_that_the_version_before_takes_for_the_end_is_looked_up(
    world: InProcess, verb: str, reason: str | None
) -> None:
    vpa = "success@bank" if reason is None else f"{verb}fail@bank"
    payment_id = authorised(world, vpa)
    world.call(f"/payments/{payment_id}/{'cancel' if verb == 'void' else verb}", {})
    # Its worker claims, asks the bank under the same key, and writes down what it makes of the answer.
    for item in world.claim("payments", 1):
        world.ask(item)
    world.sql.execute(FINISH, {"id": payment_id, "reason": reason and reason.format(verb)})
    assert row(world, payment_id)[4:] == (verb, None)
    world.make_all_due()
    work_off(world)
    events = {
        "capture": ["payment.captured", "payment.capture_failed"],
        "void": ["payment.cancelled", "payment.void_failed"],
    }
    assert told(world, payment_id) == [events[verb][reason is not None]]
    assert row(world, payment_id)[4:] == (None, None)
    asked = "SELECT requests FROM simulator.operations WHERE key = %s"
    assert world.sql.execute(asked, (f"{payment_id}:{verb}",)).fetchone() == (1,)
    assert world.sql.execute("SELECT * FROM ledger_audit()").fetchall() == []


CAPTURE: LiteralString = """
UPDATE payments SET captured = true, amount_captured = 500, expires_at = NULL, sequence = sequence + 1,
                    work = 'capture', due_at = now(), attempts = 0, sent_at = NULL, lease_token = NULL
WHERE id = %s AND status = 'success' AND NOT captured
"""


def test_a_refused_capture_that_the_version_before_asks_for_again_goes_under_a_new_key(world: InProcess) -> None:
    payment_id = authorised(world, "captureonce@bank")
    world.call(f"/payments/{payment_id}/capture", {})
    work_off(world)
    assert row(world, payment_id)[2] == "failed"
    world.sql.execute(CAPTURE, (payment_id,))
    assert row(world, payment_id)[2] is None
    work_off(world)
    books = world.sql.execute(
        "SELECT key, outcome FROM simulator.operations WHERE payment_id = %s ORDER BY key OFFSET 1", (payment_id,)
    ).fetchall()
    assert books == [(f"{payment_id}:capture", "declined"), (f"{payment_id}:capture:2", "approved")]


def test_the_version_before_cannot_capture_what_is_being_voided_and_may_cancel_it(world: InProcess) -> None:
    payment_id = authorised(world)
    world.call(f"/payments/{payment_id}/cancel", {})
    with pytest.raises(psycopg.errors.CheckViolation):
        world.sql.execute(CAPTURE, (payment_id,))
    world.sql.execute(
        "UPDATE payments SET status = 'cancelled', work = 'void', due_at = now() WHERE id = %s", (payment_id,)
    )
    assert row(world, payment_id)[:4] == ("cancelled", False, None, None)

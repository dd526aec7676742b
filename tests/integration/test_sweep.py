"""Housekeeping, one round at a time."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from gateway.database import Database, PooledDatabase
from gateway.errors import Conflict
from gateway.jobs.later_queries import select_seconds_until_due
from gateway.jobs.sqs_queue import SqsQueue
from gateway.jobs.sweep import sweep
from gateway.settings import Settings
from gateway.tenancy.model import TEST_MERCHANT_ID

_OLD_KEYS = """
INSERT INTO idempotency_keys (merchant_id, mode, key, request_hash, created_at)
SELECT %s, 'test', 'old' || n, decode(repeat('00', 32), 'hex'), now() - interval '60 days'
FROM generate_series(1, 2500) n
"""
_ORDERS = """
INSERT INTO orders (id, merchant_id, mode, amount, currency, capture, status, created_at, updated_at)
SELECT 'order_' || lpad(n::text, 16, '0'), %s, 'test', 500, 'INR', 'manual', 'attempted', now(), now()
FROM generate_series(1, %s) n
"""
_AUTHORISED = """
INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, status,
                      authorized_at, expires_at, sequence, created_at, updated_at)
SELECT 'pay_' || lpad(n::text, 16, '0'), %s, 'test', 'order_' || lpad(n::text, 16, '0'), 500, 'INR', 'manual',
       'upi', 'success@bank', 'success', now(), now() - interval '1 hour', 3, now(), now()
FROM generate_series(1, %s) n
"""


@contextmanager
def _rows(url: str, *statements: tuple[str, tuple[object, ...]]) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement, parameters in statements:
            connection.execute(statement.encode(), parameters)
        yield connection


def _with_database(url: str, act: Callable[[Database, Settings], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        settings = Settings(DATABASE_URL=url, TEST_MODE=True)
        database = PooledDatabase(settings, "gateway_worker")
        try:
            return await act(database, settings)
        finally:
            await database.close()

    return asyncio.run(run())


def test_one_round_works_off_more_than_one_batch(database_url: str) -> None:
    """In the cloud the next round is a minute away: a batch each would never keep up with the traffic."""
    merchant = (TEST_MERCHANT_ID,)
    with _rows(
        database_url, (_OLD_KEYS, merchant), (_ORDERS, (*merchant, 250)), (_AUTHORISED, (*merchant, 250))
    ) as db:
        _with_database(database_url, sweep)
        assert db.execute("SELECT count(*) FROM idempotency_keys").fetchall() == [(0,)]
        due = db.execute("SELECT work, void_status, count(*) FROM payments GROUP BY 1, 2").fetchall()
        assert due == [("void", "pending", 250)]


def test_a_step_that_fails_does_not_keep_the_others_from_their_turn(database_url: str) -> None:
    merchant = (TEST_MERCHANT_ID,)
    with (
        _rows(database_url, (_OLD_KEYS, merchant), (_ORDERS, (*merchant, 1)), (_AUTHORISED, (*merchant, 1))) as db,
        psycopg.connect(database_url) as rival,
    ):
        rival.execute("SELECT 1 FROM payments FOR UPDATE")
        with pytest.raises(Conflict):
            _with_database(database_url, sweep)
        # The wait for the lock has used up the round's time: a batch each is what is left.
        assert db.execute("SELECT count(*) < 2500 FROM idempotency_keys").fetchall() == [(True,)]


def test_a_payment_that_cannot_be_cancelled_does_not_keep_the_others_held(database_url: str) -> None:
    """Even when such payments are more than a batch, and the oldest: each is tried once a round, and told of."""
    merchant = (TEST_MERCHANT_ID,)
    broken = """
        ALTER TABLE payments ADD CONSTRAINT broken
            CHECK (void_status IS NULL OR id > 'pay_' || lpad('120', 16, '0'))
    """
    oldest = """
        UPDATE payments SET expires_at = expires_at - interval '1 hour' WHERE id <= 'pay_' || lpad('120', 16, '0')
    """
    with _rows(
        database_url, (_ORDERS, (*merchant, 250)), (_AUTHORISED, (*merchant, 250)), (broken, ()), (oldest, ())
    ) as db:
        with pytest.raises(psycopg.errors.CheckViolation) as raised:
            _with_database(database_url, sweep)
        assert "has expired and cannot be cancelled" in raised.value.__notes__[0]
        due = db.execute("SELECT void_status, count(*) FROM payments GROUP BY 1 ORDER BY 1").fetchall()
        assert due == [("pending", 130), (None, 120)]


def test_a_refund_that_waits_for_a_capture_is_not_due(database_url: str) -> None:
    """Behind SQS each drain asks for a hint for what is due next: this one would ask without end."""
    refund = """
        INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, created_at, updated_at,
                             work, due_at)
        VALUES ('rfnd_0000000000000001', %s, 'test', 'pay_0000000000000001', 100, 'INR', now(), now(),
                'refund', now())
    """
    waits = """
        UPDATE payments SET captured = true, amount_captured = 500, amount_refund_pending = 100, expires_at = NULL,
                            work = 'capture', due_at = now() + interval '300 seconds'
    """
    merchant = (TEST_MERCHANT_ID,)

    async def ask(database: Database, _: Settings) -> float | None:
        async with database.connection(None) as tx:
            return await select_seconds_until_due(tx, "refunds")

    with _rows(
        database_url, (_ORDERS, (*merchant, 1)), (_AUTHORISED, (*merchant, 1)), (waits, ()), (refund, merchant)
    ) as db:
        assert _with_database(database_url, ask) is None
        db.execute("UPDATE payments SET work = NULL, due_at = NULL")
        assert _with_database(database_url, ask) <= 0


def test_the_clouds_hints_go_out_though_housekeeping_fails(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They find what lost its hint: nothing else does there."""
    urls = {f"SQS_{kind}_URL": f"https://queue/{kind}" for kind in ("PAYMENTS", "REFUNDS", "WEBHOOKS")}
    for name, value in {"DATABASE_URL": database_url, "TEST_MODE": "true", "QUEUE_BACKEND": "sqs", **urls}.items():
        monkeypatch.setenv(name, value)
    sent: list[str] = []
    monkeypatch.setattr(SqsQueue, "_send", lambda _, kind, delay: sent.append(kind))

    async def fail(*_: object) -> int:
        raise RuntimeError("housekeeping")

    monkeypatch.setattr("gateway.runtime.sweep", fail)
    function = importlib.import_module("sweep.handler")
    with pytest.raises(RuntimeError, match="housekeeping"):
        function.handler({}, None)
    assert set(sent) == {"payments", "refunds", "webhooks"}

"""What claims have come to is written down in one statement, whatever their next times look like."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from gateway.database import PooledDatabase
from gateway.payments.work_model import FinishedWork
from gateway.payments.work_queries import claim_payments, finish_payments
from gateway.refunds.work_queries import FinishedRefund, claim_refunds, finish_refunds
from gateway.settings import Settings
from tests.processors.rows import Shelf

_WAITS = (1, 4.5, None)
"""As a breaker says it, as the schedule does, and never: a person looks."""


@pytest.fixture
async def worker(database_url: str) -> AsyncIterator[PooledDatabase]:
    """The database as workers see it."""
    database = PooledDatabase(Settings(DATABASE_URL=database_url, TEST_MODE=True), "gateway_worker")
    yield database
    await database.close()


@pytest.fixture
def shelf(database_url: str) -> Shelf:
    """Rows of a merchant."""
    return Shelf(psycopg.connect(database_url, autocommit=True))


async def test_whole_and_broken_seconds_are_finished_in_one_batch(worker: PooledDatabase, shelf: Shelf) -> None:
    """One that waits for a second because its breaker is open, beside one that waits as the schedule says: the
    statement was refused, and all of the batch lay until their leases ended."""
    account = shelf.account()
    for _ in _WAITS:
        shelf.payment(account)
    shelf.sql("UPDATE payments SET due_at = now()")
    async with worker.connection(None) as tx:
        claimed = await claim_payments(tx, 10, 20)
        ends = [
            FinishedWork(one, one.payment, wait, 0, None if wait else "odd", ())
            for one, wait in zip(claimed, _WAITS, strict=True)
        ]
        changed, _, _ = await finish_payments(tx, ends)
    assert changed == {one.payment.id for one in claimed}
    assert shelf.sql("SELECT count(*) FROM payments WHERE lease_token IS NOT NULL") == [(0,)]


async def test_the_same_of_refunds(worker: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    for _ in _WAITS[:2]:
        payment = shelf.payment(account, status="success")
        shelf.refund(payment, amount=10_000)
    shelf.sql("UPDATE refunds SET due_at = now()")
    async with worker.connection(None) as tx:
        claimed = await claim_refunds(tx, 10, 20)
        ends = [
            FinishedRefund(one, one.refund, wait, 0, None, ())
            for one, wait in zip(claimed, _WAITS[:2], strict=True)
        ]
        changed, _ = await finish_refunds(tx, ends)
    assert changed == {one.refund.id for one in claimed}


async def test_workers_that_die_are_no_silence_of_the_processor(worker: PooledDatabase, shelf: Shelf) -> None:
    """A claim whose worker died does not count: else twelve deaths would send to a person what nobody refused."""
    account = shelf.account()
    shelf.payment(account)
    shelf.refund(shelf.payment(account, status="success"), amount=10_000)
    async with worker.connection(None) as tx:
        for _ in range(3):
            shelf.sql("UPDATE payments SET due_at = now() WHERE work IS NOT NULL")
            shelf.sql("UPDATE refunds SET due_at = now()")
            assert [one.attempts for one in await claim_payments(tx, 10, 20)] == [1]
            assert [one.attempts for one in await claim_refunds(tx, 10, 20)] == [1]

"""What is asked is a row that is committed with the claim (rule 1), and holds for every later claim (rule 2)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import psycopg
import pytest

from gateway.database import PooledDatabase
from gateway.payments.work_queries import claim_payments
from gateway.processors.operations.model import request_hash
from gateway.processors.protocol import Misconfigured
from gateway.refunds.process import _ask
from gateway.refunds.work_queries import ClaimedRefund, claim_refunds
from tests.processors.rows import Shelf

ROW = (
    "SELECT kind, account_id, amount, currency, encode(request_hash, 'hex'), first_sent_at IS NOT NULL, sends "
    "FROM processor_operations WHERE key = %s"
)


@pytest.fixture
def shelf(books_url: str) -> Iterator[Shelf]:
    """The rows of a fresh merchant."""
    with psycopg.connect(books_url, autocommit=True) as connection:
        yield Shelf(connection, chance=Random()).another_merchant()


def written(account: str, kind: str, amount: int, sends: int) -> list[tuple[Any, ...]]:
    """The row of an operation that may have been sent."""
    return [(kind, account, amount, "INR", request_hash(kind, amount, "INR", account), True, sends)]


async def claimed(worker: PooledDatabase, shelf: Shelf, refund: str) -> ClaimedRefund:
    """The refund's time has come, whoever had it before."""
    shelf.sql("UPDATE refunds SET due_at = now(), lease_token = NULL WHERE id = %s", refund)
    async with worker.connection(None) as tx:
        return next(one for one in await claim_refunds(tx, 1_000, 30) if one.refund.id == refund)


async def test_a_refund_is_written_down_before_it_is_sent_and_never_sent_as_another(
    worker: PooledDatabase, shelf: Shelf
) -> None:
    account = shelf.account()
    payment = shelf.payment(account, status="success", amount_refund_pending=20_000)
    refund = shelf.refund(payment)
    [[amount]] = shelf.sql("SELECT amount FROM refunds WHERE id = %s", refund)
    first = await claimed(worker, shelf, refund)
    assert shelf.sql(ROW, first.key) == written(account, "refund", amount, 1)
    assert first.operation is None, "as it was before this claim: it was never sent"
    second = await claimed(worker, shelf, refund)
    assert shelf.sql(ROW, first.key) == written(account, "refund", amount, 2)
    assert second.operation is not None and second.operation.first_sent_at is not None
    shelf.sql("UPDATE refunds SET amount = amount - 1 WHERE id = %s", refund)
    with pytest.raises(Misconfigured):
        await _ask(await claimed(worker, shelf, refund), None, datetime.now(UTC))  # type: ignore[arg-type]


async def test_a_payments_prepare_is_written_down_before_it_is_sent(worker: PooledDatabase, shelf: Shelf) -> None:
    account = shelf.account()
    payment = shelf.payment(account, status="pending", work="authorize")
    shelf.sql("UPDATE payments SET due_at = now() WHERE id = %s", payment)
    async with worker.connection(None) as tx:
        item = next(one for one in await claim_payments(tx, 1_000, 30) if one.payment.id == payment)
    assert (item.key, item.operation) == (f"{payment}:prepare", None)
    assert shelf.sql(ROW, item.key) == written(account, "prepare", 50_000, 1)

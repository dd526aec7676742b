"""The address that stands in a processor's dashboard, over HTTP."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from dev.redis import RedisServer
from gateway.processors.notices.receive import MOST_BYTES
from tests.processors.notices.signed import razorpay_notice, stripe_notice
from tests.processors.rows import SECRET, Shelf
from tests.support.envelope import expect_error
from tests.support.stack import Stack, eventually

INTENT = "pi_3MtwBwLkdIwHu7ix28a3tqPa"


@pytest.fixture
def shelf(stack: Stack) -> Iterator[Shelf]:
    """The rows of a fresh merchant of the shared product."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        yield Shelf(connection, UUID(stack.merchant().id), chance=Random())


def tell(stack: Stack, account_id: str, notice: tuple[dict[str, str], bytes]) -> httpx.Response:
    """Post it as a processor does."""
    headers, body = notice
    url = f"{stack.base_url}/api/v1/processors/{account_id}/notices"
    return httpx.post(url, content=body, headers={"content-type": "application/json"} | headers, timeout=30)


def about(intent: str = INTENT, event_id: str = "evt_1", **fields: Any) -> tuple[dict[str, str], bytes]:
    return stripe_notice(SECRET, event_id, "payment_intent.succeeded", {"id": intent} | fields)


def test_a_notice_is_taken_from_either_processor(stack: Stack, shelf: Shelf) -> None:
    stripe, razorpay = shelf.account(), shelf.account("razorpay")
    for account, notice in (
        (stripe, about()),
        (stripe, about()),
        (razorpay, razorpay_notice(SECRET, "evt_1", "payment.captured", {})),
    ):
        answer = tell(stack, account, notice)
        assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert shelf.sql("SELECT count(*) FROM processor_notices WHERE merchant_id = %s", shelf.merchant_id) == [(2,)]


def test_what_is_not_from_the_processor_is_refused(stack: Stack, shelf: Shelf) -> None:
    account, unset = shelf.account(), shelf.account(secret=None)
    refused = expect_error(tell(stack, account, razorpay_notice(SECRET, "evt_1", "x", {})), "AUTHENTICATION_ERROR")
    assert SECRET not in refused["description"]
    for nobody in (unset, "acct_0000000000000000", "acct_", "pay_0000000000000000"):
        expect_error(tell(stack, nobody, about()), "NOT_FOUND_ERROR")
    large = about(padding="x" * MOST_BYTES)
    expect_error(tell(stack, account, large), "PAYLOAD_TOO_LARGE")
    assert shelf.sql("SELECT count(*) FROM processor_notices WHERE merchant_id = %s", shelf.merchant_id) == [(0,)]


def test_a_processor_is_never_told_to_be_slower_and_strangers_are(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    """Both come from one address here. The bound on clients' bodies is not one on notices either."""
    stack, _ = new_stack(GATEWAY_RATE_LIMIT_ADDRESS="3/2000", GATEWAY_MAX_BODY_BYTES="2048")
    stack.start("api")
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        account = Shelf(connection, UUID(stack.merchant().id), chance=Random()).account()
    forged = stripe_notice("whsec_guess", "evt_1", "charge.succeeded", {"id": INTENT})
    codes = [tell(stack, account, forged).status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]
    for number in range(10):
        assert tell(stack, account, about(event_id=f"evt_{number}", padding="x" * 50_000)).status_code == 200


def test_while_the_database_is_away_the_processor_is_asked_to_come_again(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    stack, _ = new_stack()
    stack.start("api")
    name = stack.database_url.rpartition("/")[2]
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        account = Shelf(connection, UUID(stack.merchant().id), chance=Random()).account()
    assert tell(stack, account, about()).status_code == 200
    with psycopg.connect(stack.database_url.replace(name, "postgres"), autocommit=True) as operator:
        operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        assert "Retry-After" in tell(stack, account, about(event_id="evt_2")).headers
        expect_error(tell(stack, account, about(event_id="evt_2")), "SERVICE_UNAVAILABLE")
        operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    eventually(
        lambda: tell(stack, account, about(event_id="evt_2")).status_code == 200, what="a notice that is taken"
    )
    assert stack.sql("SELECT event_id FROM processor_notices ORDER BY 1") == [("evt_1",), ("evt_2",)]


@pytest.mark.faults
def test_killed_before_the_answer_the_notice_is_kept_and_its_payment_due(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    stack, _ = new_stack(GATEWAY_FAILPOINT="notices.kept")
    stack.start("api")
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        shelf = Shelf(connection, UUID(stack.merchant().id), chance=Random())
        account = shelf.account()
        payment = shelf.payment(account)
        shelf.operation(account, payment, reference=INTENT)
        with pytest.raises(httpx.HTTPError):
            tell(stack, account, about())
        due = "SELECT due_at <= now() FROM payments WHERE id = %s"
        assert shelf.sql(due, payment) == [(True,)]
        stack.api.kill()
        stack.api.env.pop("GATEWAY_FAILPOINT")
        stack.start("api")
        assert tell(stack, account, about()).json() == {"received": True}
        assert shelf.sql("SELECT count(*) FROM processor_notices") == [(1,)]

"""Money that comes after its payment is over, or twice: told, booked, and paid back once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from gateway.payments.schedule import second_payment_seconds
from tests.conftest import TEMPLATE
from tests.processors.conformance.telling import at_rest, differences, entries, tell_all, told, unexpected
from tests.support.fake_door import FakeDoor, urls_of
from tests.support.processors import Shop, open_shop
from tests.support.stack import (
    Process,
    Stack,
    copy_database,
    database_of,
    eventually,
    temporary_folder,
)


def taken_there(shop: Shop, payment_id: str, **how: Any) -> None:
    """The shopper has paid, and the money is taken, whoever captured it."""
    shop.fake.pay(payment_id, **how)
    if shop.can.capture_is_ours:
        shop.fake.act("capture_in_dashboard", payment_id=payment_id)


def paid_while_cancelled(shop: Shop) -> dict[str, Any]:
    """The shopper pays in the moment in which the merchant gives up (a close that races with pay)."""
    payment = shop.prepared()
    taken_there(shop, payment["id"])
    answer = shop.merchant.api.post(f"/payments/{payment['id']}/cancel", json={})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled"), answer.text
    return payment


def returned(shop: Shop, payment: dict[str, Any]) -> None:
    """Until all that nobody expected has gone back."""
    eventually(
        lambda: {row[2] for row in unexpected(shop, payment["id"])} == {"returned"}, what="money that went back"
    )


def test_money_that_comes_to_a_payment_that_is_over_goes_back(shop: Shop) -> None:
    payment = paid_while_cancelled(shop)
    returned(shop, payment)
    assert unexpected(shop, payment["id"]) == [("late", 50_000, "returned")]
    book = shop.fake.book(payment["id"])
    assert (book["captured"], book["refunded"], book["charges"]) == (50_000, 50_000, 1)
    assert entries(shop, payment["id"]) == [("unexpected", 50_000), ("unexpected_refund", 50_000)]
    assert told(shop, payment["id"])[-3:] == [
        "payment.cancelled", "payment.unexpected", "payment.unexpected_returned"
    ]  # fmt: skip
    now = shop.merchant.payment(payment["id"])
    assert (now["status"], now["captured"], now["review_reason"]) == ("cancelled", False, None)
    assert shop.merchant.api.get(f"/orders/{payment['order_id']}").json()["status"] == "attempted"
    assert differences(shop) == []


def test_a_try_that_failed_and_is_debited_after_all_goes_back(shop: Shop) -> None:
    """razorpay-opencart#47. Who can cancel its object takes nothing any more."""
    payment = shop.prepared()
    shop.grow_old(payment["id"], 3600)
    shop.ends(payment, "failed")
    shop.fake.act("pay", payment_id=payment["id"])
    if shop.can.void == "expires":
        shop.fake.act("capture_in_dashboard", payment_id=payment["id"])
        tell_all(shop, payment["id"])
        returned(shop, payment)
        assert unexpected(shop, payment["id"]) == [("late", 50_000, "returned")]
    book = shop.fake.book(payment["id"])
    assert book["captured"] == book["refunded"]
    at_rest(shop, payment["id"])
    assert shop.merchant.payment(payment["id"])["status"] == "failed"
    assert differences(shop) == []


def test_an_order_that_is_paid_in_two_tabs_is_paid_once(shop: Shop) -> None:
    if shop.fake.name == "stripe":
        payment = shop.paid()
        assert "refused" in shop.fake.act("pay", payment_id=payment["id"]), "an intent is paid once"
        return
    payment, silent = shop.prepared(), shop.prepared()
    for one in (payment, silent):
        shop.fake.pay(one["id"])
        shop.fake.act("pay", payment_id=one["id"], another=True)
        shop.look(one["id"])
        shop.merchant.settled(one)
        shop.fake.act("capture_in_dashboard", payment_id=one["id"])
    tell_all(shop, payment["id"])
    returned(shop, payment)
    an_hour_goes_by(shop, silent["id"])  # of this one nobody tells anything
    returned(shop, silent)
    assert shop.fake.book(silent["id"])["refunded"] == 50_000
    assert unexpected(shop, payment["id"]) == [("twice", 50_000, "returned")]
    book = shop.fake.book(payment["id"])
    assert (book["captured"], book["refunded"]) == (100_000, 50_000)
    now = shop.merchant.payment(payment["id"])
    assert (now["status"], now["amount_captured"], now["amount_refunded"]) == ("success", 50_000, 0)
    assert entries(shop, payment["id"]) == [
        ("capture", 50_000), ("unexpected", 50_000), ("unexpected_refund", 50_000)
    ]  # fmt: skip
    assert differences(shop) == []


def an_hour_goes_by(shop: Shop, payment_id: str) -> None:
    """The time of the payment's next look has come, which is some hours from now; no notice came."""
    eventually(
        lambda: shop.stack.sql(
            "UPDATE payments SET due_at = now() WHERE id = %s AND work = 'check' AND lease_token IS NULL "
            "AND due_at BETWEEN now() + interval '50 min' AND now() + interval '1 h' AND noticed_at IS NULL "
            "RETURNING id", (payment_id,)
        ), what="a later look"
    )  # fmt: skip


def test_what_is_paid_is_looked_at_until_no_second_payment_can_come() -> None:
    """After an hour, a day, and when it is too late for one: three looks of what no notice is about."""
    week, ages, age = 5 * 86_400, list[float](), 30.0
    while (wait := second_payment_seconds(age, week)) is not None:
        age += wait
        ages.append(age)
    assert ages == [3_600.0, 86_400.0, week + 1.0]
    assert second_payment_seconds(week + 1.0, week) is None


def test_it_is_paid_back_once_whatever_becomes_of_the_call(shop: Shop) -> None:
    """Each of these loses the answer to a refund that was made, or its request."""
    for kind in ("lose_answer", "error_after", "lose_request", "html", "too_many", "cut"):
        shop.fake.fail(kind, "refund")
        payment = paid_while_cancelled(shop)

        def is_back(payment: dict[str, Any] = payment) -> bool:
            shop.look(payment["id"])
            return unexpected(shop, payment["id"]) == [("late", 50_000, "returned")]

        eventually(is_back, what=f"money that went back after {kind}")
        shop.fake.mend()
        assert shop.fake.book(payment["id"])["refunded"] == 50_000, kind
        assert len(shop.fake.act("refunds", payment_id=payment["id"])) == 1, kind
        if kind in ("lose_answer", "error_after", "cut"):  # it had arrived: found again, and never sent again
            assert len(shop.fake.about(payment["id"], "refund")) == 1, kind
    assert differences(shop) == []


def test_what_the_processor_refuses_to_pay_back_is_for_a_person(shop: Shop) -> None:
    shop.fake.act("refunds_become", status="failed")
    try:
        payment = paid_while_cancelled(shop)
        eventually(lambda: unexpected(shop, payment["id"]) == [("late", 50_000, "review")], what="a review")
    finally:
        shop.fake.act("refunds_become", status="succeeded")
    assert entries(shop, payment["id"]) == [("unexpected", 50_000)]
    at_rest(shop, payment["id"])
    # The merchant pays it back in the processor's own dashboard: that counts as well.
    shop.fake.act("refund_in_dashboard", payment_id=payment["id"])
    tell_all(shop, payment["id"])
    returned(shop, payment)
    assert differences(shop) == []


def test_a_refund_of_it_that_comes_later_is_waited_for(shop: Shop) -> None:
    shop.fake.act("refunds_become", status="pending")
    try:
        payment = paid_while_cancelled(shop)
        (refund,) = eventually(lambda: shop.fake.act("refunds", payment_id=payment["id"]), what="a refund")
    finally:
        shop.fake.act("refunds_become", status="succeeded")
    assert unexpected(shop, payment["id"]) == [("late", 50_000, "returning")]
    references = "SELECT reference FROM processor_operations WHERE payment_id = %s AND kind = 'refund'"
    eventually(lambda: shop.stack.sql(references, (payment["id"],)) == [(refund["id"],)], what="its reference")
    shop.fake.act("settle_refund", refund=refund["id"])
    tell_all(shop, payment["id"])
    returned(shop, payment)
    # And taken back by the processor: booked again, and left to a person.
    shop.fake.act("fail_refund", refund=refund["id"])
    tell_all(shop, payment["id"])
    eventually(lambda: unexpected(shop, payment["id"]) == [("late", 50_000, "review")], what="a review")
    assert entries(shop, payment["id"]) == [
        ("unexpected", 50_000), ("unexpected_refund", 50_000), ("unexpected_refund_reversal", 50_000)
    ]  # fmt: skip
    assert differences(shop) == []


@pytest.fixture(scope="module")
def idle(postgres: PostgresServer, redis_server: RedisServer, fakes: dict[str, FakeDoor]) -> Iterator[Stack]:
    """A product over all fakes whose workers the tests start, each as it needs one."""
    with temporary_folder() as folder:
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        env = {"GATEWAY_PAYMENT_SECONDS": "60", "GATEWAY_LEASE_SECONDS": "1"} | urls_of(*fakes.values())
        product = Stack(url, redis_server.url, folder, env)
        try:
            product.start("api")
            yield product
        finally:
            product.stop()


@pytest.fixture
def own_shop(idle: Stack, fake: FakeDoor) -> Iterator[tuple[Shop, Callable[..., Process]]]:
    """A shop there, and what starts a worker for it with these settings: its only one, until the test ends."""
    shop, started = open_shop(idle, fake), list[Process]()

    def begin(**env: str) -> Process:
        started.append(idle.another("worker", **env))
        started[-1].start()
        return started[-1]

    yield shop, begin
    for worker in started:
        worker.kill()
    shop.put_aside()


def test_a_setting_leaves_it_to_people(own_shop: tuple[Shop, Callable[..., Process]]) -> None:
    shop, begin = own_shop
    begin(GATEWAY_UNEXPECTED_REFUNDS="false")
    payment = paid_while_cancelled(shop)
    eventually(lambda: unexpected(shop, payment["id"]) == [("late", 50_000, "kept")], what="money that is kept")
    at_rest(shop, payment["id"])
    assert shop.fake.book(payment["id"])["refunded"] == 0
    assert entries(shop, payment["id"]) == [("unexpected", 50_000)]
    assert differences(shop) == []


@pytest.mark.faults
@pytest.mark.parametrize("point", ["checks.claimed", "checks.answered@1", "checks.answered@2"])
def test_a_worker_that_dies_at_any_point_pays_it_back_once(
    own_shop: tuple[Shop, Callable[..., Process]], point: str
) -> None:
    shop, begin = own_shop
    dying = begin(GATEWAY_FAILPOINT=point)
    payment = paid_while_cancelled(shop)
    eventually(lambda: not dying.is_running(), 30, f"a worker that died at {point}")
    begin()
    returned(shop, payment)
    assert len(shop.fake.act("refunds", payment_id=payment["id"])) == 1
    assert shop.fake.book(payment["id"])["refunded"] == 50_000
    assert entries(shop, payment["id"]) == [("unexpected", 50_000), ("unexpected_refund", 50_000)]
    assert differences(shop) == []


@pytest.mark.faults
def test_what_was_sent_is_known_as_sent_after_any_number_of_deaths(
    own_shop: tuple[Shop, Callable[..., Process]],
) -> None:
    """Its answer was lost, and the next worker dies as it takes it up: the third one looks, and sends nothing."""
    shop, begin = own_shop
    shop.fake.fail("lose_answer", "refund")
    first = begin()
    payment = paid_while_cancelled(shop)
    eventually(lambda: shop.fake.about(payment["id"], "refund"), what="a refund whose answer was lost")
    unknown = (
        "SELECT 1 FROM processor_operations WHERE payment_id = %s AND kind = 'refund' AND outcome = 'unknown'"
    )
    eventually(lambda: shop.stack.sql(unknown, (payment["id"],)), what="a refund of which nothing is known")
    first.kill()
    dying = begin(GATEWAY_FAILPOINT="checks.claimed")
    shop.look(payment["id"])
    eventually(lambda: not dying.is_running(), 30, "a worker that died")
    begin()
    returned(shop, payment)
    assert len(shop.fake.about(payment["id"], "refund")) == 1

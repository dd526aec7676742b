"""What a page may know of the form that a payment waits in, and its word that something has happened there."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from gateway.checkout.look import ask_look
from gateway.payments.queries import select_payment
from gateway.tenancy.model import Caller
from tests.support.envelope import expect_error
from tests.support.processors import Shop, connect, open_shop
from tests.support.stack import Stack, eventually

LOOKS = 20


def _session(shop: Shop, order: dict[str, Any], **headers: str) -> dict[str, Any]:
    url = f"{shop.stack.base_url}/api/v1/checkout/sessions/{order['id']}/public"
    return dict(httpx.get(url, headers=headers).raise_for_status().json())


def _look(shop: Shop, payment_id: str) -> httpx.Response:
    return httpx.post(f"{shop.stack.base_url}/api/v1/checkout/payments/{payment_id}/look/public")


def _asleep(shop: Shop, payment_id: str) -> None:
    """By itself it is looked at in an hour."""
    shop.stack.sql(
        "UPDATE payments SET due_at = now() + interval '1 hour' WHERE id = %s AND lease_token IS NULL",
        (payment_id,),
    )


def test_the_page_is_told_whose_form_asks_and_no_secret_of_it(shop: Shop) -> None:
    """To whoever has the order's id, as its server has to know before any browser asks."""
    order = shop.order()
    before = _session(shop, order)
    assert before["forms"] == {"card": "processor", "upi": "processor"}
    assert (before["processor"], before["form"], before["methods"]) == (shop.fake.name, None, ["card", "upi"])
    made = shop.merchant.settled(shop.pay_order(order), "requires_action")
    form = _session(shop, order)["form"]
    assert set(form) == {"payment_id", "processor", "script_url"}
    assert (form["payment_id"], form["processor"]) == (made["id"], shop.fake.name)


def test_a_live_order_over_an_account_can_be_paid(over_fakes: Stack, shop: Shop) -> None:
    live = open_shop(over_fakes, shop.fake, "live")
    session = _session(live, live.order())
    assert session["processor"] == shop.fake.name
    assert set(session["forms"].values()) == {"processor"}


def test_a_method_that_no_account_takes_is_not_offered(over_fakes: Stack, shop: Shop) -> None:
    """In live mode nobody stands in."""
    merchant = over_fakes.merchant("live")
    account = connect(over_fakes, merchant, shop.fake, "live")
    rules = {"rules": [{"account_id": account, "method": "card"}]}
    merchant.api.put("/processor-routes", json=rules).raise_for_status()
    mine = Shop(over_fakes, merchant, shop.fake, account)
    session = _session(mine, mine.order())
    assert (session["methods"], session["forms"]) == (["card"], {"card": "processor"})


def test_a_look_that_is_asked_for_finds_what_was_paid(shop: Shop) -> None:
    """Without any notice, and long before the next look."""
    made = shop.prepared()
    _asleep(shop, made["id"])
    shop.fake.pay(made["id"])
    answer = _look(shop, made["id"])
    assert (answer.status_code, answer.json()["id"]) == (200, made["id"])
    shop.merchant.settled(made, "success")
    assert shop.fake.book(made["id"])["charges"] == 1


def test_a_look_believes_nothing(shop: Shop) -> None:
    """Whoever says that it was paid is answered by the processor."""
    made = shop.prepared()
    _asleep(shop, made["id"])
    before = len(shop.fake.about(made["id"], "look_up"))
    _look(shop, made["id"]).raise_for_status()
    eventually(lambda: len(shop.fake.about(made["id"], "look_up")) > before, what="a look")
    assert shop.merchant.payment(made["id"])["status"] == "requires_action"


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_looks_are_bounded_for_each_payment(shop: Shop) -> None:
    """A stranger who knows it cannot use up what the account may ask."""
    made, other = shop.prepared(), shop.prepared()
    assert [_look(shop, made["id"]).status_code for _ in range(LOOKS)] == [200] * LOOKS
    refused = _look(shop, made["id"])
    expect_error(refused, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) >= 1
    assert _look(shop, other["id"]).status_code == 200


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_what_has_ended_is_not_looked_at(shop: Shop) -> None:
    paid = shop.paid()
    before = shop.stack.sql("SELECT noticed_at FROM payments WHERE id = %s", (paid["id"],))
    assert _look(shop, paid["id"]).json()["status"] == "success"
    assert shop.stack.sql("SELECT noticed_at FROM payments WHERE id = %s", (paid["id"],)) == before
    expect_error(_look(shop, "pay_" + "x" * 16), "NOT_FOUND_ERROR")


@pytest.mark.parametrize("fake", ["razorpay"], indirect=True)
def test_looks_use_up_no_try_to_take_the_money(shop: Shop) -> None:
    """A capture without an answer is tried at its own pace: were each look a try of it, an impatient page, or a
    stranger, would have the payment put aside for a person within seconds."""
    made = shop.prepared()
    shop.fake.fail("error_before", "capture", times=1000)
    shop.fake.pay(made["id"])
    _look(shop, made["id"]).raise_for_status()
    asleep = """
        UPDATE payments SET due_at = now() + interval '1 hour'
        WHERE id = %s AND work = 'capture' AND attempts > 0 AND lease_token IS NULL RETURNING 1
        """
    eventually(
        lambda: shop.stack.sql(asleep, (made["id"],)),
        what="a capture that had no answer",
    )
    kept = "SELECT attempts, due_at, lease_token, noticed_at FROM payments WHERE id = %s"
    before = shop.stack.sql(kept, (made["id"],))
    looks = [_look(shop, made["id"]).json()["status"] for _ in range(LOOKS - 1)]
    assert looks == ["requires_action"] * (LOOKS - 1)
    assert shop.stack.sql(kept, (made["id"],)) == before
    shop.fake.mend()
    shop.ends(made, "success")


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_a_page_may_not_look_beyond_the_accounts_budget(shop: Shop) -> None:
    """As a notice may: pages of many orders would have the processor slow down everything of the account."""
    made = shop.prepared()
    _asleep(shop, made["id"])

    async def asked() -> tuple[Any, ...] | None:
        """Before any worker sees it."""
        async with await psycopg.AsyncConnection.connect(shop.stack.database_url) as tx:
            payment = await select_payment(tx, Caller(UUID(shop.merchant.id), "test"), made["id"])
            assert payment is not None
            assert await ask_look(tx, payment)
            cursor = await tx.execute(
                "SELECT due_at <= now(), noticed_at FROM payments WHERE id = %s", (made["id"],)
            )
            found = await cursor.fetchone()
            await tx.rollback()
            return found

    assert asyncio.run(asked()) == (True, None)

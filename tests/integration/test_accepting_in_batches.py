"""Many requests in one statement have the answers, and leave the rows, of requests one by one."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.events.publish import encode_payload
from gateway.payments.events import payment_event
from gateway.payments.queries import select_payment
from gateway.tenancy.model import Caller
from tests.support.client import CARD
from tests.support.in_process import Application, Shop, application, batch_sizes, code_of, is_replayed

UPI: dict[str, Any] = {"method": "upi", "vpa": "success@bank"}
OFFERED = "INSERT INTO checkout_settings (merchant_id, mode, methods, updated_at) VALUES (%s, 'test', %s, now())"


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each batch had."""
    return batch_sizes(monkeypatch)


async def pay(shop: Shop, orders: Sequence[str], key: str | None = None, **body: Any) -> list[httpx.Response]:
    """A payment of each order, all in the same moment."""
    return await asyncio.gather(
        *(shop.post("/payments", {"order_id": one} | (body or UPI), key and f"{key}-{one}") for one in orders)
    )


async def test_what_arrives_in_the_same_moment_is_one_statement(database_url: str, sizes: list[int]) -> None:
    async with application(database_url) as app:
        shop = await app.shop()
        await shop.order()  # its key is known now
        sizes.clear()
        orders = await shop.orders(40)
        assert sizes == [40]
        answers = await pay(shop, orders, "key")
        assert sizes == [40, 40]
        assert [answer.status_code for answer in answers] == [201] * 40
        assert [answer.json()["order_id"] for answer in answers] == orders
        transactions = await app.sql("SELECT DISTINCT xmin::text FROM payments WHERE merchant_id = %s", [shop.id])
        assert len(transactions) == 1


async def test_a_batch_has_a_bound(database_url: str, sizes: list[int]) -> None:
    async with application(database_url, accept_batch_size=7) as app:
        shop = await app.shop()
        await shop.order()
        sizes.clear()
        orders = await shop.orders(20)
        assert {answer.status_code for answer in await pay(shop, orders)} == {201}
        assert sizes == [7, 7, 6] * 2


async def test_each_merchant_has_statements_of_his_own(database_url: str, sizes: list[int]) -> None:
    async with application(database_url) as app:
        shops = [await app.shop() for _ in range(3)]
        orders = [await shop.orders(5) for shop in shops]
        sizes.clear()
        await asyncio.gather(*(pay(shop, of) for shop, of in zip(shops, orders, strict=True)))
        assert sizes == [5, 5, 5]
        # One's order is not another's to pay, in a batch of his as well.
        answers = await pay(shops[0], [*(await shops[0].orders(2)), *(await shops[1].orders(1))])
        assert [answer.status_code for answer in answers] == [201, 201, 404]


KINDS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, UPI),
    ({"capture": "manual"}, UPI),
    ({}, {"method": "card", "card": CARD | {"holder_name": "Zoë 100% \\ \ue000"}}),
    ({"currency": "USD", "capture": "manual"}, {"method": "card", "card": CARD}),
    ({"return_url": "https://shop.example/a%20b?x=%s&y=\"\\'"}, UPI),
    ({"return_url": "https://shop.example/order"}, UPI | {"return_url": "https://shop.example/100%/own%1$s"}),
    ({"notes": {"é": "%1$s"}, "receipt": 'ß "%"'}, {"method": "upi", "flow": "qr"}),
    ({}, {"method": "upi", "flow": "intent"}),
    ({}, {"method": "netbanking", "bank": "HDFC"}),
    ({"amount": 1_000_000_000_000}, {"method": "wallet", "wallet": "paytm", "amount": 5, "note": "é"}),
]


async def test_answers_and_events_are_the_bytes_that_one_by_one_has(database_url: str, sizes: list[int]) -> None:
    """As the rows read later say: the statement writes the bodies without having been told the order's part."""
    async with application(database_url) as app:
        shop = await app.shop()
        await app.sql(OFFERED, [shop.id, ["card", "upi", "netbanking", "wallet"]])
        orders = [await shop.order(**fields) for fields, _ in KINDS]
        sizes.clear()
        answers = await asyncio.gather(
            *(
                shop.post("/payments", body | {"order_id": order}, f"key-{order}")
                for order, (_, body) in zip(orders, KINDS, strict=True)
            )
        )
        assert sizes == [len(KINDS)]
        for order, answer in zip(orders, answers, strict=True):
            assert answer.status_code == 201, answer.text
            read = await shop.client.get(f"/payments/{answer.json()['id']}", headers=shop.headers)
            assert read.content == answer.content
            await expect_events(app, shop, answer.json()["id"])
            kept = await app.sql(
                "SELECT status_code, response FROM idempotency_keys WHERE key = %s", [f"key-{order}"]
            )
            assert kept == [(201, answer.content)]
            told = await shop.client.get(f"/orders/{order}", headers=shop.headers)
            assert (told.json()["amount"], told.json()["status"]) == (answer.json()["amount"], "attempted")
        sealed = await app.sql("SELECT payment_id FROM card_vault")
        assert {row[0] for row in sealed} == {
            one.json()["id"] for one in answers if one.json()["method"] == "card"
        }


async def expect_events(app: Application, shop: Shop, payment_id: str) -> None:
    caller = Caller(UUID(shop.id), "test")
    async with app.runtime.database.connection(caller) as tx:
        payment = await select_payment(tx, caller, payment_id)
    assert payment is not None
    rows = await app.sql(
        "SELECT id, type, sequence, payload, merchant_id, created_at FROM events WHERE object_id = %s "
        "ORDER BY position",
        [payment_id],
    )
    assert [row[1:3] for row in rows] == [("payment.created", 1), ("payment.pending", 2)]
    for event_id, kind, sequence, payload, merchant_id, created_at in rows:
        draft = payment_event(payment, kind, sequence, payment.created_at)
        assert payload == encode_payload(event_id, draft).encode()
        assert (merchant_id, created_at) == (caller.merchant_id, payment.created_at)


async def test_shoppers_pages_go_in_batches_and_are_shown_what_strangers_may_see(
    database_url: str, sizes: list[int]
) -> None:
    async with application(database_url) as app:
        shop = await app.shop()
        orders = await shop.orders(5)
        sizes.clear()
        sent = [({"order_id": one} | UPI | {"vpa": "rahul@bank"}, "the one") for one in orders] * 2
        answers = await asyncio.gather(
            *(
                shop.client.post("/payments/public", json=body, headers={"Idempotency-Key": key})
                for body, key in sent
            )
        )
        assert {answer.status_code for answer in answers} == {201}
        assert sum(map(is_replayed, answers)) == 5, "each order's page has keys of its own"
        for answer, again in zip(answers[:5], answers[5:], strict=True):
            assert again.content == answer.content
            read = await shop.client.get(f"/payments/{answer.json()['id']}/public")
            assert read.content == answer.content
            assert answer.json()["vpa"] == "ra***@bank"
        assert len(await app.sql("SELECT 1 FROM payments")) == 5
        assert max(sizes) > 1
        refused = await shop.client.post(
            "/payments/public", json={"order_id": orders[0], "method": "upi", "vpa": "x"}
        )
        assert refused.status_code == 400


async def test_a_bad_request_fails_nobody_elses(database_url: str) -> None:
    """Refused by the input, by the order, by the database: each has the error that it has alone."""
    async with application(database_url) as app:
        shop = await app.shop()
        good, paid, dollars = await shop.orders(6), await shop.order(), await shop.order(currency="USD")
        await pay(shop, [paid])
        bad: list[tuple[dict[str, Any], int, str]] = [
            ({"order_id": paid} | UPI, 400, "Order already has a pending or successful payment"),
            ({"order_id": dollars} | UPI, 400, "upi pays INR only, and this order is in USD"),
            ({"order_id": "order_0000000000000000"} | UPI, 404, "Order not found"),
            ({"order_id": "nothing"} | UPI, 404, "Order not found"),
            (UPI, 400, "order_id is required"),
            ({"order_id": good[0], "method": "upi", "vpa": "no"}, 400, "vpa must look like name@bank"),
            ({"order_id": good[0], "method": "wallet", "wallet": "paytm"}, 400, "wallet is not offered"),
            ({"order_id": good[0], "method": "card", "card": CARD | {"number": "1"}}, 400, ""),
        ]
        for key in (None, "key"):
            orders = good if key else good[:3]
            requests = [({"order_id": one} | UPI, 201, "") for one in (orders[3:] if key else orders)] + bad
            answers = await asyncio.gather(
                *(
                    shop.post("/payments", body, key and f"{key}-{number}")
                    for number, (body, _, _) in enumerate(requests)
                )
            )
            for (body, status, text), answer in zip(requests, answers, strict=True):
                assert answer.status_code == status, (body, answer.text)
                if status != 201:
                    assert answer.json()["error"]["description"].startswith(text)
            if key:
                again = [
                    await shop.post("/payments", body, f"{key}-{number}")
                    for number, (body, _, _) in enumerate(requests)
                ]
                assert [one.content for one in again] == [one.content for one in answers]
                assert all(map(is_replayed, again))


async def test_what_the_database_alone_refuses_is_refused_alone(database_url: str, sizes: list[int]) -> None:
    """A row that breaks a constraint ends the statement: all go again, one by one, and only that one fails."""
    async with application(database_url) as app:
        shop = await app.shop()
        await shop.order(400)
        sizes.clear()
        await app.sql("ALTER TABLE orders ADD CONSTRAINT no_thirteens CHECK (amount <> 1313)")
        bodies = [{"amount": 1313 if number == 3 else 500 + number} for number in range(8)]
        answers = await asyncio.gather(
            *(shop.post("/orders", body, f"key-{number}") for number, body in enumerate(bodies))
        )
        assert sizes == [8]
        statuses = [answer.status_code for answer in answers]
        assert statuses == [500 if number == 3 else 201 for number in range(8)]
        assert [row[0] for row in await app.sql("SELECT amount FROM orders ORDER BY amount")] == [400] + [
            500 + number for number in range(8) if number != 3
        ]
        assert len(await app.sql("SELECT 1 FROM idempotency_keys")) == 7, "the failed one's key is free"


async def test_one_key_in_one_moment_is_one_payment(database_url: str) -> None:
    async with application(database_url) as app:
        shop = await app.shop()
        order, other = await shop.orders(2)
        same = [({"order_id": order} | UPI, "one")] * 20
        reused = [({"order_id": other} | UPI, "one")] * 5
        answers = await asyncio.gather(*(shop.post("/payments", body, key) for body, key in same + reused))
        assert {answer.status_code for answer in answers[:20]} == {201}
        assert len({answer.content for answer in answers[:20]}) == 1
        assert sum(not is_replayed(answer) for answer in answers[:20]) == 1
        assert {code_of(answer) for answer in answers[20:]} == {"IDEMPOTENCY_KEY_REUSED"}
        assert len(await app.sql("SELECT 1 FROM payments")) == 1


async def test_one_order_in_one_moment_has_one_payment(database_url: str) -> None:
    async with application(database_url) as app:
        shop = await app.shop()
        order = await shop.order()
        answers = await asyncio.gather(
            *(
                shop.post("/payments", {"order_id": order} | UPI, None if number % 2 else f"key-{number}")
                for number in range(12)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [400] * 11
        refused = [answer for answer in answers if answer.status_code == 400]
        assert {code_of(answer) for answer in refused} == {"BAD_REQUEST_ERROR"}
        again = await shop.post("/payments", {"order_id": order} | UPI, "key-0")
        assert is_replayed(again)
        assert len(await app.sql("SELECT 1 FROM payments")) == 1

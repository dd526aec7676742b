"""The feed: everything, once, in commit order."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from dev.ports import free_port
from gateway.database import owner_connection
from gateway.events.feed import FEED, select_feed, start_era_if_restored
from gateway.pages.query import read_query
from gateway.tenancy.model import TEST_MERCHANT_ID, Caller
from tests.support.client import Merchant, at_once
from tests.support.stack import Stack
from tests.webhooks.engine import running_engine
from tests.webhooks.shop import configure


def follow(merchant: Merchant, cursor: str | None = None, **query: Any) -> tuple[list[dict[str, Any]], str]:
    """All events behind the cursor, and the cursor behind them."""
    events: list[dict[str, Any]] = []
    while True:
        parameters = query | ({"cursor": cursor} if cursor else {})
        page = merchant.api.get("/events", params=parameters).raise_for_status().json()
        events += page["data"]
        cursor = page["next_cursor"]
        assert cursor is not None
        if not page["has_more"]:
            return events, cursor


def test_an_open_transaction_holds_the_feed_back_rather_than_slipping_in_behind(
    stack: Stack, merchant: Merchant
) -> None:
    with psycopg.connect(stack.database_url) as slow:
        slow.execute("SELECT pg_current_xact_id()")  # the older transaction, not yet done
        payment = merchant.upi(merchant.order())
        before, cursor = follow(merchant)
        assert before == []
        slow.execute(
            """
            INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
            VALUES ('evt_' || left(md5(random()::text), 16), %s, 'test', 'order.paid', %s, 9, '{"id":"late"}',
                    now())
            """,
            (merchant.id, payment["order_id"]),
        )
        slow.commit()
    merchant.settled(payment)
    after, _ = follow(merchant, cursor)
    assert after[0]["id"] == "late"
    assert len(after) == 5


def test_it_waits_for_the_next_event(merchant: Merchant) -> None:
    _, cursor = follow(merchant)
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: merchant.api.get("/events", params={"after": cursor, "wait": 20}).json())
        order = merchant.order()
        merchant.upi(order)
        page = waiting.result()
    assert [one["event"] for one in page["data"]][:1] == ["payment.created"]
    assert time.monotonic() - started < 5


def test_nothing_to_wait_for_ends_in_time(merchant: Merchant) -> None:
    started = time.monotonic()
    page = merchant.api.get("/events", params={"wait": 1}).json()
    assert (page["data"], page["has_more"]) == ([], False)
    assert 0.9 <= time.monotonic() - started < 3


def test_latest_starts_behind_what_there_is(merchant: Merchant) -> None:
    merchant.paid()
    page = merchant.api.get("/events", params={"after": "latest"}).json()
    assert page["data"] == []
    events, _ = follow(merchant, page["next_cursor"])
    assert events == []
    merchant.upi(merchant.order())
    events, _ = follow(merchant, page["next_cursor"])
    assert {one["event"] for one in events} >= {"payment.created", "payment.pending"}


def test_filters_order_and_csv(merchant: Merchant) -> None:
    payment = merchant.paid()
    merchant.paid()
    only, _ = follow(merchant, event="payment.success")
    assert [one["event"] for one in only] == ["payment.success"] * 2
    mine, _ = follow(merchant, object_id=payment["id"])
    assert [one["sequence"] for one in mine] == [1, 2, 3]
    newest = merchant.api.get("/events", params={"order": "desc", "limit": 1}).json()
    oldest = merchant.api.get("/events", params={"limit": 1}).json()
    assert newest["data"][0]["created_at"] > oldest["data"][0]["created_at"]
    csv = merchant.api.get("/events", headers={"Accept": "text/csv"}).text.splitlines()
    assert csv[0] == "id,event,object_id,sequence,mode,created_at" and len(csv) == 9


def test_wrong_questions_are_refused(merchant: Merchant) -> None:
    cursor = merchant.api.get("/events").json()["next_cursor"]
    for query in (
        "wait=21", "wait=x", "order=up", "limit=0", "after=nonsense", "page=2", "event=payment.gone",
        "object_id=1", f"cursor={cursor}&after={cursor}", f"cursor={cursor}&event=order.paid",
    ):  # fmt: skip
        assert merchant.api.get(f"/events?{query}").status_code == 400, query


def test_an_event_shows_its_frozen_body_and_its_deliveries(stack: Stack, merchant: Merchant) -> None:
    configure(merchant, f"http://127.0.0.1:{free_port()}/")
    merchant.upi(merchant.order())
    [event, *_], _ = follow(merchant)
    answer = merchant.api.get(f"/events/{event['id']}").json()
    assert [one["event_id"] for one in answer.pop("deliveries")] == [event["id"]]
    assert answer == event
    [[payload]] = stack.sql("SELECT payload FROM events WHERE id = %s", (event["id"],))
    body = {name: value for name, value in event.items() if name not in ("object_id", "created_at")}
    assert json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode() == payload
    assert stack.merchant().api.get(f"/events/{event['id']}").status_code == 404
    assert merchant.api.get("/events/evt_x").status_code == 404


def test_fifty_writers_leave_no_gap(merchant: Merchant) -> None:
    payment = merchant.settled(merchant.upi(merchant.order(100_000)))
    _, cursor = follow(merchant)
    refunds = at_once(
        50, lambda _: merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 2000}).status_code
    )
    assert refunds == [201] * 50
    seen: list[dict[str, Any]] = []
    while len(seen) < 100:  # created and processed of each
        page = merchant.api.get("/events", params={"after": cursor, "wait": 20, "limit": 13}).json()
        assert page["data"], "the feed ended early"
        seen += page["data"]
        cursor = page["next_cursor"]
    assert len({one["id"] for one in seen}) == 100


async def test_after_a_restore_new_events_stay_behind_the_restored_ones(database_url: str) -> None:
    """A dump brings transaction numbers along that the new cluster has yet to give out."""
    async with running_engine(database_url) as engine:
        caller = Caller(TEST_MERCHANT_ID, "test")
        restored = await engine.events(3)
        await engine.sql("UPDATE events SET xact = '999999999999'")
        query = read_query(FEED, caller, [])
        async with owner_connection(engine.settings) as tx:
            assert (await select_feed(tx, caller, query)).rows == [], "they look as if they were in flight"
            assert await start_era_if_restored(tx) == 2
            page = await select_feed(tx, caller, query)
            assert [row.object_id for row in page.rows] == restored
            later = await engine.events(2)
            after = read_query(FEED, caller, [("cursor", page.next_cursor)])
            assert [row.object_id for row in (await select_feed(tx, caller, after)).rows] == later
            everything = (await select_feed(tx, caller, query)).rows
            assert [row.object_id for row in everything] == restored + later
            assert await start_era_if_restored(tx) is None, "once is enough"

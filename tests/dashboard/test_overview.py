"""The overview, the timeline, the search, the work and the live changes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.overview.model import span_of
from tests.dashboard.conftest import Shop
from tests.support.client import Merchant
from tests.support.stack import eventually


def test_the_overview_adds_up(shop: Shop) -> None:
    merchant = shop.merchant
    first = merchant.paid(50_000)
    merchant.paid(20_000)
    merchant.paid(500, currency="JPY")
    merchant.settled(merchant.upi(merchant.order(), "failure@bank"), "failed")
    merchant.api.post(f"/payments/{first['id']}/refunds", json={"amount": 10_000})
    eventually(lambda: merchant.payment(first["id"])["amount_refunded"], 20, "the refund")
    overview = shop.owner.client.get("/overview", params={"range": "today", "time_zone": "Asia/Kolkata"}).json()
    counts = overview["payments"]
    assert (counts["total"], counts["success"], counts["failed"], counts["success_rate"]) == (4, 3, 1, 0.75)
    by_currency = {one["currency"]: one for one in overview["currencies"]}
    assert by_currency["INR"] == {
        "currency": "INR",
        "payments": 3,
        "gross": 70_000,
        "refunded": 10_000,
        "net": 60_000,
    }
    assert by_currency["JPY"]["gross"] == 500
    assert sum(step["total"] for step in overview["steps"]) == 4
    assert sum(step["gross"] for step in overview["steps"]) == 70_000
    assert [failure["count"] for failure in overview["failures"]] == [1]
    assert overview["progress"] == {
        "order": True,
        "payment": True,
        "endpoint": False,
        "delivery": False,
        "refund": True,
        "live_key": False,
    }
    # With a key as well, and the same.
    assert merchant.api.get("/overview", params={"range": "today"}).json()["payments"] == counts


def test_the_overview_is_compared_with_the_span_before(shop: Shop) -> None:
    merchant, stack = shop.merchant, shop.stack
    now, old, older = merchant.paid(50_000), merchant.paid(20_000), merchant.paid(10_000)
    failed = merchant.settled(merchant.upi(merchant.order(), "failure@bank"), "failed")
    for payment, back in ((old, "7 days 1 minute"), (failed, "13 days"), (older, "14 days")):
        stack.sql(
            "UPDATE payments SET created_at = created_at - %s::interval WHERE id = %s", (back, payment["id"])
        )
    overview = shop.owner.client.get("/overview", params={"range": "7d", "time_zone": "UTC"}).json()
    before = overview["before"]
    assert (overview["payments"]["total"], overview["currencies"][0]["gross"]) == (1, now["amount"])
    counts = before["payments"]
    assert (counts["total"], counts["success"], counts["failed"], counts["success_rate"]) == (2, 1, 1, 0.5)
    assert before["currencies"][0]["gross"] == 20_000
    assert [step["total"] for step in before["steps"]] == [1, 0, 0, 0, 0, 0, 1]
    assert len(before["steps"]) == len(overview["steps"])


def test_a_span_is_compared_up_to_the_same_time_of_day() -> None:
    now = datetime(2026, 3, 29, 9, 30, tzinfo=UTC)
    for name, days in (("today", 1), ("7d", 7), ("30d", 30), ("90d", 90)):
        before = span_of(name, "Asia/Kolkata", now).before
        assert before is not None
        assert now - before.until == timedelta(days=days)
    # By the clock on the wall, also where the night between had an hour less.
    before = span_of("today", "Europe/Berlin", now).before
    assert before is not None
    assert before.until.isoformat() == "2026-03-28T10:30:00+00:00"
    assert len(before.edges) == 12


def test_wrong_spans_are_refused(shop: Shop) -> None:
    for query in ({"range": "1y"}, {"time_zone": "Mars/Olympus"}, {"colour": "red"}):
        assert shop.owner.client.get("/overview", params=query).status_code == 400


def test_days_begin_at_the_viewers_midnight() -> None:
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    kolkata = span_of("7d", "Asia/Kolkata", now).edges
    assert kolkata[-1].isoformat() == "2026-03-28T18:30:00+00:00"
    assert len(kolkata) == 7
    # The day on which Berlin's clocks go forward has 23 hours.
    berlin = span_of("today", "Europe/Berlin", datetime(2026, 3, 29, 21, 59, tzinfo=UTC)).edges
    assert len(berlin) == 23


def test_the_timeline_joins_everything_about_a_payment(shop: Shop) -> None:
    payment = shop.merchant.paid()
    shop.owner.client.post(f"/payments/{payment['id']}/refunds", json={"amount": 100, "reason": "one"})
    entries = _timeline(shop.merchant, payment["id"], "refund.processed")
    titles = [(entry["kind"], entry["title"]) for entry in entries]
    for wanted in [
        ("event", "payment.created"),
        ("event", "payment.success"),
        ("event", "refund.processed"),
        ("processor", "authorize"),
        ("processor", "refund"),
        ("action", "payment.refunded"),
    ]:
        assert wanted in titles
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)
    refund = next(entry for entry in entries if entry["kind"] == "action")
    assert refund["actor"] == shop.owner.email
    assert shop.owner.client.get("/payments/pay_0000000000000000/timeline").status_code == 404


def test_the_timeline_is_the_merchants_own(shop: Shop, merchant: Merchant) -> None:
    payment = merchant.paid()
    assert shop.owner.client.get(f"/payments/{payment['id']}/timeline").status_code == 404


def test_a_record_is_found_by_id_receipt_vpa_and_card(shop: Shop) -> None:
    merchant = shop.merchant
    order = merchant.order(receipt="Invoice-77")
    upi = merchant.settled(merchant.upi(merchant.order(), "success@bank"))
    card = merchant.card(order)

    def found(text: str) -> set[str]:
        return {one["id"] for one in shop.owner.client.get("/search", params={"q": text}).json()["data"]}

    assert found(order["id"]) == {order["id"]}
    assert found(upi["id"]) == {upi["id"]}
    assert found("invoice-7") == {order["id"]}
    assert found("success@") == {upi["id"]}
    assert found("4242") == {card["id"]}
    assert found("nothing") == set()
    assert shop.owner.client.get("/search", params={"q": "x"}).status_code == 400


def test_searches_and_changes_are_the_merchants_own(shop: Shop, merchant: Merchant) -> None:
    order = merchant.order(receipt="Invoice-78")
    for text in (order["id"], "Invoice-78"):
        assert shop.owner.client.get("/search", params={"q": text}).json()["data"] == []
    before = shop.owner.client.get("/changes").json()
    merchant.paid()
    assert shop.owner.client.get("/changes", params=before).json()["nouns"] == []


def test_changes_tell_what_is_new(shop: Shop) -> None:
    start = shop.owner.client.get("/changes").json()
    assert start["nouns"] == []
    shop.merchant.paid()
    after = shop.owner.client.get("/changes", params={"cursor": start["cursor"]}).json()
    assert {"payments", "orders"} <= set(after["nouns"])
    assert shop.owner.client.get("/changes", params={"cursor": after["cursor"]}).json()["nouns"] == []


def test_the_stream_tells_changes_as_they_happen(shop: Shop) -> None:
    with shop.owner.client.stream("GET", "/changes/stream") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.iter_lines()
        assert _next(lines)["nouns"] == []
        shop.merchant.order()
        shop.merchant.upi(shop.merchant.order())
        assert "payments" in _next(lines)["nouns"]


def test_the_stream_ends_with_the_session(shop: Shop) -> None:
    with shop.owner.client.stream("GET", "/changes/stream") as response:
        lines = response.iter_lines()
        _next(lines)
        shop.stack.sql("UPDATE user_sessions SET revoked_at = now()")
        assert not [line for line in lines if line.startswith("data:")]


def test_work_is_shown_and_what_waits_for_a_person_is_retried(shop: Shop) -> None:
    merchant = shop.merchant
    payment = merchant.upi(merchant.order(), "pending@bank")
    jobs = shop.owner.client.get("/jobs").json()
    assert [job["id"] for job in jobs["data"]] == [payment["id"]]
    assert jobs["workers"]["payments"] == "running"
    path = f"/jobs/{payment['id']}/retry"
    assert shop.owner.client.post(path).status_code == 400
    shop.stack.sql(
        "UPDATE payments SET work = NULL, due_at = NULL, lease_token = NULL, review_reason = 'no answer' "
        "WHERE id = %s",
        (payment["id"],),
    )
    assert shop.owner.client.get("/jobs").json()["data"][0]["state"] == "needs_attention"
    assert shop.owner.client.get("/overview").json()["attention"]["payments_in_review"] == 1
    assert shop.owner.client.post(path).status_code == 200
    assert shop.owner.client.get("/jobs").json()["data"][0]["review_reason"] is None
    assert shop.owner.client.post("/jobs/pay_0000000000000000/retry").status_code == 404


def _next(lines: Any) -> dict[str, Any]:
    line = next(line for line in lines if line.startswith("data:"))
    changes: dict[str, Any] = json.loads(line.removeprefix("data:"))
    return changes


def _timeline(merchant: Merchant, payment_id: str, until: str) -> list[dict[str, Any]]:
    def ask() -> list[dict[str, Any]] | None:
        entries: list[dict[str, Any]] = merchant.api.get(f"/payments/{payment_id}/timeline").json()["data"]
        return entries if until in [entry["title"] for entry in entries] else None

    return eventually(ask, 20, until)


# What was asked of the bank, and the worker has given up waiting for: the bank has never heard of it.
GIVEN_UP = {
    "capture": "captured = true, amount_captured = amount, capture_status = 'pending'",
    "void": "void_status = 'pending'",
}


def given_up(shop: Shop, work: str) -> dict[str, Any]:
    payment = shop.merchant.settled(shop.merchant.upi(shop.merchant.order(capture="manual")))
    shop.stack.sql(
        f"UPDATE payments SET {GIVEN_UP[work]}, sent_at = now(), review_reason = 'no answer' WHERE id = %s",
        (payment["id"],),
    )
    return payment


@pytest.mark.parametrize(("work", "status"), [("capture", "success"), ("void", "cancelled")])
def test_what_the_bank_was_not_told_of_a_decided_payment_is_told_again(shop: Shop, work: str, status: str) -> None:
    """A capture or void without an answer waits for a person as well, who can have it tried again."""
    merchant = shop.merchant
    payment = given_up(shop, work)
    shown = merchant.payment(payment["id"])
    assert (shown["status"], shown[f"{work}_status"], shown["review_reason"]) == (status, "pending", "no answer")
    assert shop.owner.client.get("/jobs").json()["data"][0]["id"] == payment["id"]
    answer = shop.owner.client.post(f"/jobs/{payment['id']}/retry")
    assert answer.status_code == 200, answer.text
    in_books = f"SELECT requests FROM simulator.operations WHERE key = '{payment['id']}:{work}'"
    eventually(lambda: shop.stack.sql(in_books) == [(1,)], what="the bank's word")
    eventually(lambda: merchant.payment(payment["id"])[f"{work}_status"] == "succeeded", what="the bank's yes")
    shown = merchant.payment(payment["id"])
    assert (shown["status"], shown["review_reason"]) == (status, None)


def test_a_refund_waits_for_a_capture_that_waits_for_a_person(shop: Shop) -> None:
    """Nothing is paid back of which nobody knows whether it was taken."""
    merchant = shop.merchant
    payment = given_up(shop, "capture")
    held = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100}).json()
    other = merchant.paid()
    later = merchant.api.post(f"/payments/{other['id']}/refunds", json={"amount": 100}).json()
    eventually(lambda: merchant.api.get(f"/refunds/{later['id']}").json()["status"] == "processed")
    assert merchant.api.get(f"/refunds/{held['id']}").json()["status"] == "pending"
    assert shop.owner.client.post(f"/jobs/{payment['id']}/retry").status_code == 200
    eventually(lambda: merchant.api.get(f"/refunds/{held['id']}").json()["status"] == "processed")


def test_a_cursor_of_changes_that_is_no_number_starts_anew(shop: Shop) -> None:
    answer = shop.owner.client.get("/changes", params={"cursor": "9" * 5000})
    assert answer.status_code == 200, answer.text
    assert answer.json()["nouns"] == []

"""Lists: pages, cursors, filters."""

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack, eventually


def walk(merchant: Merchant, path: str, **params: Any) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    rows, cursor = [], None
    while True:
        asked = params | ({"cursor": cursor} if cursor else {})
        page = merchant.api.get(path, params=asked).raise_for_status().json()
        assert set(page) == {"data", "next_cursor", "has_more"}
        assert page["has_more"] == (page["next_cursor"] is not None)
        rows += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


@pytest.fixture(scope="module")
def shop(stack: Stack) -> Merchant:
    """A merchant with seven orders, of which three are paid in different ways, and two refunds."""
    shop = stack.merchant()
    for number in range(4):
        shop.order(1000 + number, receipt=f"Cart-{number}")
    upi = shop.settled(shop.upi(shop.order(50_000, receipt="Visit-7"), "Asha.Rao@okbank"))
    shop.settled(shop.card(shop.order(70_000, currency="USD")))
    shop.settled(shop.upi(shop.order(60_000), "failure@bank"), "failed")
    for amount, reason in ((1000, "Torn box"), (2000, "Late")):
        made = shop.api.post(f"/payments/{upi['id']}/refunds", json={"amount": amount, "reason": reason})
        assert made.status_code == 201
    return shop


def test_payments_without_any_parameter_are_a_bare_array_newest_first(shop: Merchant) -> None:
    rows = shop.api.get("/payments").json()
    assert [row["amount"] for row in rows] == [60_000, 70_000, 50_000]
    assert rows[0] == shop.payment(rows[0]["id"])


def test_payments_with_a_parameter_are_a_page(shop: Merchant) -> None:
    page = shop.api.get("/payments", params={"limit": 2}).json()
    assert [row["amount"] for row in page["data"]] == [60_000, 70_000]
    assert page["has_more"] is True


@pytest.mark.parametrize("path", ["/orders", "/refunds"])
def test_orders_and_refunds_are_pages(shop: Merchant, path: str) -> None:
    page = shop.api.get(path).json()
    assert set(page) == {"data", "next_cursor", "has_more"}
    assert page["has_more"] is False
    moments = [row["created_at"] for row in page["data"]]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_of_any_size_hold_every_row_once(shop: Merchant, limit: int) -> None:
    rows = walk(shop, "/orders", limit=limit)
    assert len(rows) == 7
    assert ids(rows) == ids(walk(shop, "/orders", limit=100))


def test_rows_of_one_millisecond_are_neither_lost_nor_repeated(stack: Stack) -> None:
    shop = stack.merchant()
    made = {shop.order(100 + number)["id"] for number in range(9)}
    stack.sql("UPDATE orders SET created_at = '2026-01-15T10:00:00Z' WHERE merchant_id = %s", (shop.id,))
    rows = ids(walk(shop, "/orders", limit=2))
    assert len(rows) == 9
    assert set(rows) == made


def test_a_row_created_between_two_pages_moves_nothing(stack: Stack) -> None:
    shop = stack.merchant()
    old = [shop.order(100 + number)["id"] for number in range(4)][::-1]
    first = shop.api.get("/orders", params={"limit": 2}).json()
    shop.order(999)
    second = shop.api.get("/orders", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert ids(first["data"]) + ids(second["data"]) == old
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("path", "filters", "amounts"),
    [
        ("/orders", {"status": "created"}, [1003, 1002, 1001, 1000]),
        ("/orders", {"status": "paid"}, [70_000, 50_000]),
        ("/orders", {"status": "attempted"}, [60_000]),
        ("/orders", {"currency": "USD"}, [70_000]),
        ("/orders", {"amount_min": "1002", "amount_max": "50000"}, [50_000, 1003, 1002]),
        ("/orders", {"q": "cart-"}, [1003, 1002, 1001, 1000]),
        ("/orders", {"q": "CART-2"}, [1002]),
        ("/orders", {"q": "%"}, []),
        ("/payments", {"status": "success"}, [70_000, 50_000]),
        ("/payments", {"status": "failed"}, [60_000]),
        ("/payments", {"status": "pending"}, []),
        ("/payments", {"captured": "true"}, [70_000, 50_000]),
        ("/payments", {"captured": "false"}, []),
        ("/payments", {"method": "card"}, [70_000]),
        ("/payments", {"method": "upi", "status": "failed"}, [60_000]),
        ("/payments", {"currency": "INR"}, [60_000, 50_000]),
        ("/payments", {"amount_min": "60000"}, [60_000, 70_000]),
        ("/payments", {"amount_max": "59999"}, [50_000]),
        ("/payments", {"q": "asha.r"}, [50_000]),
        ("/payments", {"q": "4242"}, [70_000]),
        ("/payments", {"q": "no such thing"}, []),
        ("/refunds", {"amount_min": "1500"}, [2000]),
        ("/refunds", {"q": "torn"}, [1000]),
        ("/refunds", {"currency": "EUR"}, []),
    ],
)
def test_filters_leave_what_meets_all_of_them(
    shop: Merchant, path: str, filters: dict[str, str], amounts: list[int]
) -> None:
    rows = walk(shop, path, limit=1, **filters)
    assert [row["amount"] for row in rows] == amounts


def test_money_that_is_held_and_money_that_is_taken_are_two_lists(stack: Stack) -> None:
    merchant = stack.merchant()
    held = merchant.settled(merchant.upi(merchant.order(capture="manual")))
    taken = merchant.paid()
    merchant.settled(merchant.upi(merchant.order(), "failure@bank"), "failed")
    assert ids(walk(merchant, "/payments", captured="false")) == [held["id"]]
    assert ids(walk(merchant, "/payments", captured="true")) == [taken["id"]]
    assert ids(walk(merchant, "/payments", status="success")) == [taken["id"], held["id"]]
    # The bank has been asked and has not answered.
    stack.sql(
        "UPDATE payments SET captured = true, amount_captured = amount, capture_status = 'pending' WHERE id = %s",
        (held["id"],),
    )
    assert ids(walk(merchant, "/payments", captured="false")) == [held["id"]]
    assert ids(walk(merchant, "/payments", captured="true")) == [taken["id"]]
    error = merchant.api.get("/payments", params={"captured": "yes"}).json()["error"]
    assert (error["field"], error["description"]) == ("captured", "captured must be true or false")


def test_ids_find_what_belongs_to_them(shop: Merchant) -> None:
    refund = shop.api.get("/refunds").json()["data"][0]
    payment = shop.payment(refund["payment_id"])
    order = payment["order_id"]
    for path, filters, found in (
        ("/payments", {"order_id": order}, [payment["id"]]),
        ("/payments", {"q": order}, [payment["id"]]),
        ("/payments", {"q": payment["id"]}, [payment["id"]]),
        ("/orders", {"q": order}, [order]),
        ("/refunds", {"q": refund["id"]}, [refund["id"]]),
    ):
        assert ids(walk(shop, path, limit=100, **filters)) == found, (path, filters)
    for filters in ({"order_id": order}, {"payment_id": payment["id"]}, {"q": order}, {"q": payment["id"]}):
        assert len(walk(shop, "/refunds", limit=100, **filters)) == 2, filters


def test_refunds_are_filtered_by_state(shop: Merchant) -> None:
    def processed() -> bool:
        return {row["status"] for row in shop.api.get("/refunds").json()["data"]} == {"processed"}

    eventually(processed, 20, "refunds that are processed")
    assert ids(walk(shop, "/refunds", limit=100, status="processed")) == ids(walk(shop, "/refunds", limit=100))
    assert walk(shop, "/refunds", limit=100, status="pending") == []
    assert shop.api.get("/refunds", params={"status": "failed"}).json()["data"] == []


def test_neighbouring_spans_of_time_share_no_row_and_lose_none(shop: Merchant) -> None:
    rows = walk(shop, "/orders", limit=100)
    border = rows[3]["created_at"]
    later = walk(shop, "/orders", limit=2, created_after=border)
    earlier = walk(shop, "/orders", limit=2, created_before=border)
    assert ids(later) + ids(earlier) == ids(rows)
    assert later[-1]["created_at"] == border


@pytest.mark.parametrize("moment", ["2000-01-01", "2000-01-01T05:30:00+05:30", "2000-01-01T00:00:00.000Z"])
def test_times_are_read_in_every_usual_form(shop: Merchant, moment: str) -> None:
    assert len(walk(shop, "/orders", limit=100, created_after=moment)) == 7
    assert walk(shop, "/orders", limit=100, created_before=moment) == []


@pytest.mark.parametrize("path", ["/orders", "/payments", "/refunds"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "0"), ("limit", "101"), ("limit", "-1"), ("limit", "ten"), ("limit", ""), ("limit", "1.0"),
        ("limit", "9" * 400), ("limit", "٣"),
        ("cursor", ""), ("cursor", "abc"), ("cursor", "é"), ("cursor", "A" * 600), ("cursor", "\0"),
        ("status", "Success"), ("status", ""), ("status", "unknown"),
        ("currency", "inr"), ("currency", "XXX"), ("currency", ""),
        ("created_after", "yesterday"), ("created_after", ""), ("created_before", "2026-13-01"),
        ("created_before", "0001-01-01T00:00:00+23:59"),
        ("amount_min", "-1"), ("amount_min", "1e3"), ("amount_max", "1" * 400), ("amount_max", ""),
        ("order_id", "1"), ("order_id", "pay_8sHk2LmNq0PzRtVw"), ("q", ""), ("q", "x" * 256), ("q", "a\0b"),
        ("page", "2"), ("offset", "0"), ("Status", "paid"), ("", "1"),
    ],
)  # fmt: skip
def test_a_wrong_value_or_unknown_parameter_is_a_400_that_names_it(
    shop: Merchant, path: str, name: str, value: str
) -> None:
    answer = shop.api.get(path, params={name: value})
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error["code"] == "BAD_REQUEST_ERROR"
    assert error["field"] == name


def test_a_parameter_given_twice_is_a_400(shop: Merchant) -> None:
    answer = shop.api.get("/payments?status=failed&status=success")
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "status"


def test_a_method_is_no_filter_of_orders(shop: Merchant) -> None:
    assert shop.api.get("/orders", params={"method": "upi"}).status_code == 400
    assert shop.api.get("/payments", params={"method": "cash"}).status_code == 400


def test_a_changed_cursor_is_refused_wherever_it_was_changed(shop: Merchant) -> None:
    cursor = shop.api.get("/orders", params={"limit": 2}).json()["next_cursor"]
    for place in range(len(cursor)):
        other = "B" if cursor[place] == "A" else "A"
        changed = cursor[:place] + other + cursor[place + 1 :]
        answer = shop.api.get("/orders", params={"limit": 2, "cursor": changed})
        assert answer.status_code == 400, (place, answer.text)
    for changed in (cursor[:-1], cursor[1:], cursor + "A", cursor + "=", cursor + " ", cursor * 2):
        assert shop.api.get("/orders", params={"cursor": changed}).status_code == 400, changed


def test_a_cursor_belongs_to_its_list_its_filters_and_its_merchant(shop: Merchant, merchant: Merchant) -> None:
    cursor = shop.api.get("/orders", params={"limit": 1, "status": "created"}).json()["next_cursor"]
    assert shop.api.get("/orders", params={"limit": 3, "status": "created", "cursor": cursor}).status_code == 200
    for who, path, params in (
        (shop, "/orders", {"cursor": cursor}),
        (shop, "/orders", {"status": "paid", "cursor": cursor}),
        (shop, "/payments", {"cursor": cursor}),
        (merchant, "/orders", {"status": "created", "cursor": cursor}),
    ):
        assert who.api.get(path, params=params).status_code == 400, (path, params)


def test_nobody_sees_rows_of_another_merchant_or_mode(shop: Merchant, stack: Stack) -> None:
    other = stack.merchant()
    order = shop.api.get("/orders").json()["data"][0]["id"]
    for path in ("/orders", "/payments?limit=100", "/refunds"):
        assert other.api.get(path).json()["data"] == []
    assert other.api.get("/payments").json() == []
    assert other.api.get("/orders", params={"q": order}).json()["data"] == []
    assert other.api.get("/payments", params={"order_id": order}).json()["data"] == []


def test_the_bare_array_is_bounded(stack: Stack) -> None:
    shop = stack.merchant()
    seed_payments(stack, shop, 103)
    rows = shop.api.get("/payments").json()
    assert len(rows) == 100
    assert ids(rows) == ids(walk(shop, "/payments", limit=100)[:100])


def seed_payments(stack: Stack, shop: Merchant, count: int) -> None:
    """`count` decided payments, one second apart, put into the tables directly."""
    stack.sql(
        """
        WITH made AS (
            INSERT INTO orders (id, merchant_id, mode, amount, currency, capture, status, created_at, updated_at)
            SELECT 'order_' || translate(substr(gen_random_uuid()::text, 1, 19), '-', ''), %s, 'test', 500, 'INR',
                   'automatic', 'attempted', at, at
            FROM generate_series(1, %s) n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 s' AS at) t
            RETURNING id, merchant_id, created_at
        )
        INSERT INTO payments (id, merchant_id, mode, order_id, amount, currency, capture, method, vpa, status,
                              error_code, error_description, created_at, updated_at)
        SELECT 'pay_' || substr(id, 7), merchant_id, 'test', id, 500, 'INR', 'automatic', 'upi', 'a@b', 'failed',
               'PAYMENT_DECLINED', 'declined', created_at, created_at
        FROM made
        """,
        (shop.id, count),
    )


@pytest.mark.parametrize(
    ("path", "name", "values"),
    [
        ("/orders", "orders", ["2026-01-15T10:30:00+00:00", "order_\0"]),
        ("/orders", "orders", ["2026-01-15T10:30:00+00:00", "order_\ud800"]),
        ("/orders", "orders", [5, "order_8sHk2LmNq0PzRtVw"]),
        ("/orders", "orders", ["0001-01-01T00:00:00+23:59", "order_8sHk2LmNq0PzRtVw"]),
        ("/orders", "orders", []),
        ("/orders", "orders", "no list"),
        ("/requests", "requests", ["2026-01-15T10:30:00+00:00", "9" * 300]),
        ("/events", "events", ["9" * 19, "1", "1"]),
        ("/events", "events", ["1", "9" * 30, "1"]),
        ("/events", "events", ["1", "1", "9" * 200]),
        ("/events", "events", ["1", 5, "1"]),
        ("/events", "events", ["1_0", "1", "1"]),
    ],
)
def test_a_cursor_that_was_made_up_is_refused(shop: Merchant, path: str, name: str, values: Any) -> None:
    """The digest is no secret: who computes it writes values in his cursor that no column of ours can have."""
    binding = hashlib.sha256("\0".join((name, shop.id, "test")).encode()).digest()
    written = json.dumps(values).encode()
    raw = hashlib.sha256(binding + written).digest()[:12] + written
    answer = shop.api.get(path, params={"cursor": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()})
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]["field"] == "cursor"

"""Lists as CSV: the whole of what the filters leave, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from dev.redis import RedisServer
from tests.functions.test_lists import ids, seed_payments, walk
from tests.support.client import Merchant
from tests.support.stack import Stack, eventually

CSV = {"Accept": "text/csv"}


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def refunded(merchant: Merchant, payment: dict[str, Any], amount: int, **fields: Any) -> dict[str, Any]:
    """A refund of the payment, once the bank has taken it."""
    answer = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": amount, **fields})
    made: dict[str, Any] = answer.raise_for_status().json()

    def processed() -> dict[str, Any] | None:
        now: dict[str, Any] = merchant.api.get(f"/refunds/{made['id']}").json()
        return now if now["status"] == "processed" else None

    return eventually(processed, 20, "the refund")


def test_the_file_holds_the_whole_list_in_its_order(stack: Stack) -> None:
    shop = stack.merchant()
    seed_payments(stack, shop, 1203)
    rows = rows_of(shop.api.get("/payments", headers=CSV))
    assert len(rows) == 1203
    assert ids(rows) == ids(walk(shop, "/payments", limit=100))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/orders", "/payments", "/refunds"])
def test_an_empty_list_is_a_header_row(merchant: Merchant, path: str) -> None:
    answer = merchant.api.get(path, headers=CSV)
    assert rows_of(answer) == []
    header, end = answer.text.split("\r\n")
    assert header.startswith("id,")
    assert end == ""
    assert answer.headers["content-disposition"] == f'attachment; filename="{path[1:]}.csv"'


def test_cells_are_what_the_json_says(merchant: Merchant) -> None:
    paid = merchant.paid(70_000, receipt='Größe, "7"\nzweite Zeile', notes={"shop": "₹"})
    order = merchant.api.get(f"/orders/{paid['order_id']}").json()
    shown = rows_of(merchant.api.get("/orders", headers=CSV))[0]
    assert shown["receipt"] == order["receipt"]
    assert shown["notes"] == '{"shop":"₹"}'
    shown = rows_of(merchant.api.get("/payments", headers=CSV))[0]
    assert shown["amount"] == "70000"
    assert shown["captured"] == "true"
    assert shown["card_last4"] == ""
    assert shown["created_at"] == paid["created_at"]
    assert set(paid) - set(shown) == {"next_action"}


@pytest.mark.parametrize(
    ("currency", "amount", "major"),
    [("INR", 50_050, "500.50"), ("JPY", 500, "500"), ("KWD", 1_005, "1.005"), ("USD", 100, "1.00"),
     ("INR", 10**12, "10000000000.00")],
)  # fmt: skip
def test_amounts_are_written_in_both_units(merchant: Merchant, currency: str, amount: int, major: str) -> None:
    merchant.order(amount, currency=currency)
    row = rows_of(merchant.api.get("/orders", headers=CSV))[0]
    assert (row["amount"], row["amount_major"]) == (str(amount), major)


def test_all_amounts_of_a_payment_and_its_ledger_are_written_in_both_units(merchant: Merchant) -> None:
    refunded(merchant, merchant.paid(70_000), 20_005)
    row = rows_of(merchant.api.get("/payments", headers=CSV))[0]
    names = ("amount", "amount_captured", "amount_refunded")
    assert [row[f"{name}_major"] for name in names] == ["700.00", "700.00", "200.05"]
    entries = rows_of(merchant.api.get("/ledger/entries", headers=CSV))
    assert {row["amount_major"] for row in entries} == {"700.00", "200.05"}


def test_a_payment_and_a_refund_name_the_order_by_the_shop_s_own_words(merchant: Merchant) -> None:
    plain = merchant.paid()
    paid = merchant.paid(receipt="R-1", notes={"table": "7"})
    refund = refunded(merchant, paid, 100, reason="cold")
    rows = rows_of(merchant.api.get("/payments", headers=CSV))
    assert [(row["id"], row["receipt"], row["notes"]) for row in rows] == [
        (paid["id"], "R-1", '{"table":"7"}'),
        (plain["id"], "", "{}"),
    ]
    row = rows_of(merchant.api.get("/refunds", headers=CSV))[0]
    assert (row["id"], row["order_id"], row["receipt"]) == (refund["id"], paid["order_id"], "R-1")
    assert row["notes"] == '{"table":"7"}'


def test_what_programs_counted_on_stays_where_it_was(merchant: Merchant) -> None:
    """Columns are only ever added at the end."""
    first = {
        "/orders": "id,amount,currency,receipt,notes,capture,status,created_at,updated_at,amount_major",
        "/payments": "id,order_id,amount,currency,method,vpa,card_network,card_last4,status,captured,capture,"
        "amount_captured,amount_refunded,refunded,error_code,error_description,expires_at,created_at,updated_at,",
        "/refunds": "id,payment_id,amount,currency,reason,status,error_code,error_description,created_at,"
        "processed_at,",
        "/ledger/entries": "id,kind,debit,credit,amount,currency,object_id,created_at,amount_major",
    }
    for path, header in first.items():
        assert merchant.api.get(path, headers=CSV).text.startswith(header)


def test_times_are_written_by_the_clocks_of_a_zone_beside_utc(stack: Stack) -> None:
    shop = stack.merchant()
    made = [shop.order(500 + n)["id"] for n in range(3)]
    moments = ("2026-01-15T18:30:00.123Z", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z")
    for order_id, moment in zip(made, moments, strict=True):
        stack.sql("UPDATE orders SET created_at = %s WHERE id = %s", (moment, order_id))
    rows = rows_of(shop.api.get("/orders", params={"time_zone": "Asia/Kolkata"}, headers=CSV))
    assert [row["created_at_local"] for row in rows][-1] == "2026-01-16 00:00:00"
    assert rows[-1]["created_at"] == "2026-01-15T18:30:00.123Z"
    # The hour that is left out when summer begins.
    rows = rows_of(shop.api.get("/orders", params={"time_zone": "Europe/Berlin"}, headers=CSV))
    assert [row["created_at_local"] for row in rows[:2]] == ["2026-03-29 03:00:00", "2026-03-29 01:59:59"]
    assert "created_at_local" not in rows_of(shop.api.get("/orders", headers=CSV))[0]


def test_a_time_that_has_not_come_has_no_local_one(merchant: Merchant) -> None:
    merchant.paid()
    row = rows_of(merchant.api.get("/payments", params={"time_zone": "Asia/Tokyo"}, headers=CSV))[0]
    assert (row["expires_at"], row["expires_at_local"]) == ("", "")


@pytest.mark.parametrize("path", ["/orders", "/payments", "/refunds", "/ledger/entries", "/events", "/requests"])
def test_every_file_can_have_local_times_and_a_byte_order_mark(merchant: Merchant, path: str) -> None:
    merchant.paid()
    plain = merchant.api.get(path, headers=CSV).content
    asked = merchant.api.get(path, params={"bom": "true", "time_zone": "Asia/Kolkata"}, headers=CSV).content
    assert plain[:3] != b"\xef\xbb\xbf"
    assert asked[:3] == b"\xef\xbb\xbf"
    assert asked.count(b"\xef\xbb\xbf") == 1
    assert b"created_at_local" in asked.partition(b"\r\n")[0]
    assert merchant.api.get(path, params={"bom": "false"}, headers=CSV).content[:3] != b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("name", "value"),
    [("time_zone", ""), ("time_zone", "Mars/Olympus"), ("time_zone", "../etc/passwd"), ("time_zone", "America"),
     ("time_zone", "a\0b"), ("time_zone", "+05:30"), ("bom", ""), ("bom", "1"), ("bom", "TRUE")],
)  # fmt: skip
def test_a_file_is_not_written_in_a_way_that_nobody_knows(merchant: Merchant, name: str, value: str) -> None:
    error = merchant.api.get("/orders", params={name: value}, headers=CSV)
    assert error.status_code == 400
    assert error.json()["error"]["field"] == name


def test_how_a_file_is_written_is_asked_for_once_and_of_files_only(merchant: Merchant) -> None:
    twice = merchant.api.get("/orders?bom=true&bom=true", headers=CSV)
    assert (twice.status_code, twice.json()["error"]["field"]) == (400, "bom")
    pages = merchant.api.get("/orders?time_zone=Asia/Kolkata")
    assert (pages.status_code, pages.json()["error"]["field"]) == (400, "time_zone")


def test_filters_hold_for_the_file(merchant: Merchant) -> None:
    merchant.order(100)
    kept = merchant.order(900)
    rows = rows_of(merchant.api.get("/orders", params={"amount_min": "500", "limit": "1"}, headers=CSV))
    assert ids(rows) == [kept["id"]]  # type: ignore[arg-type]


def test_a_wrong_filter_is_an_error_and_not_a_file(merchant: Merchant) -> None:
    answer = merchant.api.get("/orders", params={"status": "gone"}, headers=CSV)
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "status"


@pytest.mark.parametrize(
    ("accept", "is_csv"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/csv, */*;q=0.1", True),
        ("application/json;q=0.5, text/csv", True),
        ("application/json, text/csv", False),
        ("text/csv;q=0.5, application/json", False),
        ("text/csv;q=0", False),
        ("text/csv;q=x", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
        # A range of types asks for CSV only where JSON is not taken at all.
        ("text/*", True),
        ("text/*;q=0.5", True),
        ("text/html, text/*;q=0.5", True),
        ("text/*, application/json", False),
        ("text/*, */*;q=0.1", False),
        ("text/*, application/*;q=0.1", False),
        ("text/*, application/json;q=0", True),
        ("*/*, application/json;q=0", True),
        ("text/*;q=0", False),
        ("text/csv;q=0, text/*", False),
        ("text/html", False),
        # Weights: of the most exact range, whatever else is said of it.
        ("text/csv;q=0.5", True),
        ("text/csv; q=0.001", True),
        ("text/csv;q=0.000", False),
        ("text/csv;q=0.5, */*", False),
        ("text/csv, */*", True),
        ("text/csv, application/*", True),
        ("text/csv;q=0.9, application/*", False),
        ("application/json;q=0.8, text/csv;q=0.9", True),
        ("application/json;q=0.9, text/csv;q=0.8", False),
        ("text/csv;header=present;q=0.9, application/json;q=0.1", True),
        ('text/csv;a="b, application/json", application/json;q=0.5', True),
        ("text/csv;Q=0.5, application/json", False),
        ("text/csv;q=1.000", True),
        ("text/csv;q=1.5", False),
        ("text/csv;q=-1", False),
        ("text/csv;q=nan", False),
        ("text/csv;q=1e0", False),
        ("text/csv;q=", False),
        ("text/csvx", False),
        ("x-text/csv", False),
        (",,", False),
        # Longer than what is kept of the answers before.
        ("text/csv" + ", application/vnd.example+json;q=0.5" * 9, True),
        ("application/json, text/csv;q=0.9" + ", application/vnd.example+json;q=0.5" * 9, False),
    ],
)
def test_the_accept_header_decides(merchant: Merchant, accept: str, is_csv: bool) -> None:
    answer = merchant.api.get("/orders", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv") == is_csv


def test_slow_readers_of_files_hold_no_connection(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> None:
    stack, _ = new_stack(GATEWAY_DATABASE_POOL_SIZE="1")
    stack.start("api")
    shop = stack.merchant()
    stack.sql(
        """
        INSERT INTO orders (id, merchant_id, mode, amount, currency, notes, capture, created_at, updated_at)
        SELECT 'order_' || lpad(n::text, 16, '0'), %s, 'test', 500, 'INR',
               jsonb_build_object('long', repeat('x', 8000)), 'automatic', now(), now()
        FROM generate_series(1, 3000) n
        """,
        (shop.id,),
    )
    with ExitStack() as exits:
        for _ in range(3):
            answer = exits.enter_context(shop.api.stream("GET", "/orders", headers=CSV))
            assert answer.status_code == 200
            next(answer.iter_bytes(100))
        assert shop.api.post("/orders", json={"amount": 500}, timeout=4).status_code == 201

"""Lists as CSV: the whole of what the filters leave, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from dev.redis import RedisServer
from gateway.pages.export import csv_cell
from tests.functions.test_lists import ids, seed_payments, walk
from tests.support.client import Merchant
from tests.support.stack import Stack

CSV = {"Accept": "text/csv"}


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


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


def test_filters_hold_for_the_file(merchant: Merchant) -> None:
    merchant.order(100)
    kept = merchant.order(900)
    rows = rows_of(merchant.api.get("/orders", params={"amount_min": "500", "limit": "1"}, headers=CSV))
    assert ids(rows) == [kept["id"]]  # type: ignore[arg-type]


def test_a_wrong_filter_is_an_error_and_not_a_file(merchant: Merchant) -> None:
    answer = merchant.api.get("/orders", params={"status": "gone"}, headers=CSV)
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "status"


def test_no_cell_is_a_formula(merchant: Merchant) -> None:
    nasty = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
    for receipt in nasty:
        merchant.order(receipt=receipt)
    cells = [row["receipt"] for row in rows_of(merchant.api.get("/orders", headers=CSV))]
    assert cells == [f"'{receipt}" for receipt in reversed(nasty)]


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "true"), (False, "false"), (7, 7), ("a", "a"), ("a=b", "a=b"), ({}, "{}"), ("-", "'-")],
)
def test_a_cell_keeps_what_is_harmless(value: Any, cell: Any) -> None:
    assert csv_cell(value) == cell


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

"""No cell of a file is a formula, whatever a shop has stored."""

from typing import Any

import pytest

from gateway.pages.cells import csv_cell
from tests.functions.test_csv import CSV, refunded, rows_of
from tests.support.client import Merchant


def test_no_cell_is_a_formula(merchant: Merchant) -> None:
    nasty = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
    for receipt in nasty:
        merchant.order(receipt=receipt)
    cells = [row["receipt"] for row in rows_of(merchant.api.get("/orders", headers=CSV))]
    assert cells == [f"'{receipt}" for receipt in reversed(nasty)]


BEHIND = {
    "a blank": " ", "two blanks": "  ", "a no-break space": "\u00a0", "a narrow one": "\u202f",
    "an em space": "\u2003", "an ideographic space": "\u3000", "a zero-width space": "\u200b",
    "a byte-order mark": "\ufeff", "a left-to-right mark": "\u200e", "an override": "\u202e",
    "a soft hyphen": "\u00ad", "a word joiner": "\u2060", "a filler": "\u3164", "an empty braille cell": "\u2800",
    "a combining mark": "\u0301", "a line separator": "\u2028", "a control": "\x0b", "an escape": "\x1b",
    "a mixture": "\u200b \ufeff\u00a0",
}  # fmt: skip


@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠﹦﹢﹣﹫⁺⁻⁼₊₋−"])
def test_a_formula_of_any_width_is_text(sign: str) -> None:
    assert csv_cell(f"{sign}SUM(A1)") == f"'{sign}SUM(A1)"


@pytest.mark.parametrize("before", BEHIND.values(), ids=BEHIND)
def test_a_formula_behind_what_is_not_seen_is_text(before: str) -> None:
    for sign in "=+-@＝":
        assert csv_cell(f"{before}{sign}SUM(A1)") == f"'{before}{sign}SUM(A1)"
    assert csv_cell(f"{before}words = more") == f"{before}words = more"


def test_what_is_not_seen_at_all_is_no_formula() -> None:
    for text in ("", " ", "\u200b", "–5", "—", "_=1", "'=1", "5-3", "a@b.example", "é=1", "नोट - एक"):
        assert csv_cell(text) == text


def test_formulas_are_neutralised_in_every_column_of_text(merchant: Merchant) -> None:
    refunded(merchant, merchant.paid(receipt="\u00a0=1", notes={"a": "=1"}), 100, reason="\u200b@x")
    row = rows_of(merchant.api.get("/refunds", headers=CSV))[0]
    assert (row["reason"], row["receipt"], row["notes"]) == ("'\u200b@x", "'\u00a0=1", '{"a":"=1"}')


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "true"), (False, "false"), (7, 7), ("a", "a"), ("a=b", "a=b"), ({}, "{}"), ("-", "'-")],
)
def test_a_cell_keeps_what_is_harmless(value: Any, cell: Any) -> None:
    assert csv_cell(value) == cell

"""Currencies of every number of decimals: what goes in comes out everywhere, as an integer of minor units."""

import itertools
import re
from typing import Any

import pytest

from gateway.money import CURRENCY_DIGITS, format_amount
from tests.support.client import Merchant, at_once
from tests.support.envelope import expect_error
from tests.support.stack import ROOT, eventually

# ISO 4217, list one: a code of each number of digits that is easily got wrong.
KNOWN = {"INR": 2, "USD": 2, "CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "UGX": 0, "VND": 0, "XOF": 0, "HUF": 2,
         "IDR": 2, "MGA": 2, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3}  # fmt: skip
NO_MONEY: list[Any] = [
    "500", "5e2", 500.0, 500.5, True, False, -1, 0, -(10**12), 10**12 + 1, 2**63, [500], {"amount": 500},
]  # fmt: skip


def test_the_table_has_the_digits_of_iso_4217() -> None:
    assert {code: CURRENCY_DIGITS[code] for code in KNOWN} == KNOWN
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in CURRENCY_DIGITS)
    assert sorted(set(CURRENCY_DIGITS.values())) == [0, 2, 3]
    assert len(CURRENCY_DIGITS) > 150


def test_every_currency_goes_in_and_comes_out(merchant: Merchant) -> None:
    codes = sorted(CURRENCY_DIGITS)

    def round_trip(n: int) -> None:
        for code in itertools.islice(codes, n, None, 8):
            made = merchant.order(100 + n, currency=code)
            read = merchant.api.get(f"/orders/{made['id']}").json()
            assert (read["amount"], read["currency"], read) == (100 + n, code, made)
            public = merchant.api.get(f"/orders/{made['id']}/public").json()
            assert (public["amount"], public["currency"]) == (100 + n, code)

    at_once(8, round_trip)
    csv = merchant.api.get("/orders", headers={"Accept": "text/csv"}).text
    assert all(f",{code}," in csv for code in codes)


def test_no_other_spelling_and_no_other_code_is_taken(merchant: Merchant) -> None:
    wrong = [code.lower() for code in CURRENCY_DIGITS] + [code.title() for code in list(CURRENCY_DIGITS)[:5]]
    wrong += ["XXX", "XTS", "XAU", "XDR", "USN", "CHE", "ZZZ", "BTC", "DEM", "HRK", "IN", "INRR", " INR", "INR "]

    def refused(n: int) -> None:
        for code in itertools.islice(wrong, n, None, 8):
            answer = merchant.api.post("/orders", json={"amount": 500, "currency": code})
            expect_error(answer, "BAD_REQUEST_ERROR", "currency must be an upper-case ISO 4217 code", "currency")

    at_once(8, refused)


@pytest.mark.parametrize(("amount", "currency"), [(500, "JPY"), (50_000, "INR"), (1_000, "KWD"), (10**12, "BHD")])
def test_an_amount_stays_what_it_is_from_order_to_ledger(merchant: Merchant, amount: int, currency: str) -> None:
    payment = merchant.paid(amount, currency=currency)
    assert (payment["amount"], payment["amount_captured"], payment["currency"]) == (amount, amount, currency)
    back = amount // 2
    made = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": back}).json()
    assert (made["amount"], made["currency"]) == (back, currency)

    def processed() -> bool:
        return bool(merchant.api.get(f"/refunds/{made['id']}").json()["status"] == "processed")

    eventually(processed, what="a processed refund")
    entries = merchant.api.get("/ledger/entries", params={"payment_id": payment["id"]}).json()["data"]
    assert sorted((one["amount"], one["currency"]) for one in entries) == sorted(
        [(amount, currency), (back, currency), (back, currency)]
    )
    (balances,) = merchant.api.get("/ledger/balances").json()["data"]
    assert (balances["currency"], balances["merchant_payable"]) == (currency, amount - back)
    told = merchant.api.get("/events", params={"object_id": payment["id"]}).json()["data"]
    facts = {(one["data"]["payment"]["amount"], one["data"]["payment"]["currency"]) for one in told}
    assert facts == {(amount, currency)}
    books = merchant.api.get(f"/test/processor/{payment['id']}").json()["operations"]
    assert (books["authorize"]["amount"], books["refund"]["amount"]) == (amount, back)


def test_people_see_as_many_decimals_as_the_currency_has() -> None:
    shown = {currency: format_amount(1_000, currency) for currency in ("JPY", "INR", "KWD")}
    assert shown == {"JPY": "1000 JPY", "INR": "10.00 INR", "KWD": "1.000 KWD"}
    assert format_amount(5, "KWD") == "0.005 KWD"
    assert format_amount(10**12, "USD") == "10000000000.00 USD"


@pytest.mark.parametrize("verb", ["order", "capture", "refund"])
def test_what_is_no_amount_is_refused_by_every_verb(merchant: Merchant, verb: str) -> None:
    payment = merchant.paid(50_000, capture="automatic" if verb == "refund" else "manual")
    path = {"order": "/orders", "capture": f"/payments/{payment['id']}/capture",
            "refund": f"/payments/{payment['id']}/refunds"}[verb]  # fmt: skip
    for wrong in NO_MONEY:
        expect_error(merchant.api.post(path, json={"amount": wrong}), "BAD_REQUEST_ERROR", field="amount")
    assert merchant.payment(payment["id"]) == payment


def test_the_dashboard_and_the_checkout_have_the_same_digits() -> None:
    """Their tables are their own, for they run in a browser; an amount of other digits would be another amount."""
    for table in ("web/dashboard/src/lib/currencies.ts", "web/checkout/src/money.ts"):
        source = (ROOT / table).read_text()
        for name, digits in (("ZERO", 0), ("THREE", 3)):
            found = re.search(rf"const {name} = '([A-Z ]+)'", source)
            assert found is not None
            assert set(found[1].split()) == {code for code, has in CURRENCY_DIGITS.items() if has == digits}
    source = (ROOT / "web/dashboard/src/lib/currencies.ts").read_text()
    two = source.partition("const TWO =")[2].partition(";")[0]
    assert set(re.findall(r"[A-Z]{3}", two)) == {code for code, has in CURRENCY_DIGITS.items() if has == 2}

"""A text is found however it is typed: composed or not, in capitals, with either sigma."""

import unicodedata

import pytest

from tests.support.client import Merchant


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("Café-7", unicodedata.normalize("NFD", "Café-7")),
        (unicodedata.normalize("NFD", "Café-8"), "Café-8"),
        (unicodedata.normalize("NFD", "Café-9"), "CAFÉ"),
        ("ΟΔΟΣ", "οδος"),
        ("οδος", "ΟΔΟΣ"),
        ("οδοσ", "ΟΔΟΣ"),
        ("ΟΔΟΣ 12", "οδος 1"),
        ("ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς"),
        ("한국", unicodedata.normalize("NFD", "한국")),
        ("नमस्ते", "नमस्ते"),
        ("Straße", "STRAß"),
    ],
)
def test_an_order_is_found_by_its_receipt(merchant: Merchant, kept: str, typed: str) -> None:
    order = merchant.order(receipt=kept)
    merchant.order(receipt="something else")
    assert order["receipt"] == kept, "as it was given"
    listed = merchant.api.get("/orders", params={"q": typed}).json()["data"]
    assert [row["id"] for row in listed] == [order["id"]]
    found = merchant.api.get("/search", params={"q": typed})
    assert [row["id"] for row in found.json()["data"]] == [order["id"]]


def test_a_refund_is_found_by_its_reason(merchant: Merchant) -> None:
    payment = merchant.paid()
    reason = unicodedata.normalize("NFD", "Zu spät")
    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 1, "reason": reason}).json()
    listed = merchant.api.get("/refunds", params={"q": "zu SPÄT"}).json()["data"]
    assert [row["id"] for row in listed] == [refund["id"]]

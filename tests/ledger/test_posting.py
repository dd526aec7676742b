"""Each movement of money is in the ledger, once, with the right accounts, and the merchant can read it."""

from typing import Any

from tests.support.client import Merchant, at_once
from tests.support.stack import Stack, eventually


def entries(merchant: Merchant, **parameters: str) -> list[tuple[str, int, str, str]]:
    """What the API lists: kind, amount, debit, credit, oldest first."""
    answer = merchant.api.get("/ledger/entries", params={"limit": 100, **parameters})
    assert answer.status_code == 200, answer.text
    rows = reversed(answer.json()["data"])
    return [(row["kind"], row["amount"], row["debit"], row["credit"]) for row in rows]


def balances(merchant: Merchant, currency: str = "INR") -> dict[str, int]:
    """The merchant's accounts that are not empty."""
    data = merchant.api.get("/ledger/balances").raise_for_status().json()["data"]
    (row,) = [one for one in data if one["currency"] == currency]
    return {name: value for name, value in row.items() if name != "currency" and value}


def settled_refund(merchant: Merchant, payment: dict[str, Any], amount: int, status: str) -> dict[str, Any]:
    """A refund that has ended so."""
    refund = merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": amount}).json()

    def ended() -> dict[str, Any] | None:
        now: dict[str, Any] = merchant.api.get(f"/refunds/{refund['id']}").json()
        return now if now["status"] == status else None

    return eventually(ended, what=f"a {status} refund")


CAPTURE = ("processor_receivable", "merchant_payable")


def test_an_automatic_payment_is_one_entry(merchant: Merchant) -> None:
    payment = merchant.paid(50_000)
    assert entries(merchant) == [("capture", 50_000, *CAPTURE)]
    (row,) = merchant.api.get("/ledger/entries").json()["data"]
    assert (row["id"], row["object_id"]) == (f"{payment['id']}:capture", payment["id"])
    assert balances(merchant) == {"processor_receivable": 50_000, "merchant_payable": 50_000}


def test_what_fails_or_waits_moves_nothing(merchant: Merchant) -> None:
    merchant.settled(merchant.upi(merchant.order(), "failure@bank"), "failed")
    waiting = merchant.settled(merchant.upi(merchant.order(), "pending@bank"), "requires_action")
    assert merchant.api.post(f"/payments/{waiting['id']}/cancel").status_code == 200
    assert entries(merchant) == []
    assert merchant.api.get("/ledger/balances").json()["data"] == []


def test_a_part_captured_releases_the_whole_hold(merchant: Merchant) -> None:
    payment = merchant.paid(90_00, capture="manual", currency="USD")
    hold = ("authorization", 90_00, "authorized_receivable", "authorized_payable")
    assert entries(merchant) == [hold]
    assert balances(merchant, "USD") == {"authorized_receivable": 90_00, "authorized_payable": 90_00}
    answers = at_once(
        20, lambda _: merchant.api.post(f"/payments/{payment['id']}/capture", json={"amount": 40_00})
    )
    assert {answer.status_code for answer in answers} == {200}
    eventually(lambda: merchant.payment(payment["id"])["capture_status"] == "succeeded", what="the bank's yes")
    assert sorted(entries(merchant, object_id=payment["id"])) == [
        hold,
        ("capture", 40_00, *CAPTURE),
        ("release", 90_00, "authorized_payable", "authorized_receivable"),
    ]
    assert balances(merchant, "USD") == {"processor_receivable": 40_00, "merchant_payable": 40_00}


def test_a_void_releases_the_hold_and_a_repeat_adds_nothing(merchant: Merchant) -> None:
    payment = merchant.paid(70_00, capture="manual")
    for _ in range(2):
        assert merchant.api.post(f"/payments/{payment['id']}/cancel").status_code == 200
        eventually(lambda: merchant.payment(payment["id"])["void_status"] == "succeeded", what="the bank's yes")
    assert [entry[0] for entry in entries(merchant)] == ["authorization", "release"]
    assert balances(merchant) == {}


def test_a_refund_is_reserved_and_then_paid_out_or_returned(merchant: Merchant) -> None:
    payment = merchant.paid(50_000)
    settled_refund(merchant, payment, 20_000, "processed")
    assert balances(merchant) == {"processor_receivable": 30_000, "merchant_payable": 30_000}
    refusing = merchant.settled(merchant.upi(merchant.order(10_000), "refundfail@bank"))
    settled_refund(merchant, refusing, 10_000, "failed")
    assert balances(merchant) == {"processor_receivable": 40_000, "merchant_payable": 40_000}
    assert entries(merchant, payment_id=refusing["id"]) == [
        ("capture", 10_000, *CAPTURE),
        ("reserve", 10_000, "merchant_payable", "refunds_pending"),
        ("return", 10_000, "refunds_pending", "merchant_payable"),
    ]
    assert [one[:2] for one in entries(merchant, kind="payout")] == [("payout", 20_000)]
    assert len(entries(merchant, account="refunds_pending")) == 4


def test_a_pending_refund_is_on_its_way_back(merchant: Merchant) -> None:
    payment = merchant.settled(merchant.card(merchant.order(50_000), "4000000000007726"))
    merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 15_000}).raise_for_status()
    assert balances(merchant) == {
        "processor_receivable": 50_000,
        "merchant_payable": 35_000,
        "refunds_pending": 15_000,
    }


def test_a_merchant_sees_its_own_books_only(stack: Stack, merchant: Merchant) -> None:
    other = stack.merchant()
    payment = merchant.paid()
    assert entries(other) == []
    assert entries(other, object_id=payment["id"]) == []
    assert entries(other, payment_id=payment["id"]) == []
    assert other.api.get("/ledger/balances").json()["data"] == []
    assert other.api.get("/ledger/balances", params={"merchant_id": merchant.id}).status_code == 400


def test_entries_come_in_pages_and_as_csv(merchant: Merchant) -> None:
    for _ in range(3):
        merchant.paid()
    first = merchant.api.get("/ledger/entries", params={"limit": 2}).json()
    assert first["has_more"]
    rest = merchant.api.get("/ledger/entries", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert len({row["id"] for row in first["data"] + rest["data"]}) == 3
    csv = merchant.api.get("/ledger/entries", headers={"Accept": "text/csv"})
    header, *rows = csv.text.split("\r\n")[:-1]
    assert header == "id,kind,debit,credit,amount,currency,object_id,created_at,amount_major"
    assert len(rows) == 3
    assert merchant.api.get("/ledger/entries", params={"kind": "gift"}).status_code == 400
    assert merchant.api.get("/ledger/entries", params={"object_id": "order_8sHk2LmNq0PzRtVw"}).status_code == 400

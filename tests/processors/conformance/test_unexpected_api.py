"""What a merchant sees of money that nobody expected and of disputes, and what may be done about it."""

import csv
import io
from collections.abc import Iterator

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.processors.conformance.telling import differences, tell_all, unexpected
from tests.processors.conformance.test_unexpected_money import paid_while_cancelled, returned
from tests.support.envelope import expect_error
from tests.support.fake_door import FakeDoor, urls_of
from tests.support.processors import Shop, open_shop
from tests.support.stack import Stack, copy_database, database_of, eventually, temporary_folder


@pytest.fixture(scope="module")
def keepers(postgres: PostgresServer, redis_server: RedisServer, fakes: dict[str, FakeDoor]) -> Iterator[Stack]:
    """A product over all fakes that pays nothing back by itself."""
    with temporary_folder() as folder:
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        env = {"GATEWAY_PAYMENT_SECONDS": "60", "GATEWAY_UNEXPECTED_REFUNDS": "false"}
        product = Stack(url, redis_server.url, folder, env | urls_of(*fakes.values()))
        try:
            product.start("api", "worker")
            yield product
        finally:
            product.stop()


@pytest.fixture
def keeping(keepers: Stack, fake: FakeDoor) -> Iterator[Shop]:
    """A shop there; its key may do all."""
    shop = open_shop(keepers, fake)
    keepers.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (shop.merchant.key,))
    yield shop
    shop.put_aside()


def test_what_is_kept_goes_back_by_a_persons_word(keeping: Shop) -> None:
    shop, api = keeping, keeping.merchant.api
    payment = paid_while_cancelled(shop)
    (kept,) = eventually(lambda: api.get("/unexpected-payments").json()["data"], what="unexpected money")
    assert (kept["payment_id"], kept["reason"], kept["status"]) == (payment["id"], "late", "kept")
    assert api.get(f"/unexpected-payments/{kept['id']}").json() == kept
    assert api.get("/overview", params={"range": "today"}).json()["attention"]["unexpected_payments"] == 1
    for filters, count in (({"status": "kept"}, 1), ({"status": "returned"}, 0), ({"reason": "twice"}, 0),
                           ({"payment_id": payment["id"]}, 1)):  # fmt: skip
        assert len(api.get("/unexpected-payments", params=filters).json()["data"]) == count
    (row,) = csv.DictReader(io.StringIO(api.get("/unexpected-payments", headers={"Accept": "text/csv"}).text))
    assert (row["id"], row["amount_major"], row["order_id"]) == (kept["id"], "500.00", payment["order_id"])
    made = api.post("/keys", json={"label": "Shop", "scopes": ["read", "write"]}).json()
    headers = {"X-Api-Key": made["key"]["id"], "X-Api-Secret": made["secret"]}
    expect_error(api.post(f"/unexpected-payments/{kept['id']}/refund", headers=headers), "PERMISSION_ERROR")
    asked = api.post(f"/unexpected-payments/{kept['id']}/refund")
    assert (asked.status_code, asked.json()["status"]) == (200, "returning"), asked.text
    returned(shop, payment)
    expect_error(api.post(f"/unexpected-payments/{kept['id']}/refund"), "BAD_REQUEST_ERROR")
    assert len(shop.fake.act("refunds", payment_id=payment["id"])) == 1
    asked_for = "SELECT object_id FROM audit_log WHERE action = 'unexpected.refunded' AND merchant_id = %s"
    actions = shop.stack.sql(asked_for, (shop.merchant.id,))
    assert actions == [(kept["id"],)]
    timeline = api.get(f"/payments/{payment['id']}/timeline").json()["data"]
    titles = [entry["title"] for entry in timeline if entry["kind"] == "event"]
    assert titles[-2:] == ["payment.unexpected", "payment.unexpected_returned"]
    assert differences(shop) == []


def test_what_was_refused_is_asked_for_under_another_key(keeping: Shop) -> None:
    """A processor takes the old one for a repeat, and would refuse again."""
    shop, api = keeping, keeping.merchant.api
    payment = paid_while_cancelled(shop)
    (kept,) = eventually(lambda: api.get("/unexpected-payments").json()["data"], what="unexpected money")
    shop.fake.act("refunds_become", status="failed")
    api.post(f"/unexpected-payments/{kept['id']}/refund")
    eventually(lambda: unexpected(shop, payment["id"]) == [("late", 50_000, "review")], what="a review")
    shop.fake.act("refunds_become", status="succeeded")
    assert api.post(f"/unexpected-payments/{kept['id']}/refund").status_code == 200
    returned(shop, payment)
    refunds = "SELECT key FROM processor_operations WHERE kind = 'refund' AND payment_id = %s ORDER BY key"
    keys = shop.stack.sql(refunds, (payment["id"],))
    assert keys == [(f"{kept['id']}:refund",), (f"{kept['id']}:refund:2",)]
    assert shop.fake.book(payment["id"])["refunded"] == 50_000
    assert differences(shop) == []


def test_disputes_are_listed_and_read(shop: Shop) -> None:
    payment, api = shop.paid(), shop.merchant.api
    shop.fake.act("dispute", payment_id=payment["id"])
    tell_all(shop, payment["id"])
    (dispute,) = eventually(lambda: api.get("/disputes").json()["data"], what="a dispute")
    assert (dispute["payment_id"], dispute["amount"], dispute["status"]) == (
        payment["id"],
        50_000,
        "needs_response",
    )
    assert api.get(f"/disputes/{dispute['id']}").json() == dispute
    assert api.get("/disputes", params={"status": "won"}).json()["data"] == []
    (row,) = csv.DictReader(io.StringIO(api.get("/disputes", headers={"Accept": "text/csv"}).text))
    assert (row["id"], row["order_id"]) == (dispute["id"], payment["order_id"])
    assert api.get("/overview", params={"range": "today"}).json()["attention"]["open_disputes"] == 1
    timeline = api.get(f"/payments/{payment['id']}/timeline").json()["data"]
    assert "dispute.created" in [entry["title"] for entry in timeline]


def test_a_payment_in_review_is_looked_at_again_by_a_persons_word(shop: Shop) -> None:
    """Over an account nothing is captured or voided anew: the processor is asked how it stands."""
    payment = shop.paid()
    for status in ("success", "failed"):
        if status == "failed":
            payment = shop.prepared()
            shop.grow_old(payment["id"], 3600)
            shop.ends(payment, "failed")
        shop.stack.sql(
            "UPDATE payments SET work = NULL, due_at = NULL, lease_token = NULL, review_reason = 'something' "
            "WHERE id = %s", (payment["id"],)
        )  # fmt: skip
        before = len(shop.fake.about(payment["id"], "capture"))
        assert shop.merchant.api.post(f"/jobs/{payment['id']}/retry").status_code == 200
        shop.becomes(payment["id"], lambda now: now["review_reason"] is None, "looked at")
        assert len(shop.fake.about(payment["id"], "capture")) == before
        assert shop.merchant.payment(payment["id"])["status"] == status
    assert differences(shop) == []

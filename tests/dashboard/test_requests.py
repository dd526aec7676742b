"""The request log."""

from typing import Any

import pytest

from gateway.requests.model import without_card_numbers
from tests.dashboard.conftest import Shop
from tests.support.client import Merchant
from tests.support.stack import eventually


def _logged(merchant: Merchant, request_id: str) -> dict[str, Any]:
    """The line of a request that the same process has answered: there at once."""
    answer = merchant.api.get(f"/requests/{request_id}").raise_for_status()
    line: dict[str, Any] = answer.json()
    return line


def test_a_request_is_found_by_its_id_with_status_key_and_error(shop: Shop) -> None:
    merchant = shop.merchant
    good = merchant.api.post("/orders?a=1", json={"amount": 50_000, "receipt": "secret-receipt"})
    bad = merchant.api.post("/orders", json={"amount": 1}, headers={"X-Request-Id": "my-own-id-77"})
    line = _logged(merchant, bad.json()["error"]["request_id"])
    assert (line["request_id"], line["method"], line["path"]) == ("my-own-id-77", "POST", "/api/v1/orders")
    assert (line["status"], line["error_code"], line["key_id"]) == (400, "BAD_REQUEST_ERROR", merchant.key)
    assert line["user"] is None
    assert line["duration_ms"] > 0
    line = _logged(merchant, good.headers["X-Request-Id"])
    assert (line["status"], line["error_code"], line["path"]) == (201, None, "/api/v1/orders")
    assert "secret-receipt" not in str(merchant.api.get("/requests").json())


def test_the_log_is_filtered_paged_and_exported(shop: Shop) -> None:
    merchant = shop.merchant
    for amount in (1, 2, 50_000):
        merchant.api.post("/orders", json={"amount": amount})
    merchant.api.get("/orders/order_0000000000000000")
    last = merchant.api.get("/refunds?limit=1")
    _logged(merchant, last.headers["X-Request-Id"])

    def statuses(**filters: Any) -> list[int]:
        rows = merchant.api.get("/requests", params=filters).raise_for_status().json()["data"]
        return [row["status"] for row in rows]

    assert statuses() == [200, 404, 201, 400, 400]
    assert statuses(status="error") == [404, 400, 400]
    assert statuses(status="4xx", method="POST") == [400, 400]
    assert statuses(status="404") == [404]
    assert statuses(key_id=merchant.key, status="2xx", method="POST") == [201]
    page = merchant.api.get("/requests", params={"limit": 2, "method": "POST"}).json()
    rest = merchant.api.get(
        "/requests", params={"limit": 2, "method": "POST", "cursor": page["next_cursor"]}
    ).json()
    assert [row["status"] for row in page["data"] + rest["data"]] == [201, 400, 400]
    csv = merchant.api.get("/requests", params={"method": "POST"}, headers={"Accept": "text/csv"}).text
    assert len(csv.splitlines()) == 4
    for wrong in ({"status": "abc"}, {"status": "6xx"}, {"method": "BREW"}, {"colour": "red"}):
        assert merchant.api.get("/requests", params=wrong).status_code == 400


def test_changes_by_people_are_told_with_their_address_and_reads_are_not(shop: Shop) -> None:
    shop.owner.client.get("/orders?limit=1")
    made = shop.owner.client.post("/orders", json={"amount": 50_000})
    line = _logged(shop.merchant, made.headers["X-Request-Id"])
    assert (line["user"], line["key_id"]) == (shop.owner.email, None)
    missing = shop.owner.client.get("/orders/order_0000000000000000")
    assert _logged(shop.merchant, missing.headers["X-Request-Id"])["status"] == 404
    people = [row for row in shop.merchant.api.get("/requests").json()["data"] if row["user"]]
    assert [(row["method"], row["status"]) for row in people] == [("GET", 404), ("POST", 201)]


def test_who_may_read_it(shop: Shop, merchant: Merchant) -> None:
    mine = shop.merchant.api.get("/orders?limit=1").headers["X-Request-Id"]
    assert _logged(shop.merchant, mine)
    assert merchant.api.get(f"/requests/{mine}").status_code == 404
    assert shop.member("developer").client.get("/requests").status_code == 200
    for role in ("support", "viewer"):
        assert shop.member(role).client.get("/requests").status_code == 403


@pytest.mark.parametrize(
    "path", ["/pay/4242424242424242", "/pay/4242-4242-4242-4242", "/pay/4242%204242%204242%204242"]
)
def test_card_numbers_in_paths_are_blotted_out(path: str) -> None:
    assert without_card_numbers(path) == "/pay/•••"
    assert without_card_numbers("/orders/order_1234567890123456") == "/orders/order_•••"
    assert without_card_numbers("/pay_8sHk2LmNq0PzRtVw") == "/pay_8sHk2LmNq0PzRtVw"


def test_old_lines_are_deleted(shop: Shop) -> None:
    merchant = shop.merchant
    request_id = merchant.api.get("/orders?limit=1").headers["X-Request-Id"]
    _logged(merchant, request_id)
    shop.stack.sql(
        "UPDATE request_log SET created_at = now() - interval '73 hours' WHERE request_id = %s", (request_id,)
    )
    # The oldest lines go first; what other tests have written after it stays.
    shop.stack.sql(
        "UPDATE request_log SET created_at = now() - interval '73 hours' WHERE id < "
        "(SELECT id FROM request_log WHERE request_id = %s)",
        (request_id,),
    )
    eventually(lambda: merchant.api.get(f"/requests/{request_id}").status_code == 404, what="the sweep")

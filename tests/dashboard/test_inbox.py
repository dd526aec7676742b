"""The webhook inbox."""

import hmac
import json
from typing import Any
from uuid import uuid4

from tests.dashboard.conftest import Shop
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import eventually


def _received(merchant: Merchant, count: int) -> list[dict[str, Any]]:
    def ask() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = merchant.api.get("/inbox").json()["data"]
        return found if len(found) >= count else None

    return eventually(ask, what=f"{count} webhooks in the inbox")


def test_the_inbox_shows_our_webhooks_as_verified(shop: Shop) -> None:
    merchant = shop.merchant
    assert merchant.api.get("/inbox").json() == {"endpoint_id": None, "url": None, "answer": None, "data": []}
    inbox = merchant.api.post("/inbox").raise_for_status().json()
    assert merchant.api.post("/inbox").json()["endpoint_id"] == inbox["endpoint_id"]
    payment = merchant.paid()
    found = _received(merchant, 4)
    assert all(one["verified"] and one["problems"] == [] and one["answered"] == 200 for one in found), found
    assert {"payment.created", "payment.success"} <= {one["event"] for one in found}
    assert payment["id"] in found[0]["body"] + found[1]["body"]
    assert "authorization" not in found[0]["headers"]
    assert merchant.api.delete("/inbox").json()["data"] == []
    assert merchant.api.get("/inbox").json()["endpoint_id"] is None


def test_what_somebody_else_posts_is_shown_as_not_verified(shop: Shop) -> None:
    merchant = shop.merchant
    inbox = merchant.api.post("/inbox").json()
    secret = merchant.api.get(f"/webhooks/endpoints/{inbox['endpoint_id']}/secret").json()["secret"]
    body = json.dumps({"event": "payment.success"}).encode()
    good = {"X-Webhook-Signature": hmac.new(secret.encode(), body, "sha256").hexdigest()}
    posted = [
        merchant.api.post(inbox["url"], content=body, headers=headers).json()
        for headers in (good, {"X-Webhook-Signature": "0" * 64}, {})
    ]
    assert [one["verified"] for one in posted] == [True, False, False]
    shown = _received(merchant, 3)
    assert [one["verified"] for one in shown] == [False, False, True]
    assert shown[1]["problems"][0]["fix"]
    for hostile in (b"", b"\xff\xfe", b'{"event": 7}', b"[" * 5000, b'{"event":"a\\u0000b"}'):
        assert merchant.api.post(inbox["url"], content=hostile).json()["verified"] is False
    expect_error(merchant.api.post(inbox["url"], content=b"x" * 70_000), "PAYLOAD_TOO_LARGE")
    expect_error(merchant.api.post(inbox["url"][:-3] + "abc", content=b"{}"), "NOT_FOUND_ERROR")


def test_a_failing_inbox_shows_how_retries_look(shop: Shop) -> None:
    merchant = shop.merchant
    inbox = merchant.api.post("/inbox", json={"answer": 503}).json()
    sent = merchant.api.post(f"/webhooks/endpoints/{inbox['endpoint_id']}/test").json()
    assert (sent["delivered"], sent["response_code"]) == (False, 503)
    [shown] = _received(merchant, 1)
    assert (shown["verified"], shown["answered"]) == (True, 503)
    assert merchant.api.post("/inbox", json={"answer": 200}).json()["answer"] == 200
    assert merchant.api.post(f"/webhooks/endpoints/{inbox['endpoint_id']}/test").json()["delivered"] is True


def test_the_inbox_is_bounded_and_the_merchants_own(shop: Shop, merchant: Merchant) -> None:
    inbox = shop.merchant.api.post("/inbox").json()
    for number in range(104):
        shop.merchant.api.post(inbox["url"], content=str(number).encode())
    shown = shop.merchant.api.get("/inbox").json()["data"]
    assert [one["body"] for one in shown] == [str(number) for number in range(103, 3, -1)]
    assert (
        shop.stack.sql("SELECT count(*) FROM webhook_inbox WHERE merchant_id = %s", (shop.merchant.id,))[0][0]
        == 100
    )
    assert merchant.api.get("/inbox").json()["data"] == []
    assert shop.member("viewer").client.post("/inbox").status_code == 403
    expect_error(shop.stack.merchant("live").api.get("/inbox"), "BAD_REQUEST_ERROR")


def test_the_token_of_an_inbox_is_in_no_log(shop: Shop) -> None:
    url = shop.merchant.api.post("/inbox").json()["url"]
    asked = [f"req_inbox_{uuid4().hex}" for _ in range(3)]
    answers = [
        shop.merchant.api.post(url, content=b"{}", headers={"X-Request-Id": asked[0]}),
        shop.merchant.api.get(url, headers={"X-Request-Id": asked[1]}),
        shop.merchant.api.post(f"{url}x", headers={"X-Request-Id": asked[2]}),
    ]
    assert [answer.status_code for answer in answers] == [200, 405, 404]
    logs = eventually(lambda: all(one in shop.stack.logs() for one in asked) and shop.stack.logs())
    assert url.rpartition("/")[2] not in logs

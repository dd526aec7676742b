"""From an event to a signed request at the merchant, and back into the log."""

import json
from itertools import pairwise
from uuid import uuid4

import pytest
from razorpay import Utility
from standardwebhooks.webhooks import Webhook

from tests.support.client import Merchant
from tests.support.stack import Stack, eventually
from tests.webhooks.receiver import Receiver
from tests.webhooks.shop import configure, ended, log_of, one_where


def test_a_payment_reaches_the_merchant_with_both_signatures(merchant: Merchant, receiver: Receiver) -> None:
    secret = configure(merchant, receiver.url())["webhook_secret"]
    payment = merchant.paid()
    requests = receiver.wait("/hook", 4)
    assert {one.json["event"] for one in requests} == {
        "payment.created",
        "payment.pending",
        "payment.success",
        "order.paid",
    }
    for one in requests:
        assert Webhook(secret).verify(one.body, one.headers)["id"] == one.event_id
        Utility().verify_webhook_signature(one.body.decode(), one.headers["x-webhook-signature"], secret)
        assert one.json["data"]["payment"]["id"] == payment["id"]
        assert one.headers["content-type"] == "application/json"
    log = ended(merchant, 4)
    assert {one["event_id"] for one in log} == {one.event_id for one in requests}
    assert all(one["status"] == "success" and one["response_code"] == 200 for one in log)
    assert all(one["attempts"] == 1 and one["next_retry_at"] is None and one["last_attempt_at"] for one in log)


def test_every_attempt_is_one_line_of_the_log_without_url_or_secret(
    stack: Stack, merchant: Merchant, receiver: Receiver
) -> None:
    secret = configure(merchant, receiver.url("/with-a-token-Zq5571xK"), events=["payment.success"])[
        "webhook_secret"
    ]
    merchant.paid()
    [one] = receiver.wait("/with-a-token-Zq5571xK", 1)

    def line() -> dict[str, object] | None:
        lines = (json.loads(text) for text in stack.logs().splitlines() if one.event_id in text)
        return next((found for found in lines if found["message"] == "attempt"), None)

    found = eventually(line, 5, "the line")
    assert (found["code"], found.get("error_class"), found["attempt"]) == (200, None, 1)
    assert "Zq5571xK" not in stack.logs() and secret not in stack.logs()


def test_nothing_is_sent_without_a_url(merchant: Merchant, receiver: Receiver) -> None:
    configure(merchant, receiver.url())
    configure(merchant, None)
    merchant.paid()
    assert log_of(merchant) == []


def test_a_failure_stays_pending_with_its_next_time(merchant: Merchant, receiver: Receiver) -> None:
    configure(merchant, receiver.url(), events=["payment.success"])
    receiver.answer("/hook", 500, 200)
    merchant.paid()
    receiver.wait("/hook", 1)

    failed = one_where(merchant, lambda one: one["attempts"] == 1)
    assert (failed["status"], failed["response_code"], failed["error_class"]) == ("pending", 500, "status")
    assert failed["next_retry_at"] > failed["last_attempt_at"]
    first, second = receiver.wait("/hook", 2)
    assert 4.5 <= second.at - first.at <= 8
    assert first.body == second.body and first.event_id == second.event_id
    [done] = ended(merchant, 1)
    assert (done["status"], done["attempts"]) == ("success", 2)


@pytest.mark.timeout(120)
def test_five_failures_end_a_delivery_and_a_retry_by_hand_starts_over(
    merchant: Merchant, receiver: Receiver
) -> None:
    configure(merchant, receiver.url(), events=["payment.success"])
    receiver.answer("/hook", 500, 500, 500, 500, 500, 200)
    merchant.paid()
    [failed] = ended(merchant, 1, seconds=70)
    assert (failed["status"], failed["attempts"], failed["next_retry_at"]) == ("failed", 5, None)
    times = [one.at for one in receiver.at("/hook")]
    gaps = [round(later - earlier) for earlier, later in pairwise(times)]
    assert all(wanted <= gap <= wanted + 3 for wanted, gap in zip((5, 10, 15, 20), gaps, strict=True)), gaps
    answer = merchant.api.post(f"/webhooks/{failed['id']}/retry")
    assert answer.json() == {"id": failed["id"], "status": "pending", "message": "Webhook retry scheduled"}
    receiver.wait("/hook", 6)
    [done] = ended(merchant, 1)
    assert (done["status"], done["attempts"]) == ("success", 1)


def test_a_success_may_be_sent_again_with_the_same_id(merchant: Merchant, receiver: Receiver) -> None:
    configure(merchant, receiver.url(), events=["payment.success"])
    merchant.paid()
    [done] = ended(merchant, 1)
    assert merchant.api.post(f"/webhooks/{done['id']}/retry").status_code == 200
    first, second = receiver.wait("/hook", 2)
    assert first.event_id == second.event_id and first.body == second.body


def test_an_unreachable_receiver_is_an_ordinary_failure(merchant: Merchant, receiver: Receiver) -> None:
    from dev.ports import free_port

    configure(merchant, f"http://127.0.0.1:{free_port()}/", events=["payment.success"])
    merchant.paid()
    assert one_where(merchant, lambda one: one["attempts"] == 1)["error_class"] == "connect"


def test_a_regenerated_secret_signs_beside_the_old_one(merchant: Merchant, receiver: Receiver) -> None:
    old = configure(merchant, receiver.url(), events=["payment.success"])["webhook_secret"]
    new = merchant.api.post("/webhooks/regenerate-secret").json()["webhook_secret"]
    assert new.startswith("whsec_") and new != old
    merchant.paid()
    [one] = receiver.wait("/hook", 1)
    Webhook(old).verify(one.body, one.headers)
    Webhook(new).verify(one.body, one.headers)
    Utility().verify_webhook_signature(one.body.decode(), one.headers["x-webhook-signature"], new)


def test_a_test_event_tells_what_the_receiver_answered(merchant: Merchant, receiver: Receiver) -> None:
    refused = merchant.api.post("/webhooks/test")
    assert refused.status_code == 400
    secret = configure(merchant, receiver.url())["webhook_secret"]
    receiver.answer("/hook", 418, 200)
    headers = {"Idempotency-Key": str(uuid4())}
    answer = merchant.api.post("/webhooks/test", headers=headers)
    assert (answer.status_code, answer.json()["response_code"], answer.json()["delivered"]) == (200, 418, False)
    replay = merchant.api.post("/webhooks/test", headers=headers)
    assert replay.content == answer.content and replay.headers["idempotent-replayed"] == "true"
    assert merchant.api.post("/webhooks/test").json()["delivered"] is True
    assert len(receiver.at("/hook")) == 2
    assert Webhook(secret).verify(receiver.at("/hook")[0].body, receiver.at("/hook")[0].headers)
    assert receiver.at("/hook")[0].json["event"] == "webhook.test"
    assert [one["status"] for one in log_of(merchant)] == ["success", "failed"]


def test_private_addresses_are_refused_when_saved(merchant: Merchant) -> None:
    for url in (
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "ftp://a.example/",
    ):
        answer = merchant.api.put("/webhooks/config", json={"webhook_url": url})
        assert answer.status_code == 400 and answer.json()["error"]["field"] == "webhook_url", url


def test_an_address_that_became_private_is_refused_when_sent(stack: Stack, merchant: Merchant) -> None:
    endpoint = configure(merchant, "https://shop.example/hook", events=["payment.success"])["endpoint_id"]
    stack.sql("UPDATE webhook_endpoints SET url = 'http://10.1.2.3/' WHERE id = %s", (endpoint,))
    merchant.paid()
    assert one_where(merchant, lambda one: one["attempts"] == 1)["error_class"] == "refused_address"


def test_the_seeded_secret_verifies_in_the_legacy_scheme(stack: Stack, receiver: Receiver) -> None:
    merchant = stack.test_merchant()
    assert configure(merchant, receiver.url())["webhook_secret"] == "whsec_test_abc123"
    merchant.api.post("/webhooks/test")
    configure(merchant, None)
    [one] = receiver.wait("/hook", 1)
    Utility().verify_webhook_signature(one.body.decode(), one.headers["x-webhook-signature"], "whsec_test_abc123")


def test_the_log_refuses_what_it_does_not_know(merchant: Merchant) -> None:
    for query in ("limit=0", "limit=101", "limit=x", "offset=-1", "status=done", "page=2", "created_after=now"):
        assert merchant.api.get(f"/webhooks?{query}").status_code == 400, query
    empty = merchant.api.get("/webhooks").json()
    assert empty == {
        "data": [],
        "total": 0,
        "total_is_exact": True,
        "limit": 10,
        "offset": 0,
        "next_cursor": None,
    }


def test_the_log_is_paged_and_filtered_and_shows_attempts(merchant: Merchant, receiver: Receiver) -> None:
    configure(merchant, receiver.url())
    payment = merchant.paid()
    ended(merchant, 4)
    everything = log_of(merchant)
    by_cursor: list[str] = []
    cursor: dict[str, str] = {}
    while len(by_cursor) < 10:
        page = merchant.api.get("/webhooks", params={"limit": 2} | cursor).json()
        by_cursor += [one["id"] for one in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    by_offset = [log_of(merchant, limit=1, offset=number)[0]["id"] for number in range(4)]
    assert by_cursor == by_offset == [one["id"] for one in everything]
    assert log_of(merchant, offset=100) == []
    assert merchant.api.get("/webhooks", params=cursor | {"status": "failed"}).status_code == 400
    [only] = log_of(merchant, event="payment.success", status="success")
    assert only["payment_id"] == payment["id"]
    assert log_of(merchant, event_id=only["event_id"]) == [only]
    assert log_of(merchant, endpoint_id="we_other") == log_of(merchant, created_before="2026-01-01") == []
    detail = merchant.api.get(f"/webhooks/{only['id']}").json()
    [attempt] = detail["attempts_log"]
    assert (attempt["response_code"], attempt["response_body"], attempt["error_class"]) == (200, "ok", None)
    assert attempt["request_headers"]["webhook-id"] == only["event_id"]
    assert detail["payload"]["data"]["payment"]["id"] == payment["id"]


def test_the_total_of_a_long_log_is_not_counted_to_the_end(stack: Stack, merchant: Merchant) -> None:
    endpoint = configure(merchant, "https://shop.example/")["endpoint_id"]
    stack.sql(
        """
        WITH told AS (
            INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
            SELECT 'evt_' || left(md5(n::text || %(merchant)s), 16), %(merchant)s::uuid, 'test', 'payment.success',
                   'made-up-' || n || %(merchant)s, 1, '{}', now() FROM generate_series(1, 10001) n
            RETURNING *
        )
        INSERT INTO deliveries (id, merchant_id, mode, event_id, endpoint_id, event_type, status, created_at)
        SELECT gen_random_uuid(), merchant_id, mode, id, %(endpoint)s, type, 'failed', created_at FROM told
        """,
        {"merchant": merchant.id, "endpoint": endpoint},
    )
    page = merchant.api.get("/webhooks").json()
    assert (page["total"], page["total_is_exact"], len(page["data"])) == (10_000, False, 10)
    assert log_of(merchant, offset=10_000) != [] and log_of(merchant, offset=10_001) == []


def test_deliveries_of_others_do_not_exist(stack: Stack, merchant: Merchant, receiver: Receiver) -> None:
    configure(merchant, receiver.url(), events=["payment.success"])
    merchant.paid()
    [mine] = ended(merchant, 1)
    other = stack.merchant()
    assert other.api.post(f"/webhooks/{mine['id']}/retry").status_code == 404
    assert other.api.post("/webhooks/nonsense/retry").status_code == 404
    assert log_of(other) == []

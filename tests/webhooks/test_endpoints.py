"""Endpoints as a resource."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.support.client import Merchant, at_once
from tests.support.stack import Stack, eventually
from tests.webhooks.receiver import Receiver
from tests.webhooks.shop import SUCCESS, configure, ended, endpoint_of, log_of, new_endpoint


def test_an_endpoint_gets_the_events_it_wants_signed_with_its_own_secret(
    merchant: Merchant, receiver: Receiver
) -> None:
    first = new_endpoint(merchant, receiver.url("/one"), events=SUCCESS)
    second = new_endpoint(merchant, receiver.url("/two"), events=["order.paid"])
    assert first["secret"] != second["secret"]
    merchant.paid()
    [one] = receiver.wait("/one", 1)
    [two] = receiver.wait("/two", 1)
    assert (one.json["event"], two.json["event"]) == ("payment.success", "order.paid")
    Webhook(first["secret"]).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(second["secret"]).verify(one.body, one.headers)
    assert len(ended(merchant, 2)) == 2


def test_its_own_headers_are_sent_and_never_shown(stack: Stack, merchant: Merchant, receiver: Receiver) -> None:
    endpoint = new_endpoint(
        merchant, receiver.url(), events=SUCCESS, headers={"Authorization": "Bearer t0ken-8761"}
    )
    assert endpoint["header_names"] == ["Authorization"]
    merchant.paid()
    [one] = receiver.wait("/hook", 1)
    assert one.headers["authorization"] == "Bearer t0ken-8761"
    [delivery] = ended(merchant, 1)
    detail = merchant.api.get(f"/webhooks/{delivery['id']}").text
    assert "t0ken-8761" not in detail and "[redacted]" in detail
    assert "t0ken-8761" not in merchant.api.get("/webhooks/endpoints").text
    dump = stack.sql("SELECT headers::text, secret::text FROM webhook_endpoints WHERE id = %s", (endpoint["id"],))
    assert "t0ken" not in str(dump) and b"t0ken".hex() not in str(dump)


@pytest.mark.parametrize(
    "headers",
    [
        {"Webhook-Signature": "v1,x"},
        {"X-Webhook-Signature": "x"},
        {"host": "a.example"},
        {"Content-Length": "1"},
        {"Transfer-Encoding": "chunked"},
        {"X-A": "one\r\nX-B: two"},
        {"X A": "one"},
        {"X-A": "é"},
        {"X-A": "1", "x-a": "2"},
        {f"X-{number}": "1" for number in range(17)},
    ],
)
def test_headers_of_ours_and_broken_ones_are_refused(merchant: Merchant, headers: dict[str, str]) -> None:
    body = {"url": "https://shop.example/", "headers": headers}
    answer = merchant.api.post("/webhooks/endpoints", json=body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "headers")


def test_there_are_at_most_sixteen_even_when_asked_for_at_once(merchant: Merchant) -> None:
    def create(number: int) -> int:
        body = {"url": f"https://shop{number}.example/"}
        return merchant.api.post("/webhooks/endpoints", json=body).status_code

    codes = at_once(20, create)
    assert (codes.count(201), codes.count(400)) == (16, 4)
    refused = merchant.api.put("/webhooks/config", json={"webhook_url": "https://shop.example/"})
    assert refused.status_code == 400
    assert len(merchant.api.get("/webhooks/endpoints").json()["data"]) == 16


def test_an_endpoint_is_changed_disabled_enabled_and_deleted(merchant: Merchant, receiver: Receiver) -> None:
    other = new_endpoint(merchant, receiver.url("/other"), events=["endpoint.disabled"])
    endpoint = new_endpoint(merchant, receiver.url("/one"), events=SUCCESS, rate_limit=5)
    path = f"/webhooks/endpoints/{endpoint['id']}"
    changed = merchant.api.patch(path, json={"description": "shop", "events": None, "rate_limit": None}).json()
    assert (changed["description"], changed["events"], changed["rate_limit"]) == ("shop", None, None)
    assert changed["url"] == endpoint["url"]
    disabled = merchant.api.patch(path, json={"status": "disabled"}).json()
    assert (disabled["status"], disabled["disabled_reason"]) == ("disabled", "disabled by the merchant")
    [told] = receiver.wait("/other", 1)
    assert told.json["event"] == "endpoint.disabled"
    assert told.json["data"]["endpoint"]["id"] == endpoint["id"]
    merchant.paid()
    assert log_of(merchant, endpoint_id=endpoint["id"]) == []
    enabled = merchant.api.patch(path, json={"status": "enabled"}).json()
    assert (enabled["status"], enabled["disabled_reason"], enabled["disabled_at"]) == ("enabled", None, None)
    assert merchant.api.delete(path).json() == {"id": endpoint["id"], "deleted": True}
    assert merchant.api.get(path).status_code == 404
    assert merchant.api.delete(path).status_code == 404
    assert [one["id"] for one in merchant.api.get("/webhooks/endpoints").json()["data"]] == [other["id"]]


def test_the_first_endpoint_is_the_configuration(merchant: Merchant) -> None:
    config = configure(merchant, "https://shop.example/hook", events=SUCCESS)
    [endpoint] = merchant.api.get("/webhooks/endpoints").json()["data"]
    assert (endpoint["id"], endpoint["url"]) == (config["endpoint_id"], "https://shop.example/hook")
    assert (endpoint["is_default"], endpoint["events"]) == (True, SUCCESS)
    secret = merchant.api.get(f"/webhooks/endpoints/{endpoint['id']}/secret").json()["secret"]
    assert secret == config["webhook_secret"]
    merchant.api.delete(f"/webhooks/endpoints/{endpoint['id']}")
    assert merchant.api.get("/webhooks/config").json()["webhook_url"] is None
    assert merchant.api.get("/webhooks/endpoints").json()["data"] == []


def test_a_rotation_without_overlap_ends_the_old_secret_at_once(merchant: Merchant, receiver: Receiver) -> None:
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS)
    path = f"/webhooks/endpoints/{endpoint['id']}/rotate-secret"
    for wrong in (-1, 169, 1.5, "24"):
        assert merchant.api.post(path, json={"overlap_hours": wrong}).status_code == 400
    new = merchant.api.post(path, json={"overlap_hours": 0}).json()
    assert new["previous_secret_expires_at"] is None
    merchant.paid()
    [one] = receiver.wait("/hook", 1)
    Webhook(new["secret"]).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint["secret"]).verify(one.body, one.headers)


def test_the_old_secret_signs_until_its_time_is_over(stack: Stack, merchant: Merchant, receiver: Receiver) -> None:
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS)
    new = merchant.api.post(
        f"/webhooks/endpoints/{endpoint['id']}/rotate-secret", json={"overlap_hours": 168}
    ).json()
    merchant.paid()
    [during] = receiver.wait("/hook", 1)
    for secret in (endpoint["secret"], new["secret"]):
        Webhook(secret).verify(during.body, during.headers)
    stack.sql("UPDATE webhook_endpoints SET previous_secret_expires_at = now() WHERE id = %s", (endpoint["id"],))
    merchant.paid()
    after = receiver.wait("/hook", 2)[1]
    assert len(after.headers["webhook-signature"].split(" ")) == 1
    Webhook(new["secret"]).verify(after.body, after.headers)


def test_secrets_are_in_no_idempotency_record_and_replays_show_them_all_the_same(
    stack: Stack, merchant: Merchant
) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    body = {"url": "https://shop.example/"}
    first = merchant.api.post("/webhooks/endpoints", json=body, headers=headers)
    again = merchant.api.post("/webhooks/endpoints", json=body, headers=headers)
    assert first.status_code == 201 and first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    secret = first.json()["secret"]
    assert secret.startswith("whsec_")
    [[kept]] = stack.sql("SELECT response FROM idempotency_keys WHERE key = %s", (headers["Idempotency-Key"],))
    assert secret.encode() not in kept


def test_endpoints_of_others_do_not_exist(stack: Stack, merchant: Merchant) -> None:
    endpoint = new_endpoint(merchant, "https://shop.example/")
    other = stack.merchant().api
    path = f"/webhooks/endpoints/{endpoint['id']}"
    answers = [
        other.get(path),
        other.get(f"{path}/secret"),
        other.patch(path, json={"status": "disabled"}),
        other.delete(path),
        other.post(f"{path}/rotate-secret"),
        other.post(f"{path}/test"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert endpoint_of(merchant, endpoint["id"])["status"] == "enabled"
    assert merchant.api.get("/webhooks/endpoints/we_nonsense").status_code == 404


def test_a_live_endpoint_must_be_https(stack: Stack) -> None:
    live = stack.merchant("live").api
    for url in ("http://shop.example/", "http://127.0.0.1:9999/", "http://localhost:9999/"):
        assert live.post("/webhooks/endpoints", json={"url": url}).status_code == 400
    assert live.post("/webhooks/endpoints", json={"url": "https://shop.example/"}).status_code == 201


def test_an_endpoint_test_answers_the_receivers_code(merchant: Merchant, receiver: Receiver) -> None:
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS)
    receiver.answer("/hook", 503)
    answer = merchant.api.post(f"/webhooks/endpoints/{endpoint['id']}/test").json()
    assert (answer["response_code"], answer["delivered"], answer["response_body"]) == (503, False, "no")
    [one] = receiver.at("/hook")
    Webhook(endpoint["secret"]).verify(one.body, one.headers)
    assert one.json["data"] == {"webhook": {"endpoint_id": endpoint["id"], "test": True}}


def test_a_test_is_sent_once_for_one_idempotency_key(stack: Stack, merchant: Merchant, receiver: Receiver) -> None:
    path = f"/webhooks/endpoints/{new_endpoint(merchant, receiver.url(), events=SUCCESS)['id']}/test"
    receiver.answer("/hook", 204)
    one = {"Idempotency-Key": str(uuid4())}
    assert merchant.api.post(path, headers={"Idempotency-Key": "x" * 256}).status_code == 400
    assert receiver.at("/hook") == []
    answers = at_once(5, lambda _: merchant.api.post(path, headers=one))
    assert len(receiver.at("/hook")) == 1
    assert {answer.status_code for answer in answers} <= {200, 409}
    replay = merchant.api.post(path, headers=one)
    assert (replay.status_code, replay.headers["idempotent-replayed"]) == (200, "true")
    assert {answer.content for answer in answers if answer.status_code == 200} == {replay.content}
    assert merchant.api.post(path, json={"other": "body"}, headers=one).status_code == 422
    # As if the first process had died between the sending and the answer.
    claim = """
        UPDATE idempotency_keys SET status_code = NULL, response = convert_to(extract(epoch FROM %s)::text, 'UTF8')
        WHERE merchant_id = %s
    """
    stack.sql(claim, (datetime.now(UTC) + timedelta(seconds=30), merchant.id))
    waits = merchant.api.post(path, headers=one)
    assert (waits.status_code, waits.json()["error"]["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert len(receiver.at("/hook")) == 1
    stack.sql(claim, (datetime.now(UTC) - timedelta(seconds=1), merchant.id))
    assert merchant.api.post(path, headers=one).status_code == 200
    assert merchant.api.post(path, headers=one).headers["idempotent-replayed"] == "true"
    assert len(receiver.at("/hook")) == 2


def test_two_rotations_at_once_show_two_secrets_that_both_sign(
    stack: Stack, merchant: Merchant, receiver: Receiver
) -> None:
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS)
    path = f"/webhooks/endpoints/{endpoint['id']}/rotate-secret"
    with psycopg.connect(stack.database_url) as rival, ThreadPoolExecutor(2) as pool:
        rival.execute("SELECT 1 FROM webhook_endpoints WHERE id = %s FOR UPDATE", (endpoint["id"],))
        requests = [pool.submit(merchant.api.post, path) for _ in range(2)]
        # The second waits behind the first, which waits for us: both have read what they read before the change.
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        eventually(lambda: stack.sql(waiting)[0][0] >= 2, what="both rotations")
        rival.rollback()
        shown = [request.result().json()["secret"] for request in requests]
    merchant.paid()
    [one] = receiver.wait("/hook", 1)
    for secret in shown:
        Webhook(secret).verify(one.body, one.headers)

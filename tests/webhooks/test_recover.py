"""Replay: what was missed is sent again, once each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack, eventually
from tests.webhooks.receiver import Receiver
from tests.webhooks.shop import SUCCESS, configure, ended, log_of, new_endpoint, one_where


def recover(merchant: Merchant, **body: Any) -> dict[str, Any]:
    body = {"since": (datetime.now(UTC) - timedelta(hours=1)).isoformat(), **body}
    response = merchant.api.post("/webhooks/recover", json=body)
    assert response.status_code == 202, response.text
    answer: dict[str, Any] = response.json()
    return answer


def finished(merchant: Merchant, recovery: dict[str, Any], status: str = "completed") -> dict[str, Any]:
    def ask() -> dict[str, Any] | None:
        now: dict[str, Any] = merchant.api.get(f"/webhooks/recover/{recovery['id']}").json()
        return now if now["status"] == status else None

    return eventually(ask, 30, f"a recovery {status}")


def test_what_happened_while_disabled_is_sent_once_each(merchant: Merchant, receiver: Receiver) -> None:
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS)
    path = f"/webhooks/endpoints/{endpoint['id']}"
    merchant.paid()
    receiver.wait("/hook", 1)
    merchant.api.patch(path, json={"status": "disabled"})
    missed = {merchant.paid()["id"] for _ in range(3)}
    assert (
        merchant.api.post(
            "/webhooks/recover", json={"since": "2026-01-01", "endpoint_id": endpoint["id"]}
        ).status_code
        == 400
    )
    merchant.api.patch(path, json={"status": "enabled"})
    planned = recover(merchant, endpoint_id=endpoint["id"], dry_run=True)
    assert (planned["total"], planned["id"], planned["status"]) == (3, None, "planned")
    first = recover(merchant, endpoint_id=endpoint["id"])
    second = recover(merchant, endpoint_id=endpoint["id"])
    assert (first["total"], first["status"]) == (3, "running")
    done = [finished(merchant, first)["scheduled"], finished(merchant, second)["scheduled"]]
    assert sum(done) == 3
    requests = receiver.wait("/hook", 4)
    assert {one.json["data"]["payment"]["id"] for one in requests[1:]} == missed
    assert recover(merchant, endpoint_id=endpoint["id"], dry_run=True)["total"] == 0
    assert len(receiver.at("/hook")) == 4


@pytest.mark.timeout(120)
def test_failed_deliveries_are_recovered_and_successes_only_when_asked_for(
    stack: Stack, merchant: Merchant, receiver: Receiver
) -> None:
    configure(merchant, receiver.url(), events=SUCCESS)
    merchant.paid()
    ended(merchant, 1)
    receiver.answer("/hook", 500)
    merchant.paid()
    # Once the first attempt is written down: until then its end would write over this.
    one_where(merchant, lambda one: one["status"] == "pending" and one["attempts"] == 1)
    stack.sql(
        "UPDATE deliveries SET attempts = 4, due_at = now() WHERE merchant_id = %s AND status = 'pending'",
        (merchant.id,),
    )
    [failed] = ended(merchant, 1, status="failed")
    receiver.answer("/hook", 200)
    assert recover(merchant, status="failed", dry_run=True)["total"] == 1
    assert recover(merchant, status="all", dry_run=True)["total"] == 2
    finished(merchant, recover(merchant))
    assert ended(merchant, 1, status="success", event_id=failed["event_id"])
    assert finished(merchant, recover(merchant, status="success"))["scheduled"] == 2
    assert len(ended(merchant, 2)) == 2


def test_ten_thousand_deliveries_are_recovered_with_progress_and_may_be_cancelled(
    stack: Stack, merchant: Merchant, receiver: Receiver
) -> None:
    endpoint = new_endpoint(merchant, receiver.url(), events=SUCCESS, rate_limit=1)
    stack.sql(
        """
        INSERT INTO events (id, merchant_id, mode, type, object_id, sequence, payload, created_at)
        SELECT 'evt_' || left(md5(n::text || %(merchant)s), 16), %(merchant)s::uuid, 'test', 'payment.success',
               'made-up-' || n || %(merchant)s, 1, '{"id":"made up"}', now()
        FROM generate_series(1, 10000) n
        """,
        {"merchant": merchant.id},
    )
    since = {"since": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    # What happened before an endpoint was there is sent to it only if it is named.
    younger = new_endpoint(merchant, receiver.url("/younger"), events=SUCCESS)
    assert recover(merchant, **since, dry_run=True)["total"] == 10_000
    assert recover(merchant, **since, dry_run=True, endpoint_id=younger["id"])["total"] == 10_000
    started = recover(merchant, **since, endpoint_id=endpoint["id"])
    assert (started["total"], started["total_is_exact"]) == (10_000, True)
    done = finished(merchant, started)
    assert done["scheduled"] == 10_000
    [[count]] = stack.sql("SELECT count(*) FROM deliveries WHERE endpoint_id = %s", (endpoint["id"],))
    assert count == 10_000
    ids = [one["id"] for one in merchant.api.get("/webhooks/recover").json()["data"]]
    assert ids == [started["id"]]
    again = merchant.api.post(f"/webhooks/recover/{started['id']}/cancel").json()
    assert again["status"] == "completed"
    merchant.api.delete(f"/webhooks/endpoints/{endpoint['id']}")
    eventually(lambda: log_of(merchant, status="pending") == [], 20, "given up after the deletion")


def test_a_cancelled_recovery_schedules_nothing_more(stack: Stack, merchant: Merchant) -> None:
    stack.sql(
        """
        INSERT INTO webhook_recoveries (id, merchant_id, mode, since, until, wants_failed, wants_missing,
                                        wants_success, total, created_at)
        VALUES ('rec_' || left(md5(%(merchant)s), 16), %(merchant)s::uuid, 'test', now() - interval '1 day', now(),
                true, true, false, 0, now() + interval '1 year')
        """,
        {"merchant": merchant.id},
    )
    [recovery] = merchant.api.get("/webhooks/recover").json()["data"]
    answer = merchant.api.post(f"/webhooks/recover/{recovery['id']}/cancel").json()
    assert answer["status"] in ("cancelled", "completed") and answer["finished_at"]


def test_wrong_recoveries_are_refused(stack: Stack, merchant: Merchant) -> None:
    wrong: list[dict[str, Any]] = [
        {},
        {"since": "yesterday"},
        {"since": "2099-01-01T00:00:00Z"},
        {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"since": "2026-01-01T00:00:00Z", "status": "lost"},
        {"since": "2026-01-01T00:00:00Z", "events": ["payment.gone"]},
        {"since": "2026-01-01T00:00:00Z", "dry_run": "yes"},
    ]
    for body in wrong:
        assert merchant.api.post("/webhooks/recover", json=body).status_code == 400, body
    theirs = new_endpoint(stack.merchant(), "https://shop.example/")["id"]
    body = {"since": "2026-01-01T00:00:00Z", "endpoint_id": theirs}
    assert merchant.api.post("/webhooks/recover", json=body).status_code == 404
    assert merchant.api.get("/webhooks/recover/rec_8sHk2LmNq0PzRtVw").status_code == 404

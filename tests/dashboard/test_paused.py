"""An endpoint that was paused after failures, as the API and the dashboard tell of it."""

import re

import pytest
from playwright.sync_api import expect

from gateway.clock import utc_now
from gateway.webhooks.endpoints.model import WAITING_LIMIT, Health
from tests.dashboard.browser import violations
from tests.dashboard.conftest import Desk, Shop
from tests.support.client import Merchant
from tests.support.stack import eventually

_NOBODY = "http://localhost:59999/hook"
_PAYMENTS = 10


def _pause(merchant: Merchant) -> None:
    """Ten failures in a row at a URL where nobody listens; what comes after them waits."""
    merchant.api.put("/webhooks/config", json={"webhook_url": _NOBODY}).raise_for_status()
    for _ in range(_PAYMENTS):
        merchant.upi(merchant.order())
    eventually(lambda: _health(merchant)["state"] == "paused", 40, "the pause")
    merchant.paid()


def _health(merchant: Merchant) -> dict[str, object]:
    health: dict[str, object] = merchant.api.get("/webhooks/endpoints").json()["data"][0]["health"]
    return health


def test_a_paused_endpoint_says_how_many_wait_and_until_when(shop: Shop) -> None:
    _pause(shop.merchant)
    health = _health(shop.merchant)
    assert health["failing_since"]
    assert health["next_probe_at"]
    pending = shop.merchant.api.get("/webhooks?status=pending&limit=1").json()["total"]
    assert health["waiting"] == pending
    assert health["waiting_is_exact"] is True
    overview = shop.owner.client.get("/overview").json()
    assert overview["attention"]["paused_endpoints"] == 1
    assert overview["attention"]["paused_deliveries"] == pending
    assert overview["attention"]["failed_deliveries"] == 0
    assert overview["deliveries"]["late"] >= 10
    # Enabling it anew forgets the failures: what waits is sent at once.
    [endpoint] = shop.merchant.api.get("/webhooks/endpoints").json()["data"]
    shop.merchant.api.patch(f"/webhooks/endpoints/{endpoint['id']}", json={"status": "disabled"})
    assert shop.owner.client.get("/overview").json()["attention"]["paused_endpoints"] == 0


def test_more_than_the_limit_waits_is_said_as_such() -> None:
    shown = Health("we_1", 12, utc_now(), None, utc_now(), WAITING_LIMIT + 1).as_json()
    assert (shown["waiting"], shown["waiting_is_exact"]) == (WAITING_LIMIT, False)
    shown = Health("we_1", 12, utc_now(), None, utc_now(), WAITING_LIMIT).as_json()
    assert (shown["waiting"], shown["waiting_is_exact"]) == (WAITING_LIMIT, True)


def test_a_failed_test_event_is_no_webhook_that_was_lost(shop: Shop) -> None:
    shop.merchant.api.put("/webhooks/config", json={"webhook_url": _NOBODY}).raise_for_status()
    assert shop.merchant.api.post("/webhooks/test").json()["delivered"] is False
    overview = shop.owner.client.get("/overview").json()
    assert overview["attention"]["failed_deliveries"] == 0
    assert overview["deliveries"] == {"success": 0, "failed": 0, "pending": 0, "late": 0}


@pytest.mark.browser
def test_the_dashboard_shows_the_pause_and_not_a_try_that_is_over(desk: Desk) -> None:
    _pause(desk.merchant)
    page = desk.open("/dashboard/webhooks?status=pending")
    expect(page.get_by_test_id("webhook-config-status")).to_have_text("paused")
    expect(page.get_by_test_id("endpoint-status")).to_have_text("paused")
    note = page.get_by_test_id("paused-note")
    expect(note).to_contain_text(
        re.compile(r"failures in a row, since .+\. \d+ wait\. One of them is tried: (in|due)")
    )
    row = page.get_by_test_id("webhook-log-item").first
    expect(row).to_contain_text("waits: endpoint paused")
    assert violations(page) == []
    page = desk.open("/dashboard")
    attention = page.get_by_role("list", name="Needs attention")
    expect(attention).to_contain_text(
        re.compile(r"1 webhook endpoint is paused after failures: \d+ deliveries wait")
    )
    expect(attention).not_to_contain_text("never delivered")
    assert "100%" not in page.get_by_test_id("stats-container").inner_text().partition("Webhooks delivered")[2]

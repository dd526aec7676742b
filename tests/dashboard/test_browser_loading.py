"""Pages of the dashboard that are on their way: offline, after a release, and what is shown meanwhile."""

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.dashboard.browser import DESKTOP, PASSWORD, log_in, violations
from tests.dashboard.conftest import Desk

pytestmark = pytest.mark.browser

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_SHIFT = 0.02
"""Cumulative layout shift of a page from its first paint on; 0.1 still counts as good."""

_COUNT_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
        const moved = entry.sources.map((source) => source.node?.outerHTML?.slice(0, 80) ?? '?');
        if (!entry.hadRecentInput) window.shifts.push([entry.value, moved]);
    }
}).observe({ type: 'layout-shift', buffered: true });
"""


def nav(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()


def test_offline_a_page_not_loaded_yet_says_so_and_comes_by_itself(desk: Desk) -> None:
    desk.merchant.paid()
    page = desk.open("/dashboard/transactions")
    expect(page.get_by_test_id("transaction-row")).to_have_count(1)
    page.context.set_offline(True)
    nav(page, "Refunds")
    expect(page.get_by_test_id("not-loaded")).to_contain_text("no connection")
    expect(page.get_by_text("Offline", exact=True)).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("not-loaded")).to_contain_text("no connection")
    assert violations(page) == []
    # The frame and what was loaded are still there.
    nav(page, "Payments")
    expect(page.get_by_test_id("transaction-row")).to_have_count(1)
    nav(page, "Refunds")
    expect(page.get_by_test_id("not-loaded")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", level=1, name="Refunds")).to_be_visible()
    expect(page.get_by_test_id("not-loaded")).to_have_count(0)
    expect(page.get_by_text("In sync", exact=True)).to_be_visible()


def test_offline_a_dialog_not_loaded_yet_says_so_and_opens_later(desk: Desk) -> None:
    page = desk.open("/dashboard")
    page.context.set_offline(True)
    page.keyboard.press("ControlOrMeta+K")
    expect(page.get_by_role("alert").filter(has_text="no connection")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    page.context.set_offline(False)
    page.keyboard.press("ControlOrMeta+K")
    expect(page.get_by_role("combobox", name="Find anything")).to_be_visible()


def test_after_a_release_the_missing_page_offers_a_reload(desk: Desk) -> None:
    page = desk.open("/dashboard")
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url) if frame == page.main_frame else None)

    def renewed(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=re.sub(r"/assets/index-[^\"]+\.js", "/assets/index-renewed.js", text))

    page.route("**/assets/Refunds-*.js*", lambda route: route.fulfill(status=404, body="Not found"))
    page.route(desk.url + "/", renewed)
    nav(page, "Refunds")
    expect(page.get_by_test_id("not-loaded")).to_contain_text("renewed")
    page.unroute_all()
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("heading", level=1, name="Refunds")).to_be_visible()


def test_a_page_whose_code_is_broken_off_can_be_tried_again(desk: Desk) -> None:
    page = desk.open("/dashboard")
    page.route("**/assets/Refunds-*.js*", lambda route: route.abort())
    nav(page, "Refunds")
    expect(page.get_by_test_id("not-loaded")).to_contain_text("did not arrive")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1, name="Refunds")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "size"),
    [
        *((path, WIDE) for path in ("webhooks", "transactions", "orders", "refunds", "test-tools", "keys")),
        *((path, WIDE) for path in ("jobs", "settings", "")),
        *((path, PHONE) for path in ("webhooks", "jobs", "")),
    ],
    ids=lambda value: str(value["width"]) if isinstance(value, dict) else value,
)
def test_nothing_that_is_shown_moves(desk: Desk, path: str, size: ViewportSize) -> None:
    desk.merchant.api.put("/webhooks/config", json={"webhook_url": "http://localhost:59999/hook"})
    desk.merchant.paid()
    _expect_still(desk, path, size)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desktop", "phone"])
def test_nothing_that_a_newcomer_is_shown_moves(desk: Desk, size: ViewportSize) -> None:
    _expect_still(desk, "", size)


def _expect_still(desk: Desk, path: str, size: ViewportSize) -> None:
    page = desk.page
    page.set_viewport_size(size)
    page.add_init_script(_COUNT_SHIFTS)
    # Answers of a real network, one later than the other.
    page.route("**/api/v1/webhooks/config", lambda route: _late(page, route, 150))
    page.route("**/api/v1/webhooks/endpoints", lambda route: _late(page, route, 300))
    page.route("**/api/v1/webhooks?*", lambda route: _late(page, route, 450))
    desk.open(f"/dashboard/{path}")
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=15_000)
    page.wait_for_timeout(500)
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) <= MOST_SHIFT, shifts


def _late(page: Page, route: Route, milliseconds: int) -> None:
    answer = route.fetch()
    page.wait_for_timeout(milliseconds)
    route.fulfill(response=answer)


@pytest.mark.parametrize(
    ("known", "note"),
    [
        (("Asia/Calcutta", "Asia/Kolkata", "UTC"), None),
        (("Asia/Kolkata", "UTC"), None),
        (("UTC",), "does not know the time zone Asia/Calcutta"),
    ],
)
def test_a_browser_in_india_sees_the_overview_whatever_names_the_api_knows(
    desk: Desk, browser: Browser, known: tuple[str, ...], note: str | None
) -> None:
    context = browser.new_context(viewport=DESKTOP, timezone_id="Asia/Calcutta", reduced_motion="reduce")
    page = context.new_page()
    asked: list[str] = []

    def answer(route: Route) -> None:
        zone = parse_qs(urlsplit(route.request.url).query)["time_zone"][0]
        asked.append(zone)
        if zone in known:
            route.continue_()
        else:
            error = {"code": "BAD_REQUEST_ERROR", "description": "time_zone is unknown", "field": "time_zone"}
            route.fulfill(status=400, json={"error": error})

    page.route("**/api/v1/overview?*", answer)
    log_in(page, desk.url, desk.shop.owner.email, PASSWORD)
    expect(page.get_by_test_id("stats-container")).to_be_visible()
    assert asked[0] == "Asia/Calcutta"
    assert asked[-1] == known[0]
    notes = page.get_by_test_id("zone-note")
    if note is None:
        expect(notes).to_have_count(0)
    else:
        expect(notes).to_contain_text(note)
    context.close()


def test_the_shortcut_of_the_search_is_named_as_on_this_machine(desk: Desk) -> None:
    page = desk.open("/dashboard")
    expect(page.get_by_role("button", name="Find a payment")).to_contain_text("Ctrl K")
    page.keyboard.press("Control+K")
    expect(page.get_by_role("combobox", name="Find anything")).to_be_visible()


def test_the_docs_lead_to_the_reference_of_this_api(desk: Desk) -> None:
    page = desk.open("/dashboard/docs")
    link = page.get_by_role("link", name="API reference")
    address = str(link.get_attribute("href"))
    assert address == f"{desk.shop.owner.client.get('/session').json()['api_url']}/docs"
    reference = desk.shop.stack.base_url + urlsplit(address).path
    assert httpx.get(reference, follow_redirects=True).status_code == 200


def test_a_key_of_test_mode_is_active_and_not_live(desk: Desk) -> None:
    page = desk.open("/dashboard/keys")
    row = page.get_by_test_id("key-row").first
    expect(row).to_contain_text("active")
    expect(row).not_to_contain_text("live")


@pytest.mark.parametrize(
    ("path", "api", "shown"),
    [
        ("transactions", "**/api/v1/payments?*", "transaction-row"),
        ("webhooks", "**/api/v1/webhooks?*", "webhook-log-item"),
        ("webhooks", "**/api/v1/webhooks/endpoints", "endpoint-row"),
        ("keys", "**/api/v1/keys", "key-row"),
    ],
)
def test_what_is_shown_stays_when_it_cannot_be_asked_for_again(
    desk: Desk, path: str, api: str, shown: str
) -> None:
    desk.merchant.api.put("/webhooks/config", json={"webhook_url": "http://localhost:59999/hook"})
    desk.merchant.paid()
    page = desk.open(f"/dashboard/{path}")
    expect(page.get_by_test_id(shown).first).to_be_visible()
    page.route(api, lambda route: route.fulfill(status=500, json={"error": {"description": "broken"}}))
    with page.expect_response(api, timeout=20_000):
        # Coming back to a page asks for its rows again once they are older than five seconds.
        page.wait_for_timeout(5_200)
        nav(page, "Docs")
        nav(page, {"transactions": "Payments", "webhooks": "Webhooks", "keys": "API keys"}[path])
    page.wait_for_timeout(300)
    expect(page.get_by_test_id(shown).first).to_be_visible()

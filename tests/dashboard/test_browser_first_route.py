"""What the first route of the dashboard asks for in Chromium."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.browser import DESKTOP, log_in
from tests.dashboard.conftest import PASSWORD, Desk

pytestmark = pytest.mark.browser

MOST_REQUESTS = 20


@pytest.mark.parametrize(
    ("path", "shown"), [("/dashboard", "stats-container"), ("/dashboard/transactions", "transactions-table")]
)
def test_a_first_route_takes_few_requests(desk: Desk, browser: Browser, path: str, shown: str) -> None:
    """A cold cache: each request is a round trip on a slow line, however small its answer."""
    desk.merchant.paid()
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    log_in(page, desk.url, desk.shop.owner.email, PASSWORD)
    state = context.storage_state()
    context.close()
    context = browser.new_context(viewport=DESKTOP, storage_state=state)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(desk.url + path)
    expect(page.get_by_test_id(shown)).to_be_visible()
    page.wait_for_load_state("load")
    # Until the page has been quiet for a moment; its live stream never ends.
    count = -1
    while count != len(asked):
        count = len(asked)
        page.wait_for_timeout(700)
    context.close()
    assert len(asked) <= MOST_REQUESTS, "\n".join(asked)

"""Try it in Chromium, end to end: from the dashboard into the hosted page, paid there in the processor's own form,
ticked by its answers and its webhook, and paid back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dev.ports import free_port
from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.dashboard.browser import DESKTOP, PASSWORD, log_in, serve_dashboard
from tests.dashboard.conftest import create_owner
from tests.processors.conformance.telling import tell_all
from tests.support.fake_door import FakeDoor, fake_process, urls_of
from tests.support.processors import open_shop
from tests.support.stack import Stack, copy_database, database_of, temporary_folder
from tests.web.checkout.site import CheckoutSite, Shop
from tests.web.checkout.site import stack_settings as settings_of
from tests.web.checkout.their_form import SCRIPTS, TheirShop

pytestmark = pytest.mark.browser
SLOW = 20_000
"""Milliseconds for what a worker does."""


@pytest.fixture(scope="module", params=["stripe", "razorpay"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeDoor]:
    """The processor, on an origin of its own."""
    with fake_process(request.param) as door:
        yield door


@pytest.fixture(scope="module")
def site(postgres: PostgresServer, redis_server: RedisServer, fake: FakeDoor) -> Iterator[CheckoutSite]:
    """The checkout in front of a product whose processor is that fake, its script and all."""
    with temporary_folder() as folder:
        url, port = copy_database(database_of(postgres.url, "postgres"), TEMPLATE), free_port()
        script = {f"GATEWAY_{fake.name.upper()}_SCRIPT_URL": fake.url + SCRIPTS[fake.name]}
        checkout = {"GATEWAY_CHECKOUT_URL": f"http://localhost:{port}"}
        stack = Stack(url, redis_server.url, folder, settings_of(**checkout, **script, **urls_of(fake)))
        one = CheckoutSite(stack, folder, port=port)
        try:
            stack.start()
            one.start()
            yield one
        finally:
            one.stop()
            stack.stop()


@pytest.fixture(scope="module")
def dashboard(site: CheckoutSite) -> Iterator[str]:
    """The dashboard in front of the same product."""
    with temporary_folder() as folder, serve_dashboard(site.stack.base_url, folder, site.url) as url:
        yield url


def expect_done(page: Page, *steps: str) -> None:
    for step in steps:
        found = page.locator(f"[data-test-id=trial-step][data-step={step}]")
        expect(found).to_have_attribute("data-state", "done", timeout=SLOW)


@pytest.mark.parametrize("mode", ["test", "live"])
def test_who_tries_an_account_pays_in_its_form_and_gets_the_money_back(
    site: CheckoutSite, fake: FakeDoor, dashboard: str, browser: Browser, mode: str
) -> None:
    account = open_shop(site.stack, fake, "live" if mode == "live" else "test")
    email = f"owner-{account.account_id}@example.com".lower()
    create_owner(site.stack, account.merchant.id, email)
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    log_in(page, dashboard, email, PASSWORD)
    if mode == "live":
        page.get_by_role("radiogroup").get_by_text("Live", exact=True).click()
    page.goto(f"{dashboard}/dashboard/processors")
    page.get_by_role("link", name="Try it").click()
    expect(page.get_by_test_id("trial")).to_contain_text("Your routes lead here: Cards")
    page.get_by_role("button", name="Make an order of ₹1.00").click()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Open the checkout").click()
    shop = Shop(site.url, account.merchant.key)
    theirs = TheirShop(account, site, shop)
    theirs.continue_to_form(opened.value)
    expect_done(page, "prepared")
    theirs.pay(opened.value)
    theirs.succeeded(opened.value)
    expect_done(page, "paid", "captured")
    [payment] = account.merchant.api.get("/payments?limit=5").json()["data"]
    tell_all(account, payment["id"])
    expect_done(page, "notice")
    page.get_by_role("button", name="Pay back ₹1.00").click()
    expect_done(page, "refund_asked", "refunded")
    expect(page.get_by_test_id("tried")).to_be_visible()
    book = fake.book(payment["id"])
    assert (book["charges"], book["captured"], book["refunded"]) == (1, 100, 100)
    if mode == "live":
        page.goto(f"{dashboard}/dashboard/live")
        expect(page.locator("[data-item=trial]")).to_have_attribute("data-done", "true")
    context.close()
    shop.close()
    account.put_aside()

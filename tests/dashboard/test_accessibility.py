"""WCAG 2.2 A and AA on every page, by axe, light and dark, desktop and phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.browser import DESKTOP, PHONE, log_in, violations
from tests.dashboard.conftest import PASSWORD, Desk
from tests.dashboard.scenes import SCENES, Past
from tests.dashboard.screenshots import PAGES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_has_an_accessibility_violation(
    desk: Desk, browser: Browser, scheme: str, size: dict[str, int]
) -> None:
    payment = desk.merchant.paid()
    desk.merchant.settled(desk.merchant.card(desk.merchant.order(), "4000000000009995"), "failed")
    desk.merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": 100})
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{desk.url}/login")
    page.get_by_test_id("login-form").wait_for()
    found = {"login": violations(page)}
    log_in(page, desk.url, desk.shop.owner.email, PASSWORD)
    paths = PAGES | {
        "payment": f"/dashboard/transactions/{payment['id']}",
        "order": f"/dashboard/orders/{payment['order_id']}",
    }
    for name, path in paths.items():
        page.goto(desk.url + path)
        page.locator("main h1").first.wait_for()
        expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=15_000)
        found[name] = violations(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} px too wide"
    past = Past(payment["id"], payment["order_id"])
    # Each dialog in both schemes and both sizes, but not in all four pairs: they take as long as the pages.
    for name, act in SCENES.items() if (scheme == "dark") == (size == PHONE) else ():
        act(page, desk.url, past)
        found[name] = violations(page)
    context.close()
    problems = [f"{name}: {line}" for name, lines in found.items() for line in lines]
    assert not problems, "\n".join(problems)

"""WCAG 2.2 A and AA on every page, by axe, light and dark, desktop and phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.dashboard.browser import DESKTOP, PHONE, log_in, violations
from tests.dashboard.conftest import PASSWORD, Desk
from tests.dashboard.scenes import SCENES
from tests.dashboard.screenshots import PAGES, make_history
from tests.processors.fakes.stripe import StripeFake
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


_WIDE_TABLES = """() => [...document.querySelectorAll('main table[aria-label]')]
    .filter((one) => one.scrollWidth > one.parentElement.clientWidth + 1).map((one) => one.ariaLabel)"""


@pytest.fixture(scope="module")
def stack(over_stripe: Stack) -> Stack:
    """In place of the shared one: the pages about real money have something to show."""
    return over_stripe


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_has_an_accessibility_violation(
    desk: Desk, browser: Browser, scheme: str, size: dict[str, int], stripe: tuple[StripeFake, str]
) -> None:
    past = make_history(desk.shop.stack, desk.merchant, desk.shop.owner.client, stripe[1])
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{desk.url}/login")
    page.get_by_test_id("login-form").wait_for()
    found = {"login": violations(page)}
    log_in(page, desk.url, desk.shop.owner.email, PASSWORD)
    for name, path in (PAGES | past.paths).items():
        page.goto(desk.url + path)
        page.locator("main h1").first.wait_for()
        expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=15_000)
        found[name] = violations(page)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{name} is {overflow} px too wide"
        assert size == PHONE or page.evaluate(_WIDE_TABLES) == [], name
    # Each dialog in both schemes and both sizes, but not in all four pairs: they take as long as the pages.
    for name, act in SCENES.items() if (scheme == "dark") == (size == PHONE) else ():
        act(page, desk.url, past)
        found[name] = violations(page)
    context.close()
    problems = [f"{name}: {line}" for name, lines in found.items() for line in lines]
    assert not problems, "\n".join(problems)

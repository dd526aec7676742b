"""The page with a processor's form, for everyone: axe, the keyboard, small screens, speed, no jumps."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.checkout.site import to_json
from tests.web.checkout.test_everyone import violations
from tests.web.checkout.their_form import CVC, DECLINED, PAID, SCRIPTS, TheirShop, Watched

_MEASURED = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) shifts += one.value;
}).observe({ type: 'layout-shift', buffered: true });
new MutationObserver(() => {
  if (document.documentElement?.dataset.ready === '') window.readyAt ??= performance.now();
}).observe(document, { attributes: true, childList: true, subtree: true });
"""


class _Held:
    """Their script, which comes when it is let go."""

    def __init__(self, page: Page, theirs: TheirShop) -> None:
        self._page, self._asked = page, list[Route]()
        page.route(f"**{SCRIPTS[theirs.name]}", lambda route: self._asked.append(route))

    def let_go(self) -> None:
        """For the page that asked last; those before it are gone."""
        while not self._asked:
            self._page.wait_for_timeout(20)
        self._asked.pop().continue_()
        self._asked.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(theirs: TheirShop, browser: Browser, scheme: str) -> None:
    """Before the form, while it loads, open, after a decline, and when it does not load."""
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page, found = context.new_page(), {}
    page.goto(theirs.site.page_url(theirs.order()["id"]))
    expect(page.locator("[data-test-id=their-form]")).to_be_visible()
    found["before"] = violations(page)
    script = _Held(page, theirs)
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=fields-loading]")).to_be_visible()
    found["loading"] = violations(page)
    script.let_go()
    theirs.wait_for_form(page)
    theirs.pay(page, DECLINED)
    theirs.declined(page)
    if theirs.is_over_page:
        theirs.form(page).locator("#close").click()
    found["open"] = violations(page)
    page.route(f"**{SCRIPTS[theirs.name]}", lambda route: route.abort())
    page.reload()
    expect(page.locator("[data-test-id=fields-failed]")).to_be_visible()
    found["failed"] = violations(page)
    context.close()
    assert not any(found.values()), to_json(found)


def test_a_keyboard_alone_pays(theirs: TheirShop, page: Page) -> None:
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    _tab_to(page, "pay-button")
    page.keyboard.press("Enter")
    theirs.wait_for_form(page)
    fields = (
        {"#number": PAID, "#cvv": CVC}
        if theirs.is_over_page
        else {"#number": PAID, "#expiry": "1234", "#cvc": CVC}
    )
    for name, text in fields.items():
        for _ in range(12):
            if (
                theirs.form(page)
                .locator(name)
                .evaluate("(one) => one === document.activeElement && document.hasFocus()")
            ):
                break
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    if theirs.is_over_page:
        page.keyboard.press("Tab")
    else:
        _tab_to(page, "pay-button")
    page.keyboard.press("Enter")
    theirs.succeeded(page)
    theirs.charged_once(order)


def _tab_to(page: Page, name: str) -> None:
    for _ in range(12):
        if page.evaluate("document.activeElement?.dataset?.testId") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")


def test_the_page_is_ready_without_their_script_and_nothing_moves_when_it_comes(
    theirs: TheirShop, page: Page
) -> None:
    """Within 400 ms, with the place of the form kept; in no more requests than any page of ours."""
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_form(page)
    page.add_init_script(_MEASURED)
    script = _Held(page, theirs)
    ready = []
    for _ in range(5):
        seen = Watched.of(page.context)
        with page.expect_request(f"**{SCRIPTS[theirs.name]}"):
            page.reload(wait_until="commit")
        expect(page.locator("[data-test-id=fields-loading]")).to_be_visible()
        ready.append(page.evaluate("readyAt"))
    assert min(ready) <= 400, ready
    ours = [url for url, _ in seen.requests if url.startswith(theirs.site.url)]
    assert len(ours) <= 6, ours
    script.let_go()
    expect(page.locator("[data-test-id=fields-state][data-form=open]")).to_be_visible()
    if not theirs.is_over_page:
        theirs.wait_for_form(page)
    assert page.evaluate("shifts") < 0.01


@pytest.mark.parametrize("width", [320, 390])
def test_a_small_screen_shows_all_of_it(theirs: TheirShop, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(theirs.site.page_url(theirs.order()["id"]))
    theirs.continue_to_form(page)
    if theirs.is_over_page:
        theirs.form(page).locator("#close").click()
    expect(page.locator("[data-test-id=fields-state][data-form=open]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_hindi_is_spoken_there_as_well(theirs: TheirShop, page: Page) -> None:
    page.goto(theirs.site.page_url(theirs.order()["id"], locale="hi"))
    expect(page.locator("[data-test-id=pay-button]")).to_contain_text("भुगतान")
    theirs.continue_to_form(page)
    expect(page.locator("[data-test-id=fields-state]")).to_contain_text("फ़ॉर्म")

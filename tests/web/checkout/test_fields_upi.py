"""UPI in a processor's own form: a code on a desktop, apps on a phone. The fake plays what the bank says."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.stack import eventually
from tests.web.checkout.site import going_away, outcome
from tests.web.checkout.test_everyone import violations
from tests.web.checkout.their_form import TheirShop, Watched

FIELDS = "[data-test-id=fields-state]"
_ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36"
REFUSALS: Final = {
    "cashfree": {"declined": "bank_rejected", "timed out": "auth_timeout"},
    "razorpay": {"declined": "payment_declined", "timed out": "payment_timed_out"},
    "stripe": {"declined": "payment_method_customer_decline", "timed out": "payment_method_provider_timeout"},
}
"""Each one's own words."""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone; any uncaught error in it or its frames fails the test."""
    context = browser.new_context(
        user_agent=_ANDROID, viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True
    )
    one = context.new_page()
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield one
    context.close()
    assert errors == []


def _seen(page: Page, state: str) -> None:
    """The shopper goes to another app, or comes back: every document is told."""
    for frame in page.frames:
        frame.evaluate(
            """state => {
            Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
            document.dispatchEvent(new Event("visibilitychange")); }""",
            state,
        )


def _only(theirs: TheirShop, order: dict[str, Any]) -> dict[str, Any]:
    """The order's one payment, which waits."""
    [made] = theirs.payments_of(order)
    assert made["status"] == "requires_action"
    return made


def _paid_by_upi(theirs: TheirShop, order: dict[str, Any]) -> None:
    """Once, in one object at the processor."""
    payment = theirs.charged_once(order)
    assert payment["method"] == "upi"
    told = [one["answer"] or "" for one in theirs.account.fake.about(payment["id"])]
    assert any('"shopper@' in answer for answer in told), "the processor says which address has paid"
    book = theirs.account.fake.book(payment["id"])
    assert (book["objects"], book["captured"]) == (1, order["amount"])


def _open_app(theirs: TheirShop, page: Page) -> None:
    """From their form on a phone into an app. Stripe leaves the page for its own, which has the apps."""
    if theirs.is_over_page:
        apps = theirs.form(page).locator("#upi")
    else:
        # Back from the app Chromium, headless, at times paints nothing, and until then it tells the page of no key
        # and no press: the button is pressed in the document. Real presses come before an app is opened.
        with going_away():
            page.locator("[data-test-id=pay-button]").dispatch_event("click")
        page.wait_for_url("**/js/upi?**")
        apps = page.locator("#upi")
    apps.locator("[data-app=phonepe]").click()
    expect(apps).to_have_attribute("data-opened", _link("phonepe://pay"))
    # What the browser refuses takes the whole frame away.
    expect(apps.locator("[data-app=gpay]")).to_be_visible()


def _link(start: str) -> re.Pattern[str]:
    """A link that asks for the order's amount."""
    return re.compile(rf"^{re.escape(start)}\?(?=.*\bam=500\.00\b)(?=.*\bcu=INR\b)")


def test_a_code_on_a_desktop_is_scanned_and_paid(theirs: TheirShop, page: Page) -> None:
    """In the modal of a shop; nobody is asked for anything but us and the processor."""
    seen, order = Watched.of(page.context), theirs.order()
    frame = theirs.page.open(page, order)
    theirs.continue_to_upi(frame)
    assert violations(frame) == []
    code = theirs.code(frame)
    expect(code.locator("#code")).to_have_attribute("data-link", _link("upi://pay"))
    assert violations(frame) == []
    theirs.account.fake.act("pay", payment_id=_only(theirs, order)["id"])
    assert outcome(page)["status"] == "success"
    _paid_by_upi(theirs, order)
    fake, stack = theirs.account.fake, theirs.account.stack
    assert seen.origins() <= {theirs.page.url, theirs.site.url, stack.base_url, fake.url}


def test_an_app_on_a_phone_pays_and_the_page_knows_when_the_shopper_is_back(
    theirs: TheirShop, phone: Page
) -> None:
    seen, order = Watched.of(phone.context), theirs.order()
    phone.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_upi(phone)
    assert violations(phone) == []
    _open_app(theirs, phone)
    _seen(phone, "hidden")
    theirs.account.fake.act("pay", payment_id=_only(theirs, order)["id"])
    _seen(phone, "visible")
    theirs.succeeded(phone)
    assert violations(phone) == []
    _paid_by_upi(theirs, order)
    fake, stack = theirs.account.fake, theirs.account.stack
    app = "phonepe://pay"
    assert app in seen.origins(), "the browser was asked to open it"
    assert seen.origins() - {app} <= {theirs.site.url, stack.base_url, fake.url}


def test_an_app_pays_from_the_modal_of_a_shop(theirs: TheirShop, phone: Page) -> None:
    """Where Stripe leaves the page the shop is come back to by its address."""
    order = theirs.order()
    frame = theirs.page.open(phone, order)
    theirs.continue_to_upi(frame)
    if not theirs.is_over_page:
        with going_away():
            frame.click("[data-test-id=pay-button]")
        phone.wait_for_url("**/js/upi?**")
    apps = theirs.form(frame).locator("#upi") if theirs.is_over_page else phone.locator("#upi")
    apps.locator("[data-app=gpay]").click()
    expect(apps).to_have_attribute("data-opened", _link("gpay://upi/pay"))
    theirs.account.fake.act("pay", payment_id=_only(theirs, order)["id"])
    if theirs.is_over_page:
        assert outcome(phone)["status"] == "success"
    else:
        phone.wait_for_url(f"{theirs.page.url}/?payment_id=*&status=success*", timeout=20_000)
    _paid_by_upi(theirs, order)


@pytest.mark.parametrize("why", ["declined", "timed out"])
def test_what_came_to_nothing_is_tried_again_in_the_same_object(theirs: TheirShop, page: Page, why: str) -> None:
    order = theirs.order()
    frame = theirs.page.open(page, order)
    theirs.continue_to_upi(frame)
    code = theirs.code(frame)
    made = _only(theirs, order)
    theirs.account.fake.act("decline", payment_id=made["id"], code=REFUSALS[theirs.name][why])
    theirs.declined(frame)
    assert violations(frame) == []
    assert _only(theirs, order)["id"] == made["id"]
    if theirs.is_over_page:
        first = code.locator("#code").get_attribute("data-link") or ""
        code.locator("#again").click()
        expect(code.locator("#code")).not_to_have_attribute("data-link", first)
    else:
        theirs.code(frame)
    theirs.account.fake.act("pay", payment_id=made["id"])
    assert outcome(page)["status"] == "success"
    _paid_by_upi(theirs, order)


def test_an_app_that_refuses_leaves_the_others(theirs: TheirShop, phone: Page) -> None:
    """On the page that the shopper comes back to, for the same payment."""
    order = theirs.order()
    phone.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_upi(phone)
    _open_app(theirs, phone)
    _seen(phone, "hidden")
    made = _only(theirs, order)
    theirs.account.fake.act("decline", payment_id=made["id"], code=REFUSALS[theirs.name]["declined"])
    _seen(phone, "visible")
    theirs.declined(phone)
    _open_app(theirs, phone)
    theirs.account.fake.act("pay", payment_id=made["id"])
    theirs.succeeded(phone)
    _paid_by_upi(theirs, order)


def test_a_code_that_is_closed_charges_nothing_and_can_be_asked_for_again(theirs: TheirShop, page: Page) -> None:
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_upi(page)
    theirs.code(page).locator("#close").click()
    expect(page.locator(f"{FIELDS}[data-form=open]")).to_be_visible()
    made = _only(theirs, order)
    assert theirs.account.fake.book(made["id"])["charges"] == 0
    _form_again(theirs, page)
    theirs.code(page)
    theirs.account.fake.act("pay", payment_id=made["id"])
    theirs.succeeded(page)
    _paid_by_upi(theirs, order)


def test_a_reload_while_the_code_is_shown_finds_the_payment_again(theirs: TheirShop, page: Page) -> None:
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_upi(page)
    theirs.code(page)
    page.reload()
    expect(page.locator(f"{FIELDS}[data-form=open]")).to_be_visible()
    _form_again(theirs, page)
    theirs.code(page)
    theirs.account.fake.act("pay", payment_id=_only(theirs, order)["id"])
    theirs.succeeded(page)
    _paid_by_upi(theirs, order)


def _form_again(theirs: TheirShop, page: Page) -> None:
    """A form that lies over the page does not open by itself twice."""
    if theirs.is_over_page:
        page.click("[data-test-id=pay-button]")
    theirs.wait_for_form(page, "#upi")


def test_a_phone_that_drops_the_page_for_the_app_has_paid(theirs: TheirShop, phone: Page) -> None:
    """The page is gone when the app says yes; whoever comes back finds a paid order."""
    order = theirs.order()
    phone.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_upi(phone)
    _open_app(theirs, phone)
    made, context = _only(theirs, order), phone.context
    phone.close()
    theirs.account.fake.act("pay", payment_id=made["id"])
    eventually(lambda: theirs.account.fake.book(made["id"])["charges"], what="a charge")
    again = context.new_page()
    again.goto(theirs.site.page_url(order["id"]))
    expect(again.locator(f"[data-test-id=success-state], [data-problem=order_paid], {FIELDS}")).to_be_visible()
    theirs.account.ends(made, "success")
    again.reload()
    expect(again.locator("[data-test-id=problem-state]")).to_have_attribute("data-problem", "order_paid")
    _paid_by_upi(theirs, order)

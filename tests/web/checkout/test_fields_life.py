"""What a shopper's life does to a payment in a processor's form: it ends in one charge, or in none."""

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.stack import eventually
from tests.web.checkout.site import SERVER, checkout_frame, outcome
from tests.web.checkout.their_form import PAID, SCRIPTS, TheirShop

SLOW = "4000000000000077"
FIELDS = "[data-test-id=fields-state]"
STRIPE = pytest.mark.parametrize("theirs", ["stripe"], indirect=True)
LEADING_AWAY = pytest.mark.parametrize("theirs", ["cashfree", "razorpay"], indirect=True)


def _open(theirs: TheirShop, page: Page) -> dict[str, object]:
    """The order's page, its form open."""
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_form(page)
    return order


def _found_again(theirs: TheirShop, page: Page) -> None:
    """A form that lies over the page does not open by itself twice."""
    expect(page.locator(f"{FIELDS}[data-form=open]")).to_be_visible()
    if theirs.is_over_page:
        page.click("[data-test-id=pay-button]")
    theirs.wait_for_form(page)


def _rests(theirs: TheirShop, page: Page) -> None:
    """Our own part of the page can be used."""
    if theirs.is_over_page:
        theirs.form(page).locator("#close").click()
    expect(page.locator(f"{FIELDS}[data-form=open]")).to_be_visible()


def test_a_reload_finds_the_form_again(theirs: TheirShop, page: Page) -> None:
    order = _open(theirs, page)
    theirs.type_card(page)
    page.reload()
    _found_again(theirs, page)
    theirs.pay(page)
    theirs.succeeded(page)
    theirs.charged_once(order)


def test_a_reload_after_it_was_paid_shows_that_it_is(theirs: TheirShop, page: Page) -> None:
    """Nobody had told the page: neither the form, which is gone, nor a notice."""
    order = _open(theirs, page)
    [made] = theirs.payments_of(order)
    theirs.account.fake.pay(made["id"])
    page.reload()
    theirs.succeeded(page)
    theirs.charged_once(order)


def test_a_tab_that_is_killed_after_paying_leaves_a_paid_order(theirs: TheirShop, page: Page) -> None:
    order = _open(theirs, page)
    [made] = theirs.payments_of(order)
    theirs.pay(page)
    eventually(lambda: theirs.account.fake.book(made["id"])["charges"], what="a charge")
    context = page.context
    page.close()
    theirs.account.merchant.settled(made, "success")
    again = context.new_page()
    again.goto(theirs.site.page_url(str(order["id"])))
    expect(again.locator("[data-test-id=problem-state]")).to_have_attribute("data-problem", "order_paid")
    theirs.charged_once(order)


def test_a_second_tab_has_the_same_form_and_both_see_the_end(theirs: TheirShop, page: Page) -> None:
    order = _open(theirs, page)
    other = page.context.new_page()
    other.goto(theirs.site.page_url(str(order["id"])))
    _found_again(theirs, other)
    theirs.type_card(page)
    theirs.pay(other)
    theirs.succeeded(other)
    theirs.succeeded(page)
    theirs.charged_once(order)


def test_two_tabs_that_pay_at_once_pay_once(theirs: TheirShop, page: Page) -> None:
    """Where the processor lets both cards be held, one is captured; it lets the other go by itself."""
    order = _open(theirs, page)
    other = page.context.new_page()
    other.goto(theirs.site.page_url(str(order["id"])))
    _found_again(theirs, other)
    for tab in (page, other):
        theirs.type_card(tab)
    theirs.press_pay(page)
    theirs.press_pay(other)
    theirs.succeeded(page)
    theirs.succeeded(other)
    [payment] = theirs.payments_of(order)
    book = theirs.account.fake.book(payment["id"])
    assert (payment["status"], book["captured"], book["objects"]) == ("success", payment["amount"], 1)
    assert book["charges"] == 1 or theirs.is_over_page


def test_offline_nothing_is_sent_and_online_it_goes_on(theirs: TheirShop, page: Page) -> None:
    order = _open(theirs, page)
    _rests(theirs, page)
    page.context.set_offline(True)
    expect(page.locator("[data-test-id=pay-button]")).to_be_disabled()
    expect(page.locator("[data-test-id=notice]")).to_contain_text("offline")
    page.context.set_offline(False)
    expect(page.locator("[data-test-id=pay-button]")).to_be_enabled()
    if theirs.is_over_page:
        page.click("[data-test-id=pay-button]")
        theirs.wait_for_form(page)
    theirs.pay(page)
    theirs.succeeded(page)
    theirs.charged_once(order)


@STRIPE
def test_an_answer_of_the_form_that_is_lost_is_asked_for(theirs: TheirShop, page: Page) -> None:
    """The charge was made; nobody has to press again, and nobody who does pays twice."""
    order = _open(theirs, page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.context.route("**/js/confirm", lose)
    theirs.pay(page)
    theirs.succeeded(page)
    theirs.charged_once(order)


@STRIPE
def test_a_bank_that_takes_its_time_is_waited_for(theirs: TheirShop, page: Page) -> None:
    order = _open(theirs, page)
    [made] = theirs.payments_of(order)
    theirs.pay(page, SLOW)
    checking = page.locator(f"{FIELDS}[data-form=checking]")
    expect(checking).to_be_visible()
    expect(checking.get_by_text(made["id"])).to_be_visible()
    page.reload()
    expect(checking).to_be_visible()
    theirs.account.fake.act("pay", payment_id=made["id"])
    theirs.succeeded(page)
    theirs.charged_once(order)


def test_one_whose_time_is_over_can_be_paid_anew(theirs: TheirShop, page: Page) -> None:
    """It was closed at the processor first."""
    order = _open(theirs, page)
    [made] = theirs.payments_of(order)
    theirs.account.grow_old(made["id"], 61)
    theirs.account.ends(made, "failed")
    expect(page.locator("[data-test-id=error-state]")).to_be_visible(timeout=15_000)
    theirs.continue_to_form(page)
    theirs.pay(page)
    theirs.succeeded(page)
    theirs.charged_once(order, payments=2)


def test_an_order_that_expires_meanwhile_is_still_paid(theirs: TheirShop, page: Page) -> None:
    """It was begun in time."""
    order = _open(theirs, page)
    theirs.account.merchant.api.put("/checkout/settings", json={"order_seconds": 60}).raise_for_status()
    theirs.account.stack.sql(
        "UPDATE orders SET created_at = created_at - interval '1 hour' WHERE id = %s", (order["id"],)
    )
    page.reload()
    _found_again(theirs, page)
    theirs.pay(page)
    theirs.succeeded(page)
    theirs.charged_once(order)


def test_a_blocked_script_is_told_and_leaves_another_way(theirs: TheirShop, page: Page) -> None:
    """Nothing can be charged then; unblocked, the form comes without a new page."""
    script = f"**{SCRIPTS[theirs.name]}"
    page.context.route(script, lambda route: route.abort())
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    page.click("[data-test-id=pay-button]")
    failed = page.locator("[data-test-id=fields-failed]")
    expect(failed).to_contain_text("did not load")
    page.context.unroute(script)
    page.click("[data-test-id=fields-again]")
    expect(failed).to_have_count(0)
    theirs.wait_for_form(page)
    _rests(theirs, page)
    page.click("[data-test-id=fields-cancel]")
    expect(page.locator("[data-test-id=their-form]")).to_be_visible()
    [made] = theirs.payments_of(order)
    assert made["status"] == "cancelled"
    assert theirs.account.fake.book(made["id"])["charges"] == 0


def test_a_script_that_breaks_is_told_as_well(theirs: TheirShop, page: Page) -> None:
    """It has made none of what it promises."""
    page.context.route(
        f"**{SCRIPTS[theirs.name]}", lambda route: route.fulfill(content_type="text/javascript", body="void 0")
    )
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=fields-failed]")).to_be_visible()
    expect(page.locator("[data-test-id=fields-cancel]")).to_be_enabled()


def test_what_comes_back_in_an_address_is_not_believed(theirs: TheirShop, page: Page) -> None:
    """Nor kept there: a client secret in it is nobody's business."""
    order = _open(theirs, page)
    lies = {
        "returned": "1",
        "redirect_status": "succeeded",
        "payment_intent": "pi_lie",
        "payment_intent_client_secret": "pi_lie_secret_lie",
        "razorpay_payment_id": "pay_lie",
        "razorpay_signature": "<script>alert(1)</script>",
        "payment_id": "pay_lie",
        "status": "success",
    }
    address = theirs.site.page_url(str(order["id"]), **lies)
    page.goto(address)
    _found_again(theirs, page)
    assert not [name for name in lies if f"{name}=" in page.url]
    assert [one["status"] for one in theirs.payments_of(order)] == ["requires_action"]
    posted = httpx.post(address, data={"razorpay_payment_id": "pay_lie"}, follow_redirects=False)
    assert posted.status_code == 303 and posted.headers["location"].startswith("/checkout?")
    theirs.pay(page)
    theirs.succeeded(page)
    theirs.charged_once(order)


@LEADING_AWAY
def test_in_another_apps_browser_the_form_takes_the_page_and_posts_back(theirs: TheirShop, page: Page) -> None:
    """Such a browser opens no windows."""
    agent = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 Instagram 350.0"
    assert page.context.browser is not None
    context = page.context.browser.new_context(user_agent=agent, viewport={"width": 390, "height": 780})
    tab, order = context.new_page(), theirs.order()
    tab.goto(theirs.site.page_url(order["id"]))
    tab.click("[data-test-id=method-card]")  # on a phone UPI is the first
    tab.click("[data-test-id=pay-button]")
    tab.fill("#number", PAID)
    tab.fill("#cvv", "737")
    tab.click("#pay")
    theirs.succeeded(tab)
    assert tab.url.startswith(theirs.site.url) and "razorpay" not in tab.url
    theirs.charged_once(order)
    context.close()


def test_an_inline_checkout_keeps_its_place_through_the_form(theirs: TheirShop, page: Page) -> None:
    order = theirs.order()
    page.goto(theirs.page.url)
    options = {"mode": "inline", "container": "#box"}
    page.evaluate("([id, options]) => openCheckout(id, options)", [order["id"], options])
    frame = checkout_frame(page)
    theirs.continue_to_form(frame)
    theirs.pay(frame)
    assert outcome(page)["status"] == "success"
    theirs.charged_once(order)


def test_the_shell_of_a_static_host_loads_the_form_as_well(theirs: TheirShop, page: Page) -> None:
    """It asks the API itself, and has the policy that its host gives it."""
    # What a test puts in the place of an answer is of no address space, and would have to ask for ours.
    page.context.grant_permissions(["local-network-access"])
    shell = (SERVER.parent / "static/checkout.html").read_text("utf-8")
    body = shell.replace("%GATEWAY_API_URL%", theirs.account.stack.base_url)
    page.route(f"{theirs.site.url}/checkout?**", lambda route: route.fulfill(content_type="text/html", body=body))
    order = _open(theirs, page)
    theirs.pay(page)
    theirs.succeeded(page)
    theirs.charged_once(order)

"""Led away to the bank and back, and shops whose pages frame nothing: the whole page pays then."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.stack import eventually
from tests.web.checkout.site import Shop, checkout_frame, going_away
from tests.web.checkout.their_form import LED_AWAY, TheirShop

STRIPE = pytest.mark.parametrize("theirs", ["stripe"], indirect=True)
SILENT_MS = 2_500
"""A frame that has loaded and says nothing for 2 s is given up."""
PHONE = {"width": 390, "height": 780}


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def _settled(page: Page) -> dict[str, Any]:
    """As `outcome`, where the page's policy lets nobody evaluate a text."""
    eventually(lambda: page.evaluate("window.settled") == 1, what="a result")
    result: dict[str, Any] = page.evaluate("window.result")
    return result


def _leave_for_bank(theirs: TheirShop, page: Page, target: object) -> None:
    """The bank's page takes the whole tab, also from a frame."""
    with going_away():
        theirs.pay(target, LED_AWAY)  # type: ignore[arg-type]
    page.wait_for_url("**/js/bank?**")


@STRIPE
@pytest.mark.parametrize("mode", ["modal", "inline"])
def test_a_redirect_from_a_frame_comes_back_as_a_page_and_leads_to_the_shop(
    theirs: TheirShop, page: Page, mode: str
) -> None:
    """With the signed result, to where the shop wants its shoppers."""
    order = theirs.order()
    page.goto(theirs.page.url)
    options = {"mode": mode, "container": "#box", "callbackUrl": "/thanks?cart=7"}
    page.evaluate("([id, options]) => openCheckout(id, options)", [order["id"], options])
    frame = checkout_frame(page)
    theirs.continue_to_form(frame)
    _leave_for_bank(theirs, page, frame)
    page.click("#approve")
    page.wait_for_url(f"{theirs.page.url}/thanks?cart=7&**", timeout=20_000)
    payment, query = theirs.charged_once(order), _query(page)
    assert (query["payment_id"], query["status"]) == ([payment["id"]], ["success"])
    assert len(query["signature"][0]) == 64 and "payment_intent" not in page.url


@STRIPE
def test_a_refusal_at_the_bank_comes_back_to_the_same_form(theirs: TheirShop, page: Page) -> None:
    """On a phone, in redirect mode; another card is taken there."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    order = theirs.order()
    page.goto(theirs.page.url)
    page.evaluate("([id]) => openCheckout(id, { mode: 'redirect' })", [order["id"]])
    page.wait_for_url("**/checkout?**")
    theirs.continue_to_form(page)
    _leave_for_bank(theirs, page, page)
    page.click("#refuse")
    theirs.declined(page)
    assert not [one for one in _query(page) if one.startswith(("payment_intent", "redirect", "returned"))]
    theirs.pay(page)
    page.wait_for_url(f"{theirs.page.url}/?payment_id=*", timeout=20_000)
    payment = theirs.charged_once(order)
    assert theirs.account.fake.book(payment["id"])["objects"] == 1


@STRIPE
def test_a_tab_that_is_killed_at_the_bank_loses_nothing(theirs: TheirShop, page: Page) -> None:
    """Before it was approved: the order can be paid. After: it is paid, whether or not anybody comes back."""
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_form(page)
    _leave_for_bank(theirs, page, page)
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(theirs.site.page_url(order["id"]))
    theirs.wait_for_form(again)
    _leave_for_bank(theirs, again, again)
    again.route("**/checkout?**", lambda route: route.abort())
    [made] = theirs.payments_of(order)
    with going_away():
        again.click("#approve")
    eventually(lambda: theirs.account.fake.book(made["id"])["charges"], what="a charge")
    again.close()
    theirs.account.merchant.settled(made, "success")
    theirs.charged_once(order)


@STRIPE
def test_the_orders_own_way_back_is_taken_where_the_page_has_none(theirs: TheirShop, page: Page) -> None:
    order = theirs.order(return_url=f"{theirs.page.url}/own")
    page.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_form(page)
    theirs.pay(page)
    page.wait_for_url(f"{theirs.page.url}/own?payment_id=*", timeout=20_000)
    theirs.charged_once(order)


def test_an_isolated_shop_is_left_for_the_whole_page_at_once(theirs: TheirShop, page: Page) -> None:
    """Their frames cannot load inside it."""
    shop = Shop.strict(theirs.site.url, theirs.account.merchant.key)
    order = theirs.order()
    page.goto(shop.url)
    assert page.evaluate("crossOriginIsolated")
    page.evaluate("([id]) => openCheckout(id)", [order["id"]])
    page.wait_for_url("**/checkout?**")
    assert "n=" not in urlsplit(page.url).query.split("&")
    theirs.continue_to_form(page)
    theirs.pay(page)
    page.wait_for_url(f"{shop.url}/?payment_id=*", timeout=20_000)
    theirs.charged_once(order)
    shop.close()


def test_an_isolated_shop_that_wants_a_modal_hears_why_there_is_none(theirs: TheirShop, page: Page) -> None:
    shop = Shop.strict(theirs.site.url, theirs.account.merchant.key)
    page.goto(shop.url)
    page.evaluate("([id]) => openCheckout(id, { mode: 'modal' })", [theirs.order()["id"]])
    result = _settled(page)
    assert (result["status"], result["error"]["code"]) == ("failed", "frame_blocked")
    shop.close()


def test_a_shop_that_embeds_only_what_says_so_is_left_when_the_form_comes(theirs: TheirShop, page: Page) -> None:
    """No script can see that a page has COEP without isolation; the frame that does not come back tells it."""
    shop = Shop(theirs.site.url, theirs.account.merchant.key, Cross_Origin_Embedder_Policy="require-corp")
    order = theirs.order()
    frame = shop.open(page, order)
    with going_away():
        frame.click("[data-test-id=pay-button]")
    page.wait_for_url("**/checkout?**", timeout=15_000)
    expect(page.locator("[data-test-id=fields-state][data-form=open]")).to_be_visible()
    if theirs.is_over_page:
        page.click("[data-test-id=pay-button]")
    theirs.wait_for_form(page)
    theirs.pay(page)
    page.wait_for_url(f"{shop.url}/?payment_id=*", timeout=20_000)
    theirs.charged_once(order)
    shop.close()


def test_a_shops_policy_needs_to_name_nobody_but_the_checkout(theirs: TheirShop, page: Page) -> None:
    """The processor's frames are inside ours."""
    checkout = theirs.site.url
    policy = f"default-src 'none'; script-src 'nonce-c2hvcA' {checkout}; frame-src {checkout}"
    shop = Shop(checkout, theirs.account.merchant.key, Content_Security_Policy=policy)
    order = theirs.order()
    frame = shop.open(page, order)
    theirs.continue_to_form(frame)
    theirs.pay(frame)
    assert _settled(page)["status"] == "success"
    theirs.charged_once(order)
    shop.close()


@STRIPE
def test_a_page_that_comes_back_slowly_is_waited_for(theirs: TheirShop, page: Page) -> None:
    """Longer than a frame that says nothing: the shop's part knows that it is on its way."""
    frame = theirs.page.open(page, theirs.order())
    asked: list[Route] = []
    page.route("**/checkout?**", lambda route: asked.append(route))
    with going_away():
        frame.click("[data-test-id=pay-button]")
    while not asked:
        page.wait_for_timeout(20)
    page.wait_for_timeout(SILENT_MS)
    asked.pop().continue_()
    theirs.wait_for_form(checkout_frame(page))
    assert page.url.startswith(theirs.page.url) and "fallback" not in page.evaluate("events")

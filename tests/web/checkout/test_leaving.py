"""What a shopper and a shop learn where an answer comes late, gets lost, or comes while nobody looks."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.client import Merchant
from tests.support.stack import Stack, eventually
from tests.web.checkout.site import CheckoutSite, Shop, click_away, fill_card, outcome, pay_by_card

CHALLENGED = "4000002500003155"
DECLINED = "4000000000000002"


def _decline(web_stack: Stack, merchant: Merchant, order_id: str) -> None:
    """Play the bank that declines the order's only payment, until the payment has failed."""
    ((payment_id,),) = web_stack.sql("SELECT id FROM payments WHERE order_id = %s", (order_id,))
    url = f"{merchant.base_url}/api/v1/test/payments/{payment_id}/authenticate"
    assert httpx.post(url, json={"result": "failure"}).status_code == 200
    merchant.settled({"id": payment_id}, "failed")


def test_leaving_while_a_second_card_is_on_its_way_names_the_second_payment(
    shop: Shop, merchant: Merchant, page: Page, web_stack: Stack
) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    pay_by_card(frame, DECLINED)
    expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)
    held: list[Route] = []
    page.route("**/payments/public", lambda route: held.append(route))
    pay_by_card(frame, CHALLENGED)
    eventually(lambda: page.wait_for_timeout(50) or held)
    page.click("[data-test-id=close-modal-button]")
    click_away(frame.locator("[data-test-id=closing-leave]"))
    held[0].continue_()
    result = outcome(page)
    ids = [row[0] for row in web_stack.sql("SELECT id FROM payments WHERE order_id = %s", (order["id"],))]
    assert len(ids) == 2
    assert result["status"] == "processing"
    assert merchant.payment(result["paymentId"])["status"] in ("pending", "requires_action")


def test_leaving_does_not_wait_for_an_api_that_is_gone(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order())
    pay_by_card(frame, DECLINED)
    expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)
    held: list[Route] = []
    page.route("**/payments/public", lambda route: held.append(route))
    pay_by_card(frame)
    eventually(lambda: page.wait_for_timeout(50) or held)
    page.click("[data-test-id=close-modal-button]")
    click_away(frame.locator("[data-test-id=closing-leave]"))
    # Never the payment that was declined before: that one is no answer to what became of this one.
    assert "paymentId" not in outcome(page)


def test_a_decline_while_the_page_was_away_is_told_once_when_it_is_back(
    checkout: CheckoutSite, merchant: Merchant, page: Page, web_stack: Stack
) -> None:
    """A page of its own: in a frame of another site this browser keeps nothing, and nobody knows whose it was."""
    order = merchant.order()
    address = checkout.page_url(order["id"])
    page.goto(address)
    pay_by_card(page, CHALLENGED)
    expect(page.locator("[data-test-id=challenge-state]")).to_be_visible(timeout=20_000)
    page.goto("about:blank")
    _decline(web_stack, merchant, order["id"])
    page.goto(address)
    expect(page.locator("[data-test-id=error-state]")).to_be_visible()
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("[data-test-id=card-form]")).to_be_visible()
    assert page.locator("[data-test-id=error-state]").count() == 0


def test_a_frame_that_is_loaded_anew_after_the_decline_lets_go_of_the_lock(
    shop: Shop, merchant: Merchant, page: Page, web_stack: Stack
) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    pay_by_card(frame, CHALLENGED)
    expect(frame.locator("[data-test-id=challenge-state]")).to_be_visible(timeout=20_000)
    assert page.evaluate("gateway.state") == "locked"
    # As the watch of a page that was asleep: it hears of nothing until the SDK has loaded it once more.
    page.route("**/events/public", lambda route: route.abort())
    page.route("**/payments/*/public*", lambda route: None)
    frame.evaluate("setTimeout(() => location.replace('about:blank'))")
    frame.wait_for_url("about:blank")
    _decline(web_stack, merchant, order["id"])
    page.evaluate("const one = document.querySelector('iframe'); one.src = one.src")
    page.wait_for_function("gateway.state === 'open'")
    assert page.evaluate("gateway.close()") is True
    assert outcome(page)["status"] == "dismissed"


@pytest.mark.parametrize("step", ["authenticate", "cancel"])
def test_a_step_that_fails_says_so_where_the_shopper_is(
    checkout: CheckoutSite, merchant: Merchant, page: Page, step: str
) -> None:
    page.goto(checkout.page_url(merchant.order()["id"]))
    pay_by_card(page, CHALLENGED)
    button = page.locator(f"[data-test-id=challenge-{'approve' if step == 'authenticate' else 'cancel'}]")
    expect(button).to_be_visible(timeout=20_000)
    page.route(f"**/{step}*", lambda route: route.abort())
    page.route(f"**/{step}/public", lambda route: route.abort())
    button.click()
    expect(page.locator("[data-test-id=notice]")).to_have_text("That did not work. Please try again.")
    page.unroute_all()
    button.click()
    gone = page.locator("[data-test-id=challenge-state]")
    expect(gone).to_have_count(0, timeout=20_000)
    expect(page.get_by_text("That did not work.")).to_have_count(0)


def test_a_full_page_offers_only_the_methods_that_the_shop_wants(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    page.goto(checkout.page_url(merchant.order()["id"], methods="upi", method="card"))
    expect(page.locator("[data-test-id=upi-form]")).to_be_visible()
    assert page.locator("[data-test-id=card-form]").count() == 0


def test_what_the_api_refused_is_no_attempt(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order(), retry={"maxAttempts": 2})
    answers: list[Callable[[Route], None]] = [
        lambda route: route.fulfill(status=429, json={"error": {"code": "RATE_LIMITED", "description": ""}}),
        lambda route: route.continue_(),
    ]
    page.route("**/payments/public", lambda route: answers.pop(0)(route))
    fill_card(frame, DECLINED)
    frame.click("[data-test-id=pay-button]")
    expect(frame.locator("[data-test-id=notice]")).to_contain_text("Too many attempts")
    frame.click("[data-test-id=pay-button]")
    expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)
    failures = [entry[1] for entry in page.evaluate("log") if entry[0] == "failure"]
    assert [(one["attempt"], one["final"]) for one in failures] == [(1, False)]

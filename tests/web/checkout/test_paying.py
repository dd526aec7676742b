"""Paying in the modal of a shop on another site, against the real API, worker, Postgres and Redis."""

import http.server
import json
import re
import shutil
import threading
from functools import partial
from pathlib import Path

import httpx
import pytest
import razorpay  # type: ignore[import-untyped]  # the package has no types
from playwright.sync_api import Browser, Page, expect

from dev import test_data
from dev.ports import free_port
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack, eventually
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    click_away,
    fill_card,
    going_away,
    outcome,
    pay_by_card,
)


def test_the_contracts_page_pays_by_card_under_its_test_ids(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    order = merchant.order(50_000)
    page.goto(checkout.page_url(order["id"]))
    for name in ("checkout-container", "order-summary", "payment-methods", "method-upi", "method-card"):
        expect(page.get_by_test_id(name).or_(page.locator(f"[data-test-id={name}]"))).to_be_visible()
    expect(page.locator("[data-test-id=order-amount]")).to_have_text("₹500.00")
    expect(page.locator("[data-test-id=order-id]")).to_have_text(order["id"])
    page.click("[data-test-id=method-card]")
    pay_by_card(page)
    expect(page.locator("[data-test-id=processing-state]")).to_be_visible()
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
    paid = merchant.payment(page.inner_text("[data-test-id=payment-id]"))
    assert (paid["status"], paid["order_id"], paid["amount"]) == ("success", order["id"], 50_000)


def test_the_contracts_page_pays_by_vpa(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    order = merchant.order()
    page.goto(checkout.page_url(order["id"]))
    page.click("[data-test-id=method-upi]")
    page.fill("[data-test-id=vpa-input]", "not a vpa")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("#vpa-error")).to_be_visible()
    page.fill("[data-test-id=vpa-input]", "success@bank")
    page.click("[data-test-id=pay-button]")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)


def test_success_reaches_the_shop_with_a_valid_signature(shop: Shop, merchant: Merchant, page: Page) -> None:
    order = merchant.order()
    frame = shop.open(page, order)
    pay_by_card(frame)
    result = outcome(page)
    assert result["status"] == "success"
    payment = result["payment"]
    secret = merchant.api.get("/checkout/settings").json()["signing_secret"]
    assert razorpay.Client(auth=(merchant.key, secret)).utility.verify_payment_signature(
        {
            "razorpay_order_id": order["id"],
            "razorpay_payment_id": payment["paymentId"],
            "razorpay_signature": payment["signature"],
        }
    )
    page.wait_for_function("gateway.state === 'closed'", timeout=15_000)
    assert [entry[0] for entry in page.evaluate("log")] == ["success", "close"]
    assert page.locator("dialog").count() == 0


def test_a_decline_keeps_the_form_and_a_retry_pays(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order())
    pay_by_card(frame, "4000000000009995")
    alert = frame.locator("[data-test-id=error-state]")
    expect(alert).to_be_visible(timeout=20_000)
    expect(alert).to_be_focused()
    expect(frame.locator("[data-test-id=error-message]")).to_contain_text("not enough money")
    expect(frame.locator("[data-test-id=card-number-input]")).to_have_value("4000 0000 0000 9995")
    expect(frame.locator("[data-test-id=cvv-input]")).to_have_value("")
    frame.click("[data-test-id=retry-button]")
    expect(frame.locator("[data-test-id=card-number-input]")).to_be_focused()
    pay_by_card(frame)
    assert outcome(page)["status"] == "success"
    failures = [entry[1] for entry in page.evaluate("log") if entry[0] == "failure"]
    assert [(one["code"], one["final"], one["declineCode"]) for one in failures] == [
        ("payment_declined", False, "insufficient_funds")
    ]


def test_each_published_test_card_fills_the_form_with_a_number_that_is_one(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.click("[data-test-id=method-card]")
    page.get_by_text("Test cards", exact=True).click()
    number, numbers = page.locator("[data-test-id=card-number-input]"), page.locator(".test-cards button")
    published = [row["value"] for row in json.loads((ROOT / test_data.LISTS[1]).read_text("utf-8"))["cards"]]
    assert numbers.locator("bdi").all_inner_texts() == published
    for value in published:
        numbers.filter(has_text=value).click()
        expect(number).to_have_value(value)
        number.focus()
        number.blur()
        expect(page.locator("#number-error")).to_have_count(0)


@pytest.mark.parametrize("approve", [True, False])
def test_a_challenge_ends_as_the_bank_says(shop: Shop, merchant: Merchant, page: Page, approve: bool) -> None:
    frame = shop.open(page, merchant.order())
    pay_by_card(frame, "4000002500003155")
    expect(frame.locator("[data-test-id=challenge-state]")).to_be_visible(timeout=20_000)
    assert page.evaluate("gateway.close()") is False
    frame.click(f"[data-test-id=challenge-{'approve' if approve else 'decline'}]")
    if approve:
        assert outcome(page)["status"] == "success"
    else:
        expect(frame.locator("[data-test-id=error-state]")).to_be_visible(timeout=20_000)


def test_a_challenge_can_be_left_for_another_method(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order())
    pay_by_card(frame, "4000002500003155")
    frame.click("[data-test-id=challenge-cancel]", timeout=20_000)
    frame.click("[data-test-id=method-upi]", timeout=20_000)
    frame.fill("[data-test-id=vpa-input]", "success@bank")
    frame.click("[data-test-id=pay-button]")
    assert outcome(page)["payment"]["method"] == "upi"


_RESULT = r"payment_id=pay_\w{16}&order_id=order_\w+&status=success&signature=[0-9a-f]{64}"
_OWN_QUERY = "order_id=A17&status=new&signature=mine&q=a+b%20c&list[]=1&e=%E9&f=(~*)"
"""What a shop may have in its own address: our names, and spellings that are not ours."""


def test_redirect_mode_returns_with_the_signed_result_behind_the_shops_own_query(
    shop: Shop, merchant: Merchant, page: Page, checkout: CheckoutSite
) -> None:
    order = merchant.order()
    page.goto(shop.url)
    page.evaluate(
        "([id, back]) => openCheckout(id, { mode: 'redirect', callbackUrl: back })",
        [order["id"], f"{shop.url}/thanks?{_OWN_QUERY}#basket"],
    )
    page.wait_for_url(f"{checkout.url}/checkout**")
    page.wait_for_selector("html[data-ready]", state="attached")
    pay_by_card(page)
    page.wait_for_url(f"{shop.url}/thanks**", timeout=30_000)
    own, _, ours = page.url.partition("&payment_id=")
    assert own == f"{shop.url}/thanks?{_OWN_QUERY}"
    assert re.fullmatch(_RESULT + "#basket", f"payment_id={ours}")


def test_a_challenge_that_the_api_began_returns_behind_the_shops_own_query(
    shop: Shop, merchant: Merchant, page: Page, checkout: CheckoutSite
) -> None:
    order = merchant.order()
    payment = merchant.card(order, "4000002500003155")
    eventually(lambda: merchant.payment(payment["id"])["status"] == "requires_action")
    back = f"{shop.url}/thanks?{_OWN_QUERY}"
    page.goto(f"{checkout.url}/challenge?{httpx.QueryParams({'payment_id': payment['id'], 'return_to': back})}")
    page.click("[data-test-id=challenge-approve]")
    page.wait_for_url(f"{shop.url}/thanks**", timeout=30_000)
    assert page.url.startswith(back + "&")
    assert re.fullmatch(_RESULT, page.url.removeprefix(back + "&"))


def test_status_by_long_poll_works_where_streams_are_broken(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    page.route("**/events/public", lambda route: route.abort())
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    pay_by_card(page, "4000002500003155")
    page.click("[data-test-id=challenge-approve]", timeout=25_000)
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=30_000)


def test_escape_inside_the_frame_closes_it(shop: Shop, merchant: Merchant, page: Page) -> None:
    """A key pressed in a frame of another origin never reaches the shop's page: the frame forwards it."""
    frame = shop.open(page, merchant.order())
    with going_away():
        # Later than this call's answer as a rule: one that is never answered would be waited for without end.
        frame.evaluate(
            """() => { const event = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
            setTimeout(() => document.querySelector("form input").dispatchEvent(event)); }"""
        )
    result = outcome(page)
    assert (result["status"], result["reason"]) == ("dismissed", "escape")


@pytest.mark.parametrize("method", ["card", "upi"])
@pytest.mark.parametrize("reason", ["escape", "backdrop"])
def test_a_key_or_a_click_beside_does_not_throw_away_what_was_typed(
    shop: Shop, merchant: Merchant, page: Page, method: str, reason: str
) -> None:
    frame = shop.open(page, merchant.order(), modal={"closeOnBackdrop": True})
    frame.click(f"[data-test-id=method-{method}]")
    if method == "card":
        fill_card(frame)
    else:
        frame.fill("[data-test-id=vpa-input]", "success@bank")
    for _ in range(2):
        if reason == "escape":
            page.keyboard.press("Escape")
        else:
            page.mouse.click(5, 450)
        expect(frame.locator("[data-test-id=closing]")).to_contain_text("Leave without paying?")
        frame.get_by_role("button", name="Stay").click()
        expect(frame.locator("[data-test-id=closing]")).to_have_count(0)
    assert page.evaluate("gateway.state") == "open"
    frame.click("[data-test-id=pay-button]")
    assert outcome(page)["status"] == "success"


def test_what_was_typed_may_be_left_after_all(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order())
    fill_card(frame)
    page.keyboard.press("Escape")
    click_away(frame.locator("[data-test-id=closing-leave]"))
    result = outcome(page)
    assert (result["status"], result["reason"]) == ("dismissed", "escape")


@pytest.mark.parametrize(("modal", "asked"), [({}, False), ({"confirmClose": True}, True)])
def test_the_button_that_closes_asks_where_the_shop_wants_it(
    shop: Shop, merchant: Merchant, page: Page, modal: dict[str, bool], asked: bool
) -> None:
    frame = shop.open(page, merchant.order(), modal=modal)
    fill_card(frame)
    page.click("[data-test-id=close-modal-button]")
    if asked:
        click_away(frame.locator("[data-test-id=closing-leave]"))
    assert outcome(page)["reason"] == "close_button"


def test_escape_that_ends_a_composition_does_not_close(shop: Shop, merchant: Merchant, page: Page) -> None:
    frame = shop.open(page, merchant.order())
    for composing in (True, False):
        with going_away():
            frame.evaluate(
                """isComposing => { const event = new KeyboardEvent("keydown", { key: "Escape", bubbles: true,
                isComposing }); setTimeout(() => document.querySelector("form input").dispatchEvent(event)); }""",
                composing,
            )
        if composing:
            page.wait_for_timeout(300)
            assert page.evaluate("gateway.state") == "open"
    assert outcome(page)["reason"] == "escape"


def test_a_shop_with_strict_policies_and_isolation_takes_a_payment(
    checkout: CheckoutSite, merchant: Merchant, page: Page
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    shop = Shop.strict(checkout.url, merchant.key)
    page.set_viewport_size({"width": 390, "height": 844})
    frame = shop.open(page, merchant.order())
    assert page.evaluate("crossOriginIsolated") is True
    assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    pay_by_card(frame)
    # Playwright's own waiting evaluates strings, which this page forbids.
    eventually(lambda: page.wait_for_timeout(50) or page.evaluate("window.settled"), 30)
    assert page.evaluate("window.result.status") == "success"
    shop.close()
    assert complaints == []


def test_a_phone_with_its_keyboard_open_reaches_every_field(
    shop: Shop, merchant: Merchant, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 664}, is_mobile=True, has_touch=True)
    page = context.new_page()
    frame = shop.open(page, merchant.order())
    sizes = frame.eval_on_selector_all(
        "form input", "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    # Below 16 px iOS zooms into the field and does not come back.
    assert len(sizes) == 4 and min(sizes) >= 16
    page.set_viewport_size({"width": 390, "height": 330})
    fill_card(frame)
    frame.tap("[data-test-id=pay-button]")
    assert outcome(page)["status"] == "success"
    context.close()


def test_the_shopper_sees_success_while_the_merchants_webhook_is_down(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    merchant = web_stack.merchant()
    nowhere = {"webhook_url": f"http://localhost:{free_port()}/hook"}
    merchant.api.put("/webhooks/config", json=nowhere).raise_for_status()
    page.goto(checkout.page_url(merchant.order()["id"]))
    pay_by_card(page)
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)


def test_the_page_works_from_a_plain_file_host(
    merchant: Merchant, web_stack: Stack, page: Page, tmp_path: Path
) -> None:
    """`dist/static` with the API's address in it; no server of ours, so no frame."""
    dist = ROOT / "web/checkout/dist"
    shutil.copytree(dist / "assets", tmp_path / "assets")
    html = (dist / "static/checkout.html").read_text().replace("%GATEWAY_API_URL%", web_stack.base_url)
    (tmp_path / "checkout.html").write_text(html)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as files:
        threading.Thread(target=files.serve_forever, daemon=True).start()
        order = merchant.order(49_900)
        page.goto(f"http://localhost:{files.server_port}/checkout.html?order_id={order['id']}")
        expect(page.locator("[data-test-id=order-amount]")).to_have_text("₹499.00")
        pay_by_card(page)
        expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)
        files.shutdown()

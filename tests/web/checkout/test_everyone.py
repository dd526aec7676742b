"""For everyone: axe, the keyboard, small screens, zoom, calm, right to left."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.support.client import Merchant
from tests.support.stack import ROOT, eventually
from tests.web.checkout.screenshots import SCREENS
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    checkout_frame,
    outcome,
    pay_by_card,
    to_json,
)

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()


_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(target: Page | Frame) -> list[Any]:
    """What axe finds in this document: rules, each with its elements."""
    target.evaluate(AXE)
    found = target.evaluate("tags => axe.run({ runOnly: tags, iframes: false })", _TAGS)["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_axe_finds_nothing(
    checkout: CheckoutSite, merchant: Merchant, browser: Browser, screen: Callable[[Page], None], scheme: str
) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    screen(page)
    found = violations(page)
    context.close()
    assert not found, to_json(found)


def test_a_keyboard_alone_pays(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    page.keyboard.press("Tab")
    for text in ("", "4242424242424242", "1230", "123", "Asha Rao"):
        if text:
            page.keyboard.press("Tab")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("query", [{}, {"locale": "ar"}, {"locale": "hi"}])
def test_nothing_scrolls_sideways_at_320_pixels(
    checkout: CheckoutSite, merchant: Merchant, page: Page, query: dict[str, str]
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(checkout.page_url(merchant.order(99_999_999_900)["id"], **query))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


_LINES = """test_id => { const range = document.createRange();
    range.selectNodeContents(document.querySelector(`[data-test-id=${test_id}]`));
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size; }"""


@pytest.mark.parametrize("query", [{}, {"locale": "hi"}])
@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        (99_999_900, "INR"),
        (9_999_999_900, "INR"),
        (99_999_999_999, "INR"),
        (999_999_999_999, "INR"),
        (999_999_999_999, "BHD"),
        (888_888_888_888, "JPY"),
        (888_888_888_888, "IDR"),
    ],
)
def test_an_amount_is_never_broken_at_320_pixels(
    shop: Shop, merchant: Merchant, page: Page, amount: int, currency: str, query: dict[str, str]
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    frame = shop.open(page, merchant.order(amount, currency=currency), **query)
    assert frame.evaluate(_LINES, "order-amount") == 1
    assert frame.evaluate("document.documentElement.scrollWidth") <= 320
    box = frame.locator("[data-test-id=order-amount]").bounding_box()
    width = frame.evaluate(
        """() => { const range = document.createRange();
        range.selectNodeContents(document.querySelector("[data-test-id=order-amount]"));
        return range.getBoundingClientRect().width; }"""
    )
    assert box is not None and width <= box["width"]


@pytest.mark.parametrize("language", ["ar-EG", "he-IL", "ur-PK"])
def test_a_visitor_whose_language_is_missing_gets_english_as_english_is_written(
    shop: Shop, merchant: Merchant, browser: Browser, language: str
) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    frame = shop.open(page, merchant.order())
    assert frame.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]
    assert frame.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "ltr"
    assert page.locator("#payment-gateway-modal").get_attribute("dir") == "ltr"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_modal_and_its_frame(
    shop: Shop, merchant: Merchant, browser: Browser, scheme: str
) -> None:
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    frame = shop.open(page, merchant.order())
    page.wait_for_selector("[data-test-id=payment-modal]:not([data-wait])")
    found = [violations(page), violations(frame)]
    pay_by_card(frame, "4000002500003155")
    frame.wait_for_selector("[data-test-id=challenge-state]", timeout=20_000)
    page.click("[data-test-id=close-modal-button]")
    frame.wait_for_selector("[data-test-id=closing]")
    found.append(violations(frame))
    context.close()
    assert found == [[], [], []], to_json(found)


@pytest.mark.parametrize("path", ["/demo", "/docs/errors", "/checkout?order_id=order_unknown"])
def test_axe_finds_nothing_around_the_checkout(checkout: CheckoutSite, page: Page, path: str) -> None:
    page.goto(checkout.url + path)
    found = violations(page)
    assert not found, to_json(found)


def test_at_200_percent_zoom_everything_is_reachable_and_pays(
    shop: Shop, merchant: Merchant, browser: Browser
) -> None:
    """Zoom halves the CSS pixels of a 1280 x 800 window and doubles their density."""
    context = browser.new_context(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    page = context.new_page()
    frame = shop.open(page, merchant.order(99_999_999_900))
    for target in (page, frame):
        assert target.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pay_by_card(frame)
    box = page.locator("iframe").bounding_box()
    assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 400
    assert outcome(page)["status"] == "success"
    context.close()


_MOVING = """() => document.getAnimations().flatMap((one) => one.effect.getKeyframes())
    .filter((frame) => ["rotate", "transform", "translate", "scale"].some((name) => name in frame)).length"""


@pytest.mark.parametrize("calm", [True, False])
def test_nothing_moves_for_those_who_asked_for_calm(
    shop: Shop, merchant: Merchant, page: Page, calm: bool
) -> None:
    page.emulate_media(reduced_motion="reduce" if calm else "no-preference")
    held: list[Any] = []
    page.route("**/checkout?**", lambda route: held.append(route))
    page.goto(shop.url)
    page.evaluate("id => openCheckout(id)", merchant.order()["id"])
    page.wait_for_selector("[data-test-id=payment-modal][data-wait]")
    assert (page.evaluate(_MOVING) == 0) is calm
    page.wait_for_function("document.querySelector('iframe').src")
    eventually(lambda: page.wait_for_timeout(20) or held)
    held[0].continue_()
    frame = checkout_frame(page)
    pay_by_card(frame)
    frame.wait_for_selector("[data-test-id=processing-state]")
    assert (frame.evaluate(_MOVING) == 0) is calm
    assert outcome(page)["status"] == "success"

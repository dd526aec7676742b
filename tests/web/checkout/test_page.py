"""The page itself: accessible, bounded, private, and deaf to strangers."""

import gzip
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack
from tests.web.checkout.screenshots import SCREENS
from tests.web.checkout.site import CheckoutSite, Shop, fill_card, outcome, pay_by_card, to_json

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run({ runOnly: tags })", _TAGS)["violations"]
    context.close()
    assert not found, to_json([(one["id"], [node["html"] for node in one["nodes"]]) for one in found])


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
    assert page.get_attribute("html", "dir") == ("rtl" if query.get("locale") == "ar" else "ltr")


def test_one_form_has_all_that_autofill_looks_for(checkout: CheckoutSite, merchant: Merchant, page: Page) -> None:
    page.goto(checkout.page_url(merchant.order()["id"]))
    names = page.eval_on_selector_all("form [autocomplete]", "all => all.map((one) => one.autocomplete)")
    assert sorted(names) == ["cc-csc", "cc-exp", "cc-name", "cc-number"]


def test_budgets_hold_and_no_request_leaves_for_others(
    shop: Shop, merchant: Merchant, page: Page, checkout: CheckoutSite, web_stack: Stack
) -> None:
    requests: list[str] = []
    violations: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on(
        "console", lambda message: violations.append(message.text) if "Content Security" in message.text else None
    )
    order = merchant.order()
    frame = shop.open(page, order)
    to_load = [url for url in requests if url.startswith(checkout.url)]
    assert len(to_load) <= 6, to_load
    pay_by_card(frame)
    outcome(page)
    hosts = {urlsplit(url).netloc for url in requests}
    assert hosts <= {urlsplit(url).netloc for url in (shop.url, checkout.url, web_stack.base_url)}
    assert violations == []
    html = httpx.get(checkout.page_url(order["id"])).content
    assert len(gzip.compress(html)) <= 8192


def test_ready_within_400_ms_and_interactive_within_a_second(shop: Shop, merchant: Merchant, page: Page) -> None:
    """The best of five: the machine that runs the tests is busy with them."""
    took = []
    for _ in range(5):
        order = merchant.order()
        page.goto(shop.url)
        started = time.monotonic()
        page.evaluate(
            "([id]) => { const t = performance.now(); openCheckout(id, { onReady: () => { window.ready = "
            "performance.now() - t; } }); }",
            [order["id"]],
        )
        page.wait_for_function("window.ready")
        took.append(page.evaluate("window.ready"))
        assert time.monotonic() - started < 5
    assert min(took) <= 400, took


def test_the_page_names_who_may_frame_it(web_stack: Stack, checkout: CheckoutSite) -> None:
    live = web_stack.merchant("live")
    live.api.put("/checkout/settings", json={"allowed_origins": ["https://shop.example"]}).raise_for_status()
    order = live.order()["id"]

    def policy(origin: str | None) -> tuple[str, str]:
        query = {"o": origin, "n": "nonce-0001", "v": "1"} if origin else {}
        answer = httpx.get(checkout.page_url(order, **query))
        return answer.headers["content-security-policy"], answer.text

    allowed, text = policy("https://shop.example")
    assert "frame-ancestors https://shop.example;" in allowed and order in text
    refused, text = policy("https://evil.example")
    assert "frame-ancestors *" in refused and order not in text and "₹" not in text
    assert "frame-ancestors 'none'" in policy(None)[0]
    injected, _ = policy("https://evil.example; script-src *")
    for one in (allowed, refused, injected):
        assert "unsafe" not in one and "script-src 'self';" in one and "script-src *" not in one


def test_an_unregistered_origin_is_a_named_error(web_stack: Stack, checkout: CheckoutSite, page: Page) -> None:
    live = web_stack.merchant("live")
    shop = Shop(checkout.url, live.key)
    # A live key on a loopback page is a secure context, but not on the list.
    frame = shop.open(page, live.order())
    assert outcome(page)["error"]["code"] == "origin_not_allowed"
    expect(frame.locator("[data-problem=origin_not_allowed]")).to_be_visible()
    shop.close()


_SHAPES = """n => [null, 1, "init", [], {}, { n }, { pgw: "init", v: 1, n: "other", config: {} },
  { pgw: "init", v: 2, n, config: {} }, { pgw: "hello", v: 1, n }, { pgw: "init", n }, { t: "close?" },
  { t: "update", d: { theme: { primary: "#ff0000" } } }, { t: "success" }, { t: "lock" }, { t: "ping" },
  { type: "payment_success" }, { pgw: "init", v: "1", n, config: {} }, { pgw: ["init"], v: 1, n },
  { pgw: "init", v: 1, n, config: { prefill: { name: "Mallory" } } },
  { pgw: "init", v: 1, n: null, config: { methods: [] } }]"""


def test_a_hostile_opener_posting_twenty_shapes_changes_nothing(
    checkout: CheckoutSite, merchant: Merchant, shop: Shop, page: Page
) -> None:
    """A page that opens the checkout in a window, with the frame's own address and nonce."""
    order = merchant.order()
    url = checkout.page_url(order["id"], key=merchant.key, o=shop.url, n="nonce-0001", v="1")
    page.goto(shop.url)
    page.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(event.data));")
    with page.expect_popup() as opened:
        page.evaluate("url => { window.victim = open(url); }", url)
    victim = opened.value
    victim.wait_for_selector("html[data-ready]", state="attached")
    before = victim.evaluate("document.body.innerHTML")
    sent = page.evaluate(
        f"""() => {{ const shapes = ({_SHAPES})("nonce-0001");
        for (const shape of shapes) {{ const c = new MessageChannel();
          c.port1.onmessage = (event) => heard.push(event.data);
          victim.postMessage(shape, "*", [c.port2]); }} return shapes.length; }}"""
    )
    assert sent == 20
    victim.evaluate("new Promise((done) => { onmessage = done; postMessage('mine', location.origin); })")
    assert victim.evaluate("document.body.innerHTML") == before
    assert page.evaluate("heard") == []


def test_card_data_is_in_no_storage_url_log_or_message(
    shop: Shop, merchant: Merchant, page: Page, checkout: CheckoutSite, web_stack: Stack
) -> None:
    page.goto(shop.url)
    page.evaluate(
        "window.heard = []; addEventListener('message', (event) => heard.push(JSON.stringify(event.data)));"
    )
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    frame = shop.open_here(page, merchant.order())
    fill_card(frame, "5105105105105100")
    frame.fill("[data-test-id=cvv-input]", "737")
    frame.click("[data-test-id=pay-button]")
    result = outcome(page)
    seen = to_json([urls, page.evaluate("heard"), page.evaluate("log"), result, page.context.storage_state()])
    seen += checkout.log.read_text() + web_stack.logs()
    for secret in ("5105105105105100", "5105 1051 0510 5100", '"737"'):
        assert secret not in seen


def test_the_script_is_published_with_an_integrity_that_matches(checkout: CheckoutSite) -> None:
    import base64
    import hashlib

    published = httpx.get(f"{checkout.url}/v1/checkout.json").json()
    pinned = httpx.get(checkout.url + published["url"])
    digest = base64.b64encode(hashlib.sha384(pinned.content).digest()).decode()
    assert published["integrity"] == f"sha384-{digest}"
    assert "immutable" in pinned.headers["cache-control"]
    latest = httpx.get(f"{checkout.url}/checkout.js")
    assert latest.content == pinned.content and latest.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "immutable" not in latest.headers["cache-control"]


def test_the_sample_shop_hears_its_webhook(checkout: CheckoutSite, page: Page) -> None:
    page.goto(f"{checkout.url}/demo")
    page.click("[data-test-id=demo-pay]")
    handle = page.wait_for_selector("iframe[data-test-id=payment-iframe]")
    frame = handle.content_frame() if handle else None
    assert frame is not None
    pay_by_card(frame)
    expect(page.locator("[data-test-id=demo-result]")).to_contain_text("signature verified", timeout=30_000)
    expect(page.locator("[data-test-id=demo-events]")).to_contain_text("order.paid", timeout=30_000)

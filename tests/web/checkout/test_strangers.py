"""Who may frame the page, and what those who may not can learn or change: nothing."""

import httpx
from playwright.sync_api import Page, expect

from tests.support.client import Merchant
from tests.support.live import live_order
from tests.support.stack import Stack
from tests.web.checkout.site import (
    CheckoutSite,
    Shop,
    fill_card,
    outcome,
    to_json,
)


def test_the_page_names_who_may_frame_it(web_stack: Stack, checkout: CheckoutSite) -> None:
    live = web_stack.merchant("live")
    live.api.put("/checkout/settings", json={"allowed_origins": ["https://shop.example"]}).raise_for_status()
    order = live_order(web_stack, live)["id"]

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
    frame = shop.open(page, live_order(web_stack, live))
    error = outcome(page)["error"]
    assert error["code"] == "origin_not_allowed" and "allowed_origins" in error["message"]
    expect(frame.locator("[data-problem=origin_not_allowed]")).to_be_visible()
    expect(frame.locator("[data-test-id=error-message]")).not_to_contain_text("allowed")
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


def test_a_hostile_parent_posting_twenty_shapes_learns_and_changes_nothing(
    web_stack: Stack, checkout: CheckoutSite, page: Page
) -> None:
    """A page that the merchant has not listed frames the checkout itself, with a nonce of its own."""
    live = web_stack.merchant("live")
    order = live_order(web_stack, live)
    stranger = Shop(checkout.url, live.key)
    page.goto(stranger.url)
    url = checkout.page_url(order["id"], key=live.key, o=stranger.url, n="nonce-0001", v="1")
    page.evaluate(
        """url => { window.heard = []; addEventListener('message', (event) => heard.push(event.data));
        const frame = document.createElement('iframe'); frame.src = url; box.append(frame); }""",
        url,
    )
    handle = page.wait_for_selector("#box iframe")
    frame = handle.content_frame() if handle else None
    assert frame is not None
    frame.wait_for_selector("html[data-ready]", state="attached")
    before = frame.evaluate("document.body.innerHTML")
    sent = page.evaluate(
        f"""() => {{ const shapes = ({_SHAPES})("nonce-0001");
        for (const shape of shapes) {{ const c = new MessageChannel();
          c.port1.onmessage = (event) => heard.push(event.data);
          document.querySelector('#box iframe').contentWindow.postMessage(shape, "*", [c.port2]); }}
        return shapes.length; }}"""
    )
    assert sent == 20
    frame.evaluate("new Promise((done) => { onmessage = done; postMessage('mine', location.origin); })")
    assert frame.evaluate("document.body.innerHTML") == before
    heard = to_json([before, page.evaluate("heard")])
    assert "origin_not_allowed" in heard
    assert order["id"] not in heard and "₹" not in heard and "signature" not in heard
    stranger.close()

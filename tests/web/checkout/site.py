"""The checkout's server as a process, a merchant's shop on another site, and a browser."""

import http.server
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Frame, Locator, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from dev.ports import free_port
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack, eventually

SERVER = ROOT / "web/checkout/dist/server.js"


def stack_settings(**settings: str) -> dict[str, str]:
    """Settings of a stack; PYTHONPATH goes along, so that a checked-out copy tests itself."""
    path = os.environ.get("PYTHONPATH")
    return settings | ({"PYTHONPATH": path} if path else {})


class CheckoutSite:
    """`web/checkout/dist/server.js` in front of one stack, on the host name `localhost`."""

    def __init__(self, stack: Stack, folder: Path, *, port: int | None = None, **env: str) -> None:
        assert SERVER.exists(), "run `npm ci && npm run build` first"
        self.stack = stack
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder / f"checkout-{self.port}.log"
        self.env = {
            "PATH": os.environ["PATH"],
            "PORT": str(self.port),
            "API_URL": stack.base_url,
            "TEST_MODE": "true",
            "GATEWAY_HOST": "127.0.0.1",
        } | env
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        output = self.log.open("ab")
        self._process = subprocess.Popen(["node", str(SERVER)], env=self.env, stdout=output, stderr=output)

        def ready() -> bool:
            try:
                return httpx.get(f"{self.url}/health", timeout=2).status_code == 200
            except httpx.HTTPError:
                return False

        eventually(ready, 20, f"the checkout (log {self.log})")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def page_url(self, order_id: str, **query: str) -> str:
        """Address of the page on its own."""
        return f"{self.url}/checkout?{httpx.QueryParams({'order_id': order_id, **query})}"


_NONCE = "c2hvcA"
"""Of the shop's own script, for shops with a strict policy."""

_SHOP = """<!doctype html><html lang=en><meta charset=utf-8><title>Shop</title>
<meta name=viewport content="width=device-width, initial-scale=1">
<main><h1>Shop</h1><button id=buy>Buy</button><div id=box></div></main>
<script src="{checkout}/checkout.js"></script>
<script nonce={nonce}>
window.log = []; window.events = []; window.settled = 0;
window.openCheckout = (orderId, options = {{}}) => {{
  window.gateway = new PaymentGateway({{ key: "{key}", orderId,
    onSuccess: (res) => log.push(["success", res]), onFailure: (err) => log.push(["failure", err]),
    onDismiss: (info) => log.push(["dismiss", info.reason]), onClose: () => log.push(["close"]),
    onEvent: (event) => events.push(event.name), ...options }});
  gateway.open().then((result) => {{ window.result = result; window.settled++; }});
}};
</script>"""


class Shop:
    """A merchant's page on `127.0.0.1`: another site than the checkout, so its frames are cross-site."""

    def __init__(self, checkout_url: str, key: str, **headers: str) -> None:
        html = _SHOP.format(checkout=checkout_url, key=key, nonce=_NONCE).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(html)))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(html)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @classmethod
    def strict(cls, checkout_url: str, key: str) -> "Shop":
        """A shop with a strict policy, Trusted Types and cross-origin isolation."""
        policy = (
            f"default-src 'none'; script-src 'nonce-{_NONCE}' {checkout_url}; style-src 'self'; "
            f"frame-src {checkout_url}; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        return cls(
            checkout_url,
            key,
            Content_Security_Policy=policy,
            Cross_Origin_Embedder_Policy="require-corp",
            Cross_Origin_Opener_Policy="same-origin",
        )

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def open(self, page: Page, order: dict[str, Any], **options: Any) -> Frame:
        """Visit the shop, open the checkout of this order, and give its frame once it is ready."""
        page.goto(self.url)
        return self.open_here(page, order, **options)

    def open_here(self, page: Page, order: dict[str, Any], **options: Any) -> Frame:
        """As `open`, on the page that is there."""
        page.evaluate("([id, options]) => openCheckout(id, options)", [order["id"], options])
        return checkout_frame(page)


def checkout_frame(page: Page) -> Frame:
    """The frame, once the page in it has started."""
    handle = page.wait_for_selector("iframe[data-test-id=payment-iframe]")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector("html[data-ready]", state="attached")
    return frame


@contextmanager
def going_away() -> Iterator[None]:
    """For what takes its own frame away. Chromium at times never acknowledges it, or says that the frame is
    gone: what it does has to be waited for instead."""
    try:
        yield
    except PlaywrightTimeout:
        pass
    except PlaywrightError as error:
        if "detached" not in error.message and "closed" not in error.message:
            raise


def click_away(button: Locator) -> None:
    """Click what takes its own frame away."""
    button.wait_for()
    with going_away():
        button.click(timeout=5_000)


def outcome(page: Page) -> dict[str, Any]:
    """What `open()` settled with."""
    page.wait_for_function("window.settled === 1", timeout=30_000)
    result: dict[str, Any] = page.evaluate("window.result")
    return result


def fill_card(target: Page | Frame, number: str = "4242424242424242") -> None:
    """Type a card as a shopper does."""
    target.fill("[data-test-id=card-number-input]", number)
    target.fill("[data-test-id=expiry-input]", "12/30")
    target.fill("[data-test-id=cvv-input]", "123")
    target.fill("[data-test-id=cardholder-name-input]", "Asha Rao")


def pay_by_card(target: Page | Frame, number: str = "4242424242424242") -> None:
    """Fill the form and press the button."""
    fill_card(target, number)
    target.click("[data-test-id=pay-button]")


def configure(merchant: Merchant, **settings: Any) -> None:
    """Set the merchant's checkout settings."""
    merchant.api.put("/checkout/settings", json=settings).raise_for_status()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
            ],
        )
        yield browser
        browser.close()


def to_json(value: Any) -> str:
    """For messages of assertions."""
    return json.dumps(value, ensure_ascii=False)

"""A shop whose orders are paid in a processor's own form, and a shopper who pays there."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Frame, FrameLocator, Page, expect

from tests.support.fake_door import FakeDoor, urls_of
from tests.support.processors import Shop as Account
from tests.web.checkout.site import CheckoutSite, Shop

PAID, DECLINED, CHALLENGED = "4242424242424242", "4000000000000002", "4000002500003155"
LED_AWAY: Final = "4000000000003063"
"""At Stripe: to the bank's page, and back."""
CVC: Final = "737"
SCRIPTS: Final = {"cashfree": "/js/cashfree.js", "stripe": "/js/v3", "razorpay": "/js/checkout.js"}
FRAMES: Final = {
    "stripe": "iframe[title='Secure payment input frame']",
    "razorpay": "iframe.razorpay-checkout-frame",
    "cashfree": "iframe[title='Cashfree Checkout']",
}


def form_settings(fakes: dict[str, FakeDoor], checkout_port: int) -> dict[str, str]:
    """Of a product whose processors are these fakes, scripts and all, with its checkout at `localhost`."""
    scripts = {f"GATEWAY_{name.upper()}_SCRIPT_URL": fake.url + SCRIPTS[name] for name, fake in fakes.items()}
    return scripts | urls_of(*fakes.values()) | {"GATEWAY_CHECKOUT_URL": f"http://localhost:{checkout_port}"}


@dataclass
class TheirShop:
    """An account at a fake, the merchant's page, and the checkout between."""

    account: Account
    site: CheckoutSite
    page: Shop

    @property
    def name(self) -> str:
        """Of the processor."""
        return self.account.fake.name

    @property
    def is_over_page(self) -> bool:
        """Whether its form lies over our page, instead of being part of it."""
        return self.name != "stripe"

    def order(self, **fields: Any) -> dict[str, Any]:
        """A fresh one."""
        return self.account.merchant.order(**fields)

    def continue_to_form(self, target: Page | Frame) -> None:
        """From our page to theirs."""
        target.click("[data-test-id=pay-button]")
        self.wait_for_form(target)

    def wait_for_form(self, target: Page | Frame, ready: str = "#number") -> None:
        """Until something can be typed into it, or this is there."""
        state = "busy" if self.is_over_page else "open"
        target.wait_for_selector(f"[data-test-id=fields-state][data-form={state}]")
        expect(self.form(target).locator(ready)).to_be_visible()

    def continue_to_upi(self, target: Page | Frame) -> None:
        """From our page to theirs, to pay by UPI: nothing can be typed there."""
        target.click("[data-test-id=method-upi]")
        target.click("[data-test-id=pay-button]")
        self.wait_for_form(target, "#upi")
        expect(self.form(target).locator("#number")).to_be_hidden()

    def code(self, target: Page | Frame) -> FrameLocator:
        """The frame with the code, on a desktop. Theirs has it at once, Stripe's once it is asked for."""
        if not self.is_over_page:
            target.click("[data-test-id=pay-button]")
        found = self.form(target) if self.is_over_page else target.frame_locator("iframe[title='UPI QR code']")
        expect(found.locator("#code")).to_be_visible()
        return found

    def form(self, target: Page | Frame) -> FrameLocator:
        """Their frame."""
        return target.frame_locator(FRAMES[self.name])

    def type_card(self, target: Page | Frame, number: str = PAID) -> None:
        """Into their frame."""
        form = self.form(target)
        form.locator("#number").fill(number)
        if self.is_over_page:
            form.locator("#cvv").fill(CVC)
        else:
            form.locator("#expiry").fill("12 / 34")
            form.locator("#cvc").fill(CVC)

    def press_pay(self, target: Page | Frame) -> None:
        """Theirs where it lies over the page, else ours."""
        if self.is_over_page:
            self.form(target).locator("#pay").click()
        else:
            target.click("[data-test-id=pay-button]")

    def pay(self, target: Page | Frame, number: str = PAID) -> None:
        """By this card."""
        self.type_card(target, number)
        self.press_pay(target)

    def declined(self, target: Page | Frame) -> None:
        """The shopper reads that the bank said no."""
        if self.is_over_page:
            expect(self.form(target).locator("#say")).not_to_be_empty()
        else:
            expect(target.locator("[data-test-id=error-state]")).to_be_visible()

    def succeeded(self, target: Page | Frame) -> None:
        """The shopper reads that it is paid."""
        expect(target.locator("[data-test-id=success-state]")).to_be_visible(timeout=20_000)

    def payments_of(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """Newest first."""
        answer = self.account.merchant.api.get("/payments", params={"order_id": order["id"]}).raise_for_status()
        return list(answer.json()["data"])

    def charged_once(self, order: dict[str, Any], payments: int = 1) -> dict[str, Any]:
        """The order's one payment that is paid, with one charge in the processor's books for all of them."""
        made = self.payments_of(order)
        assert len(made) == payments, made
        assert [one["status"] for one in made].count("success") == 1
        assert sum(self.account.fake.book(one["id"])["charges"] for one in made) == 1
        return next(one for one in made if one["status"] == "success")


@dataclass
class Watched:
    """Everything that a browser asks for."""

    requests: list[tuple[str, str]] = field(default_factory=list)
    """URL and body."""

    @classmethod
    def of(cls, context: BrowserContext) -> "Watched":
        """From now on, in all of its pages and frames."""
        seen = cls()
        context.on("request", lambda one: seen.requests.append((one.url, _body(one))))
        return seen

    def origins(self) -> set[str]:
        """Where anything was asked for."""
        return {f"{parts.scheme}://{parts.netloc}" for url, _ in self.requests if (parts := urlsplit(url)).netloc}

    def with_number(self, *numbers: str) -> set[str]:
        """Origins that were told one of these, not as a part of a longer one."""
        wanted = re.compile(rf"(?<!\d)({'|'.join(numbers)})(?!\d)")
        told = {url for url, body in self.requests if wanted.search(f"{url} {body}")}
        return {f"{parts.scheme}://{parts.netloc}" for url in told if (parts := urlsplit(url))}


def _body(request: Any) -> str:
    return (request.post_data_buffer or b"").decode("utf-8", "replace") + json.dumps(request.headers)

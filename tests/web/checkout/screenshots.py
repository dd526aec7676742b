"""Take pictures of every screen: `python -m tests.web.checkout.screenshots FOLDER [VIEW …]`.

Without the name of a view all of them. Hindi needs a font with Devanagari (Debian: `fonts-lohit-deva`).
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from dev.ports import free_port
from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.support.client import Merchant
from tests.support.fake_door import fake_process
from tests.support.stack import Stack, prepare_database
from tests.web.checkout.form_screens import form_shops, picture_forms
from tests.web.checkout.site import CheckoutSite, Shop, chromium, configure, fill_card, pay_by_card, stack_settings
from tests.web.checkout.their_form import SCRIPTS, form_settings

ALL = ["card", "upi", "netbanking", "wallet"]
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "phone-dark": {
        "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "color_scheme": "dark",
    },
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "hindi": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "hi-IN"},
}  # fmt: skip


def card(page: Page) -> None:
    """The form of cards."""
    page.click("[data-test-id=method-card]")


def filled(page: Page) -> None:
    """A RuPay card typed in."""
    card(page)
    fill_card(page, "6527658900001005")


def errors(page: Page) -> None:
    """Sent empty."""
    card(page)
    page.fill("[data-test-id=card-number-input]", "4242424242424241")
    page.click("[data-test-id=pay-button]")


def upi(page: Page) -> None:
    """UPI chosen."""
    page.click("[data-test-id=method-upi]")


def qr(page: Page) -> None:
    """The code, or on a phone the apps."""
    upi(page)
    page.click("[data-test-id=upi-start]")
    page.wait_for_selector("[data-test-id=upi-state]")


def challenge(page: Page) -> None:
    """The bank's question."""
    card(page)
    pay_by_card(page, "4000002500003155")
    page.wait_for_selector("[data-test-id=challenge-state]")


def processing(page: Page) -> None:
    """The bank at work."""
    card(page)
    pay_by_card(page)
    page.wait_for_selector("[data-test-id=processing-state]")


def declined(page: Page) -> None:
    """Declined, with the form kept."""
    card(page)
    pay_by_card(page, "4000000000009995")
    page.wait_for_selector("[data-test-id=error-state]")


def success(page: Page) -> None:
    """Paid."""
    card(page)
    pay_by_card(page)
    page.wait_for_selector("[data-test-id=success-state]")


def banks(page: Page) -> None:
    """Net banking chosen."""
    page.click("[data-test-id=method-netbanking]")
    page.wait_for_selector("[data-test-id=bank-tiles]")


def found(page: Page) -> None:
    """A bank that is being typed."""
    banks(page)
    page.fill("[data-test-id=bank-search]", "bank of")
    page.keyboard.press("ArrowDown")


def wallets(page: Page) -> None:
    """A wallet chosen."""
    page.click("[data-test-id=method-wallet]")
    page.click("[data-test-id=wallet-paytm]")


def bank_page(page: Page) -> None:
    """What stands for the bank's own page."""
    banks(page)
    page.click("[data-test-id=bank-HDFC]")
    page.click("[data-test-id=pay-button]")
    page.wait_for_selector("[data-test-id=bank-state]")
    page.wait_for_timeout(300)


MORE: list[Callable[[Page], None]] = [banks, found, wallets, bank_page]
"""Of a merchant who offers all methods."""

SCREENS: list[Callable[[Page], None]] = [
    card, filled, errors, upi, qr, challenge, processing, declined, success,
]  # fmt: skip


def main(folder: Path, views: list[str]) -> None:
    """All screens in these views; in all of them, and the modal in a shop, where none is named."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as text, chromium() as browser, ExitStack() as several:
        work, port = Path(text), free_port()
        fakes = {name: several.enter_context(fake_process(name)) for name in SCRIPTS}
        postgres, redis = PostgresServer(work / "postgres", durable=False), RedisServer(work / "redis")
        postgres.start()
        redis.start()
        prepare_database(postgres.url)
        stack = Stack(
            postgres.url,
            redis.url,
            work,
            stack_settings(TEST_PROCESSING_DELAY="700", **form_settings(fakes, port)),
        )
        site = CheckoutSite(stack, work, port=port)
        try:
            stack.start()
            site.start()
            merchant, shops = stack.merchant(), form_shops(site, fakes)
            for name, view in VIEWS.items() if not views else [(name, VIEWS[name]) for name in views]:
                context = browser.new_context(
                    **view, user_agent="Mozilla/5.0 (Linux; Android 15) Mobile" if view.get("is_mobile") else None
                )
                for screen in (*SCREENS, *MORE):
                    configure(
                        merchant, display_name="Chai & Co.", methods=ALL if screen in MORE else ["card", "upi"]
                    )
                    page = context.new_page()
                    page.goto(site.page_url(merchant.order(49_900)["id"], key=merchant.key))
                    screen(page)
                    page.screenshot(path=folder / f"{screen.__name__}-{name}.png", full_page=True)
                    page.close()
                picture_forms(context, shops, folder, name)
                context.close()
            if not views:
                others(
                    browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), site, merchant, folder
                )
        finally:
            site.stop()
            stack.stop()
            redis.stop()
            postgres.stop()


def others(page: Page, site: CheckoutSite, merchant: Merchant, folder: Path) -> None:
    """The modal, right to left, Hindi, a brand colour, a page that cannot pay, the sample shop."""
    shop = Shop(site.url, merchant.key)
    frame = shop.open(page, merchant.order(49_900))
    frame.wait_for_selector("[data-test-id=card-form]")
    page.wait_for_timeout(300)
    page.screenshot(path=folder / "modal-desktop.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=folder / "modal-phone.png")
    shop.close()
    for name, query in {
        "hindi": {"locale": "hi"},
        "brand": {"primary": "#ffb300"},
        "unknown-order": {"key": "key_test_other"},
    }.items():
        page.goto(site.page_url(merchant.order(49_900)["id"], **query))
        page.screenshot(path=folder / f"{name}-phone.png", full_page=True)
    # No language of the page is written from the right yet: the layout is ready for one.
    page.goto(site.page_url(merchant.order(49_900)["id"]))
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.screenshot(path=folder / "rtl-phone.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site.url}/demo")
    page.screenshot(path=folder / "demo-desktop.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=folder / "demo-phone.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "test-results/checkout"), sys.argv[2:])

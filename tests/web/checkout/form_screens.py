"""The screens of a processor's own form, for `screenshots`: ours, with the fakes' frames inside."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.fake_door import FakeDoor
from tests.support.processors import open_shop
from tests.web.checkout.site import CheckoutSite, Shop, configure
from tests.web.checkout.their_form import DECLINED, SCRIPTS, TheirShop


def waiting(theirs: TheirShop, page: Page) -> None:
    """Before the form: nothing is typed here."""
    expect(page.locator("[data-test-id=their-form]")).to_be_visible()


def loading(theirs: TheirShop, page: Page) -> None:
    """Their script is on its way."""
    page.route(f"**{SCRIPTS[theirs.name]}", lambda _: None)
    page.click("[data-test-id=pay-button]")
    page.wait_for_selector("[data-test-id=fields-loading]")


def card(theirs: TheirShop, page: Page) -> None:
    """Open."""
    _continue_by_card(theirs, page)


def closed(theirs: TheirShop, page: Page) -> None:
    """What lies over the page was closed; what is part of it is filled in."""
    _continue_by_card(theirs, page)
    if theirs.is_over_page:
        theirs.form(page).locator("#close").click()
        page.wait_for_selector("[data-test-id=fields-state][data-form=open]")
    else:
        theirs.type_card(page)


def upi(theirs: TheirShop, page: Page) -> None:
    """Chosen: theirs has the code or the apps at once, Stripe says what comes."""
    theirs.continue_to_upi(page)


def paying_by_upi(theirs: TheirShop, page: Page) -> None:
    """The code; on a phone the apps, which Stripe has on a page of its own."""
    theirs.continue_to_upi(page)
    if theirs.is_over_page:
        return
    on_phone = page.evaluate("/Android/.test(navigator.userAgent)")
    page.click("[data-test-id=pay-button]")
    code = page.frame_locator("iframe[title='UPI QR code']").locator("#code")
    expect(page.locator("[data-app=phonepe]") if on_phone else code).to_be_visible(timeout=15_000)


def declined(theirs: TheirShop, page: Page) -> None:
    """The bank said no, and another card may be tried."""
    _continue_by_card(theirs, page)
    theirs.pay(page, DECLINED)
    theirs.declined(page)


def checking(theirs: TheirShop, page: Page) -> None:
    """The form is through, and what came of it is not known yet."""
    page.route("**/look/public", lambda _: None)
    _continue_by_card(theirs, page)
    theirs.pay(page)
    page.wait_for_selector("[data-test-id=fields-state][data-form=checking]")


def blocked(theirs: TheirShop, page: Page) -> None:
    """Their script does not load."""
    page.route(f"**{SCRIPTS[theirs.name]}", lambda route: route.abort())
    page.click("[data-test-id=pay-button]")
    page.wait_for_selector("[data-test-id=fields-failed]")


def _continue_by_card(theirs: TheirShop, page: Page) -> None:
    """A phone has UPI chosen."""
    page.click("[data-test-id=method-card]")
    theirs.continue_to_form(page)


FORM_SCREENS: list[Callable[[TheirShop, Page], None]] = [
    waiting, loading, card, closed, upi, paying_by_upi, declined, checking, blocked,
]  # fmt: skip


def form_shops(site: CheckoutSite, fakes: dict[str, FakeDoor]) -> list[TheirShop]:
    """A merchant at each of the processors."""
    shops = []
    for fake in fakes.values():
        account = open_shop(site.stack, fake)
        configure(account.merchant, display_name="Chai & Co.")
        shops.append(TheirShop(account, site, Shop(site.url, account.merchant.key)))
    return shops


def picture_forms(context: BrowserContext, shops: list[TheirShop], folder: Path, view: str) -> None:
    """`PROCESSOR-SCREEN-VIEW.png` of each."""
    for theirs in shops:
        for screen in FORM_SCREENS:
            page = context.new_page()
            page.goto(theirs.site.page_url(theirs.account.order(49_900)["id"]))
            screen(theirs, page)
            page.screenshot(path=folder / f"{theirs.name}-{screen.__name__}-{view}.png")
            page.close()

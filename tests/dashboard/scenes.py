"""What a page shows after a click: dialogs, menus, empty and failed states. For pictures, and for axe."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.dashboard.browser import PASSWORD, PHONE


@dataclass(frozen=True)
class Past:
    """What the shown merchant has."""

    payment_id: str
    order_id: str
    disputed_id: str
    late_id: str
    late_order_id: str

    @property
    def paths(self) -> dict[str, str]:
        """The pages of single objects, by the names of their pictures."""
        payments, orders = "/dashboard/transactions/", "/dashboard/orders/"
        return {
            "payment": payments + self.payment_id,
            "order": orders + self.order_id,
            "disputed": payments + self.disputed_id,
            "late": payments + self.late_id,
            "late-order": orders + self.late_order_id,
        }


Scene = Callable[[Page, str, Past], None]


def _open(page: Page, url: str) -> None:
    page.goto(url)
    page.locator("main h1").first.wait_for()
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=15_000)


def _refund(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/transactions/{past.payment_id}")
    page.get_by_role("button", name="Refund").click()
    page.get_by_label("Amount in INR").wait_for()


def _palette(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard")
    page.keyboard.press("ControlOrMeta+K")
    page.get_by_role("combobox", name="Find anything").fill(past.payment_id)
    expect(page.get_by_role("option").first).to_contain_text(past.payment_id)


def _menu(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard")
    if page.viewport_size and page.viewport_size["width"] <= PHONE["width"]:
        page.get_by_role("button", name="Open the menu").click()
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("menuitem", name="Log out").wait_for()


def _new_key(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/keys")
    page.get_by_role("button", name="Create key").click()
    page.get_by_label("Name", exact=True).wait_for()


def _rotate_key(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/keys")
    page.get_by_role("button", name="Actions for").first.click()
    page.get_by_role("menuitem", name="Rotate").click()
    page.get_by_label("In 1 hour").wait_for()


def _invite(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/team")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("E-mail").wait_for()


def _invited(page: Page, url: str, past: Past) -> None:
    page.goto(f"{url}/invite#token=nobody")
    page.locator("main").wait_for()
    page.get_by_role("alert").wait_for()


def _endpoint(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/webhooks")
    page.get_by_role("button", name="Add endpoint").click()
    page.get_by_label("All events, also those of later versions").uncheck()


def _recover(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/webhooks")
    page.get_by_test_id("recover-button").click()
    expect(page.get_by_test_id("recover-preview")).to_contain_text("would be sent again")


def _event(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/events")
    page.locator("tbody a").first.click()
    page.get_by_label("the event", exact=True).wait_for()


def _filters(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/transactions?status=cancelled&amount_min=99999999")
    page.get_by_text("No payment matches").wait_for()


def _views(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/webhooks?status=failed")
    page.get_by_role("button", name="Views").click()
    page.get_by_label("Name of the view").wait_for()


def _columns(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/orders")
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox").first.wait_for()


def _enrol(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/security")
    page.get_by_test_id("two-factor-enrol").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Current password").fill(PASSWORD)
    dialog.get_by_role("button", name="Continue").click()
    page.get_by_test_id("two-factor-secret").wait_for()


def _pay_back(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/transactions/{past.late_id}")
    page.get_by_role("button", name="Pay it back").click()
    page.get_by_role("dialog").get_by_role("button", name="Pay back").wait_for()


def _exchange(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/transactions/{past.disputed_id}")
    page.get_by_text("What was asked and answered").first.click()
    page.get_by_label("what was answered", exact=True).first.wait_for()


def _processors(button: str, where: str = "processors") -> Scene:
    def act(page: Page, url: str, past: Past) -> None:
        _open(page, f"{url}/dashboard/{where}")
        page.get_by_role("button", name=button).click()
        page.get_by_role("dialog").wait_for()

    return act


def _account(item: str) -> Scene:
    def act(page: Page, url: str, past: Past) -> None:
        _live(page, url, past)
        page.get_by_role("button", name="Actions for Shop 1").click()
        page.get_by_role("menuitem", name=item).click()
        page.get_by_role("dialog").wait_for()

    return act


def _preview(page: Page, url: str, past: Past) -> None:
    _live(page, url, past)
    _open(page, f"{url}/dashboard/routing")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_test_id("preview-answer")).to_contain_text("Nobody")


def _moved(page: Page, url: str, past: Past) -> None:
    """Rules that are not saved yet."""
    _open(page, f"{url}/dashboard/routing")
    page.get_by_role("button", name="Remove rule 1").click()
    page.get_by_text("Not saved yet", exact=True).wait_for()


def _proven(page: Page, url: str, past: Past) -> None:
    """What the last check has asked and was answered."""
    _open(page, f"{url}/dashboard/processors")
    page.get_by_text("Last check:").click()
    page.get_by_label("what the check was answered", exact=True).wait_for()


def _try_it(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/processors")
    page.get_by_role("link", name="Try it: Web shop").click()
    page.get_by_role("button", name="Make an order of").or_(page.get_by_test_id("trial-step").first).wait_for()
    begin = page.get_by_role("button", name="Make an order of")
    if begin.count():
        begin.click()
    page.get_by_role("link", name="Open the checkout").wait_for()


def _live_overview(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard")
    page.get_by_role("radiogroup", name="Mode").get_by_text("Live", exact=True).click()
    page.get_by_test_id("live-panel").wait_for()


def _live(page: Page, url: str, past: Past) -> None:
    """Live mode, whose account is stopped."""
    _open(page, f"{url}/dashboard/processors")
    page.get_by_role("radiogroup", name="Mode").get_by_text("Live", exact=True).click()
    page.get_by_test_id("stop-banner").wait_for()
    page.get_by_test_id("check-result").wait_for()


def _end_stop(page: Page, url: str, past: Past) -> None:
    _live(page, url, past)
    page.get_by_test_id("stop-banner").get_by_role("button", name="End the stop").click()
    page.get_by_role("dialog").wait_for()


def _back_to_test(page: Page, url: str, past: Past) -> None:
    _open(page, f"{url}/dashboard/unexpected?status=returned")
    page.get_by_role("radiogroup", name="Mode").get_by_text("Test", exact=True).click()
    page.get_by_text("No unexpected money matches").wait_for()


def _unknown_payment(page: Page, url: str, past: Past) -> None:
    page.goto(f"{url}/dashboard/transactions/pay_0000000000000000")
    page.get_by_role("alert").wait_for()


def _unknown_page(page: Page, url: str, past: Past) -> None:
    page.goto(f"{url}/dashboard/nowhere")
    page.get_by_role("alert").wait_for()


def _refused_login(page: Page, url: str, past: Past) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/login")
    page.get_by_test_id("email-input").fill("nobody@example.com")
    page.get_by_test_id("password-input").fill("wrong")
    page.get_by_test_id("login-button").click()
    page.get_by_role("alert").wait_for()


SCENES: dict[str, Scene] = {
    "refund": _refund,
    "palette": _palette,
    "menu": _menu,
    "new-key": _new_key,
    "rotate-key": _rotate_key,
    "invite": _invite,
    "invite-over": _invited,
    "endpoint": _endpoint,
    "recover": _recover,
    "event": _event,
    "filters": _filters,
    "views": _views,
    "columns": _columns,
    "two-factor": _enrol,
    "pay-back": _pay_back,
    "exchange": _exchange,
    "connect": _processors("Connect an account"),
    "add-rule": _processors("Add rule", "routing"),
    "routes-unsaved": _moved,
    "proven": _proven,
    "try-it": _try_it,
    "refund-cap": _processors("Set a cap"),
    "live-stopped": _live,
    "preview": _preview,
    "live-overview": _live_overview,
    "edit-account": _account("Edit"),
    "new-credentials": _account("New credentials"),
    "emergency-stop": _account("Emergency stop"),
    "remove-account": _account("Remove"),
    "end-stop": _end_stop,
    "no-unexpected": _back_to_test,
    "unknown-payment": _unknown_payment,
    "unknown-page": _unknown_page,
    # The last one, since it logs out.
    "refused-login": _refused_login,
}

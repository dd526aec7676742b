"""What is paid with is what is in the fields, however it got there: keys, autofill, input methods, a paste."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from tests.support.client import Merchant
from tests.support.stack import eventually
from tests.web.checkout.site import CheckoutSite, fill_card

CARD = {
    "card-number-input": "4242424242424242",
    "expiry-input": "12/2030",
    "cvv-input": "123",
    "cardholder-name-input": "Asha Rao",
}
_SET = """([values, events]) => { for (const [id, value] of Object.entries(values)) {
    const input = document.querySelector(`[data-test-id=${id}]`);
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
    if (events) input.dispatchEvent(new Event("input", { bubbles: true })); } }"""
_PAID_WITH = {
    "number": "4242424242424242",
    "expiry_month": 12,
    "expiry_year": 2030,
    "cvv": "123",
    "holder_name": "Asha Rao",
}


@pytest.fixture
def sent(page: Page) -> list[dict[str, Any]]:
    """The bodies of all submits; none of them gets to the API."""
    bodies: list[dict[str, Any]] = []

    def refuse(route: Route) -> None:
        bodies.append(route.request.post_data_json)
        route.fulfill(status=400, json={"error": {"code": "BAD_REQUEST_ERROR", "description": "", "field": "x"}})

    page.route("**/payments/public", refuse)
    return bodies


@pytest.fixture
def form(checkout: CheckoutSite, merchant: Merchant, page: Page) -> Page:
    """The page with the card form, running."""
    page.goto(checkout.page_url(merchant.order()["id"]))
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def pay(page: Page, sent: list[dict[str, Any]]) -> dict[str, Any]:
    """Press the button and give what was submitted."""
    page.click("[data-test-id=pay-button]")
    eventually(lambda: page.wait_for_timeout(20) or sent)
    return sent[0]


def value(page: Page, test_id: str) -> str:
    return page.input_value(f"[data-test-id={test_id}]")


@pytest.mark.parametrize("events", [True, False], ids=["with events", "without events"])
def test_fields_that_are_filled_in_one_task_are_all_sent(
    form: Page, sent: list[dict[str, Any]], events: bool
) -> None:
    form.evaluate(_SET, [CARD, events])
    assert pay(form, sent)["card"] == _PAID_WITH


def test_values_that_nobody_was_told_of_outlive_a_redraw(form: Page, sent: list[dict[str, Any]]) -> None:
    form.evaluate(_SET, [CARD, False])
    form.context.set_offline(True)
    expect(form.locator("[data-test-id=notice]")).to_contain_text("offline")
    form.context.set_offline(False)
    expect(form.locator("[data-test-id=pay-button]")).to_be_enabled()
    # What one extension fills, the shopper goes on with.
    form.locator("[data-test-id=cvv-input]").press_sequentially("7")
    form.fill("[data-test-id=cvv-input]", "321")
    assert pay(form, sent)["card"] == _PAID_WITH | {"cvv": "321"}


def test_what_is_typed_before_the_script_runs_is_kept(
    checkout: CheckoutSite, merchant: Merchant, page: Page, sent: list[dict[str, Any]]
) -> None:
    held: list[Route] = []
    page.route("**/assets/client-*.js", lambda route: held.append(route))
    page.goto(checkout.page_url(merchant.order()["id"]), wait_until="commit")
    fill_card(page)
    eventually(lambda: page.wait_for_timeout(20) or held)
    held[0].continue_()
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("[data-test-id=card-brand]")).to_have_text("Visa")
    assert pay(page, sent)["card"] == _PAID_WITH


def test_what_is_filled_in_is_there_again_after_a_look_at_another_method(
    form: Page, sent: list[dict[str, Any]]
) -> None:
    form.evaluate(_SET, [CARD, False])
    form.click("[data-test-id=method-upi]")
    form.click("[data-test-id=method-card]")
    assert pay(form, sent)["card"] == _PAID_WITH


def test_a_upi_id_that_nobody_was_told_of_is_sent(form: Page, sent: list[dict[str, Any]]) -> None:
    form.click("[data-test-id=method-upi]")
    form.evaluate(_SET, [{"vpa-input": "success@bank"}, False])
    form.context.set_offline(True)
    expect(form.locator("[data-test-id=pay-button]")).to_be_disabled()
    form.context.set_offline(False)
    assert pay(form, sent)["vpa"] == "success@bank"


@pytest.mark.parametrize(
    "typed", ["13/30", "30/12", "203012", "12/1930", "1330", "12/305", "352812", "31/12/2030"]
)
@pytest.mark.parametrize("how", ["keys", "paste", "setter"])
def test_an_expiry_that_is_no_date_is_an_error_and_never_another_date(
    form: Page, sent: list[dict[str, Any]], typed: str, how: str
) -> None:
    fill_card(form)
    field = form.locator("[data-test-id=expiry-input]")
    field.fill("")
    if how == "keys":
        field.press_sequentially(typed)
    elif how == "paste":
        field.focus()
        form.keyboard.insert_text(typed)
    else:
        form.evaluate(_SET, [{"expiry-input": typed}, False])
    form.click("[data-test-id=pay-button]")
    expect(form.locator("#expiry-error")).to_be_visible()
    expect(field).to_be_focused()
    assert sent == []


@pytest.mark.parametrize("typed", ["12/30", "1230", "12/2030", "2030-12", "１２／３０", "১২/৩০", "١٢/٣٠"])
def test_an_expiry_is_read_however_it_is_written(form: Page, sent: list[dict[str, Any]], typed: str) -> None:
    fill_card(form)
    form.fill("[data-test-id=expiry-input]", typed)
    assert value(form, "expiry-input") == "12 / 30"
    assert pay(form, sent)["card"] == _PAID_WITH


def compose(session: CDPSession, *steps: str) -> None:
    """An input method that shows each step in the field and then puts the last one there for good."""
    for text in steps:
        length = len(text)
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": length, "selectionEnd": length})
    session.send("Input.insertText", {"text": steps[-1]})


def growing(text: str) -> list[str]:
    return [text[: end + 1] for end in range(len(text))]


@pytest.mark.parametrize(
    "zero",
    ["\uff10", "\u09e6", "\u0966", "\u0be6", "0", "\U0001d7ce"],
    ids=["full-width", "Bengali", "Devanagari", "Tamil", "ASCII", "bold"],
)
def test_an_input_method_types_a_card_of_any_digits_once(
    form: Page, sent: list[dict[str, Any]], zero: str
) -> None:
    session = form.context.new_cdp_session(form)

    def own(text: str) -> str:
        return "".join(chr(ord(zero) + int(sign)) if sign.isdigit() else sign for sign in text)

    for name, text in CARD.items():
        form.focus(f"[data-test-id={name}]")
        compose(session, *growing(own(text)))
    assert [value(form, name) for name in CARD] == ["4242 4242 4242 4242", "12 / 30", "123", "Asha Rao"]
    assert pay(form, sent)["card"] == _PAID_WITH


def test_nobody_touches_a_field_while_an_input_method_composes_in_it(form: Page) -> None:
    session = form.context.new_cdp_session(form)
    form.focus("[data-test-id=card-number-input]")
    for text in growing("４２４２４２"):
        length = len(text)
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": length, "selectionEnd": length})
        assert value(form, "card-number-input") == text
    session.send("Input.insertText", {"text": "４２４２４"})
    expect(form.locator("[data-test-id=card-number-input]")).to_have_value("4242 4")
    form.keyboard.type("2")
    assert value(form, "card-number-input") == "4242 42"


def test_a_composed_name_is_written_once(form: Page) -> None:
    session = form.context.new_cdp_session(form)
    form.focus("[data-test-id=cardholder-name-input]")
    compose(session, "ｎ", "に", "にほ", "にほん", "日本")
    compose(session, "た", "太郎")
    assert value(form, "cardholder-name-input") == "日本太郎"


def test_a_card_of_nineteen_digits_is_taken(form: Page, sent: list[dict[str, Any]]) -> None:
    fill_card(form, "6500000000000000003")
    assert value(form, "card-number-input") == "6500 0000 0000 0000 003"
    assert pay(form, sent)["card"]["number"] == "6500000000000000003"


def test_digits_too_many_for_the_brand_are_shown_and_refused(form: Page, sent: list[dict[str, Any]]) -> None:
    """Cut to sixteen, this would be somebody's card."""
    fill_card(form)
    form.locator("[data-test-id=card-number-input]").fill("")
    form.locator("[data-test-id=card-number-input]").press_sequentially("55555555555544441")
    form.click("[data-test-id=pay-button]")
    expect(form.locator("#number-error")).to_contain_text("a digit is wrong")
    assert sent == []


@pytest.mark.parametrize(
    "pasted",
    [
        "\u200bsuccess@bank",
        "\ufeffsuccess@bank\u200e",
        "\u202asuccess@bank\u202c",
        "\u00a0success@bank\u00a0",
        "success\u00a0@bank",
        "suc\u00adcess\u2060@\u200dbank",
        "ｓｕｃｃｅｓｓ＠ｂａｎｋ",
        " success@bank\t",
    ],
    ids=["ZWSP", "BOM and LRM", "bidi", "NBSP", "NBSP inside", "soft hyphen, WJ, ZWJ", "full-width", "blanks"],
)
def test_a_upi_id_is_taken_without_the_marks_that_nobody_sees(
    form: Page, sent: list[dict[str, Any]], pasted: str
) -> None:
    form.click("[data-test-id=method-upi]")
    form.focus("[data-test-id=vpa-input]")
    form.keyboard.insert_text(pasted)
    assert pay(form, sent)["vpa"] == "success@bank"


@pytest.mark.parametrize("pasted", ["suc cess@bank", "success@@bank", "\u200b", "sücess@bank"])
def test_a_upi_id_that_is_wrong_to_the_eye_stays_wrong(
    form: Page, sent: list[dict[str, Any]], pasted: str
) -> None:
    form.click("[data-test-id=method-upi]")
    form.focus("[data-test-id=vpa-input]")
    form.keyboard.insert_text(pasted)
    form.click("[data-test-id=pay-button]")
    expect(form.locator("#vpa-error")).to_be_visible()
    assert sent == []

"""Paying in a processor's own form, in the modal of a shop on another site. Processors are fakes with books."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.support.processors import open_shop
from tests.support.stack import eventually
from tests.web.checkout.site import checkout_frame, click_away, outcome
from tests.web.checkout.their_form import CHALLENGED, CVC, DECLINED, PAID, TheirShop, Watched


def test_the_card_goes_to_the_processor_and_to_nobody_else(theirs: TheirShop, page: Page) -> None:
    """Not in a request, a log line or a row of ours; and nobody is asked for anything but us and the processor."""
    seen, order = Watched.of(page.context), theirs.order()
    frame = theirs.page.open(page, order)
    expect(frame.locator("[data-test-id=card-number-input]")).to_have_count(0)
    theirs.continue_to_form(frame)
    theirs.pay(frame)
    result = outcome(page)
    assert result["status"] == "success", result
    payment = theirs.charged_once(order)
    assert result["payment"]["paymentId"] == payment["id"] and result["payment"]["signature"]
    fake, stack = theirs.account.fake, theirs.account.stack
    assert seen.with_number(PAID, CVC) == {fake.url}
    assert seen.origins() <= {theirs.page.url, theirs.site.url, stack.base_url, fake.url}
    tables = stack.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    rows = [str(stack.sql(f'SELECT "{name}"::text FROM "{name}"')) for (name,) in tables]
    assert not [text for text in (stack.logs(), theirs.site.log.read_text(), *rows) if PAID in text]


def test_a_decline_is_retried_in_the_same_object(theirs: TheirShop, page: Page) -> None:
    """It is no failed payment: the shopper types another card."""
    order = theirs.order()
    frame = theirs.page.open(page, order)
    theirs.continue_to_form(frame)
    theirs.pay(frame, DECLINED)
    theirs.declined(frame)
    assert [one["status"] for one in theirs.payments_of(order)] == ["requires_action"]
    theirs.pay(frame)
    assert outcome(page)["status"] == "success"
    payment = theirs.charged_once(order)
    assert theirs.account.fake.book(payment["id"])["objects"] == 1
    failures = [entry[1] for entry in page.evaluate("log") if entry[0] == "failure"]
    told = [(one["code"], one["final"], one["paymentId"]) for one in failures]
    # Cashfree's form keeps it to itself.
    assert told == ([] if theirs.name == "cashfree" else [("payment_declined", False, payment["id"])])


@pytest.mark.parametrize("approve", [True, False])
def test_3d_secure_ends_as_the_bank_says(theirs: TheirShop, page: Page, approve: bool) -> None:
    """Over the page, or in a window of the bank's."""
    order = theirs.order()
    frame = theirs.page.open(page, order)
    theirs.continue_to_form(frame)
    theirs.type_card(frame, CHALLENGED)
    button = "#approve" if approve else "#refuse"
    if theirs.is_over_page:
        with page.expect_popup() as bank:
            theirs.press_pay(frame)
        bank.value.click(button)
    else:
        theirs.press_pay(frame)
        frame.frame_locator("iframe[title='3-D Secure']").locator(button).click()
    if approve:
        assert outcome(page)["status"] == "success"
    else:
        theirs.declined(frame)
        assert [one["status"] for one in theirs.payments_of(order)] == ["requires_action"]
        theirs.pay(frame)
        assert outcome(page)["status"] == "success"
    theirs.charged_once(order)


def test_another_way_gives_the_payment_up_so_that_nothing_can_be_charged(theirs: TheirShop, page: Page) -> None:
    """At the processor, too; then the order can be paid anew."""
    order = theirs.order()
    frame = theirs.page.open(page, order)
    theirs.continue_to_form(frame)
    if theirs.is_over_page:
        theirs.form(frame).locator("#close").click()
    frame.click("[data-test-id=fields-cancel]")
    expect(frame.locator("[data-test-id=their-form]")).to_be_visible()
    [given_up] = theirs.payments_of(order)
    assert given_up["status"] == "cancelled"
    eventually(lambda: _is_closed(theirs, given_up["id"]), what="closed at the processor")
    theirs.continue_to_form(frame)
    theirs.pay(frame)
    assert outcome(page)["status"] == "success"
    theirs.charged_once(order, payments=2)


def _is_closed(theirs: TheirShop, payment_id: str) -> bool:
    [[work, reason]] = theirs.account.stack.sql(
        "SELECT work, review_reason FROM payments WHERE id = %s", (payment_id,)
    )
    assert reason is None
    return work != "close"


def test_a_form_that_was_not_sent_is_left_and_found_again(theirs: TheirShop, page: Page) -> None:
    """The shop hears `dismissed`, as nothing is under way; the same payment is there the next time."""
    order = theirs.order()
    frame = theirs.page.open(page, order)
    theirs.continue_to_form(frame)
    if theirs.is_over_page:
        theirs.form(frame).locator("#close").click()
        frame.wait_for_selector("[data-test-id=fields-state][data-form=open]")
    page.wait_for_function("gateway.state === 'open'")
    click_away(page.locator("[data-test-id=close-modal-button]"))
    assert outcome(page)["status"] == "dismissed"
    again = theirs.page.open(page, order)
    if theirs.is_over_page:
        again.click("[data-test-id=pay-button]")
    theirs.wait_for_form(again)
    theirs.pay(again)
    assert outcome(page)["status"] == "success"
    theirs.charged_once(order)


def test_the_page_has_the_processors_origins_exactly_while_its_form_is_shown(
    theirs: TheirShop, page: Page
) -> None:
    """Before and afterwards it is as strict and as isolated as ever."""
    fake, api = re.escape(theirs.account.fake.url), re.escape(theirs.account.stack.base_url)
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one) if "/checkout?" in one.url else None)
    order = theirs.order()
    page.goto(theirs.site.page_url(order["id"]))
    theirs.continue_to_form(page)
    if theirs.is_over_page:
        theirs.form(page).locator("#close").click()
    page.click("[data-test-id=fields-cancel]")
    expect(page.locator("[data-test-id=their-form]")).to_be_visible()
    assert len(answers) == 3
    before, during, after = [one.headers for one in answers]
    assert before["content-security-policy"] == after["content-security-policy"]
    for strict in (before, after):
        assert strict["cross-origin-embedder-policy"] == "require-corp"
        assert "require-trusted-types-for 'script'" in strict["content-security-policy"]
        assert theirs.account.fake.url not in strict["content-security-policy"]
    assert "cross-origin-embedder-policy" not in during
    policy = during["content-security-policy"]
    for directive in (
        "script-src 'self'",
        f"connect-src 'self' {api}",
    ):
        assert re.search(rf"(^|; ){directive} {fake}(;|$)", policy), (directive, policy)
    # Beside it no origin, only apps that a link in its frame may open.
    [apps] = re.findall(rf"(?:^|; )frame-src {fake}((?: [a-z]+:)*)(?:;|$)", policy)
    assert ("upi:" in apps.split()) is theirs.is_over_page
    hosts = set(re.findall(r"https?://[^ ;]+", policy))
    assert hosts == {theirs.account.fake.url, theirs.account.stack.base_url}


@pytest.mark.parametrize("theirs", ["cashfree", "razorpay"], indirect=True)
def test_a_form_over_the_page_makes_room_for_the_question_whether_to_leave(theirs: TheirShop, page: Page) -> None:
    """Which nobody could see or answer beneath it."""
    order = theirs.order()
    frame = theirs.page.open(page, order)
    theirs.continue_to_form(frame)
    page.click("[data-test-id=close-modal-button]")
    closing = frame.locator("[data-test-id=closing]")
    closing.locator("button.primary").click()
    expect(closing).to_have_count(0)
    theirs.continue_to_form(frame)
    page.click("[data-test-id=close-modal-button]")
    click_away(frame.locator("[data-test-id=closing-leave]"))
    assert outcome(page)["status"] == "dismissed"


def test_a_live_order_is_paid_in_the_same_form(theirs: TheirShop, page: Page) -> None:
    """By a live key; its shop is on the list."""
    account = open_shop(theirs.account.stack, theirs.account.fake, "live")
    account.merchant.api.put("/checkout/settings", json={"allowed_origins": [theirs.page.url]}).raise_for_status()
    live = TheirShop(account, theirs.site, theirs.page)
    order = live.order()
    page.goto(theirs.page.url)
    options = {"key": account.merchant.key}
    page.evaluate("([id, options]) => openCheckout(id, options)", [order["id"], options])
    frame = checkout_frame(page)
    expect(frame.locator(".ribbon")).to_have_count(0)
    live.continue_to_form(frame)
    live.pay(frame)
    assert outcome(page)["status"] == "success"
    assert live.charged_once(order)["processor"] == theirs.name
    account.put_aside()


@pytest.mark.parametrize("theirs", ["stripe"], indirect=True)
def test_a_form_that_the_page_cannot_show_leaves_another_way(theirs: TheirShop, page: Page) -> None:
    """What would open it is gone."""
    order = theirs.order()
    waiting = theirs.account.merchant.settled(theirs.account.pay_order(order), "requires_action")
    theirs.account.stack.sql(
        "UPDATE processor_operations SET session = NULL WHERE payment_id = %s", (waiting["id"],)
    )
    page.goto(theirs.site.page_url(order["id"]))
    expect(page.locator("[data-test-id=fields-failed]")).to_be_visible()
    page.click("[data-test-id=fields-cancel]")
    expect(page.locator("[data-test-id=their-form]")).to_be_visible()
    assert theirs.account.merchant.payment(waiting["id"])["status"] == "cancelled"

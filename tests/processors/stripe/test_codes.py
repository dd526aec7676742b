"""Stripe's reasons as ours."""

import pytest

from gateway.processors.codes import CODES
from gateway.processors.protocol import ActionRequired
from gateway.processors.stripe.codes import REASONS, declined_try
from tests.processors.stripe.asking import Shop

_DOCUMENTED = """
authentication_required authentication_not_handled approve_with_id call_issuer card_not_supported
card_velocity_exceeded currency_not_supported do_not_honor do_not_try_again duplicate_transaction expired_card
fraudulent generic_decline incorrect_address incorrect_cvc incorrect_number incorrect_pin incorrect_zip
insufficient_funds invalid_account invalid_amount invalid_cvc invalid_expiry_month invalid_expiry_year
invalid_number invalid_pin issuer_not_available lost_card merchant_blacklist mobile_device_authentication_required
new_account_information_available no_action_taken not_permitted offline_pin_required
online_or_offline_pin_required pickup_card pin_try_exceeded processing_error reenter_transaction restricted_card
revocation_of_all_authorizations revocation_of_authorization security_violation service_not_allowed stolen_card
stop_payment_order testmode_decline transaction_not_allowed try_again_later withdrawal_count_limit_exceeded
"""
"""The fifty decline codes of cards."""


def test_every_documented_decline_code_is_in_the_table() -> None:
    """Into the closed set, with a text that is ours."""
    for reason in _DOCUMENTED.split():
        answer = declined_try({"type": "card_error", "code": "card_declined", "decline_code": reason})
        assert (answer.code, answer.raw) == (REASONS[reason], reason)
        assert answer.description == CODES[REASONS[reason]]


def test_the_table_maps_into_the_closed_set() -> None:
    """Nothing else."""
    assert set(REASONS.values()) <= set(CODES)


@pytest.mark.parametrize(
    ("error", "code", "raw"),
    [
        ({"code": "expired_card", "decline_code": "expired_card"}, "CARD_EXPIRED", "expired_card"),
        ({"code": "incorrect_cvc"}, "INCORRECT_CVC", "incorrect_cvc"),
        ({"code": "card_declined"}, "PAYMENT_DECLINED", "card_declined"),
        ({"code": "card_declined", "decline_code": "of_tomorrow"}, "PAYMENT_DECLINED", "of_tomorrow"),
        ({"code": "payment_intent_authentication_failure"}, "AUTHENTICATION_FAILED", None),
        ({"code": "payment_method_customer_decline"}, "SHOPPER_CANCELLED", None),
        ({"code": "a_code_of_tomorrow"}, "PAYMENT_DECLINED", "a_code_of_tomorrow"),
        ({"type": "card_error"}, "PAYMENT_DECLINED", "card_error"),
        ({"message": "no"}, "PAYMENT_DECLINED", "no reason given"),
    ],
)
def test_the_more_exact_reason_counts_and_the_raw_one_is_kept(
    error: dict[str, str], code: str, raw: str | None
) -> None:
    """What is in no table is a decline, counted by its raw form."""
    answer = declined_try(error)
    assert answer.code == code
    assert answer.raw == (raw or error["code"])


def test_a_stolen_card_reads_like_any_decline() -> None:
    """Nobody who tries stolen cards is told why."""
    told = {declined_try({"code": "card_declined", "decline_code": reason}).description for reason in (
        "stolen_card", "lost_card", "fraudulent", "merchant_blacklist", "generic_decline",
    )}  # fmt: skip
    assert len(told) == 1


async def test_the_shoppers_message_of_stripe_is_not_ours(shop: Shop) -> None:
    """Stripe's text is not passed on."""
    op = await shop.prepared()
    shop.fake.act("decline", payment_id=op.payment_id, code="lost_card")
    answer = await shop.stripe.look_up(op)
    assert isinstance(answer, ActionRequired)
    assert answer.declined is not None
    assert (answer.declined.code, answer.declined.description) == (
        "SUSPECTED_FRAUD",
        "The bank declined the payment",
    )

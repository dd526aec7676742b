"""Stripe's reasons, as our closed set of codes.

A refusal by a card's bank has the code `card_declined` and the bank's reason in `decline_code`; others have their
reason in `code`. The more exact one that is here counts. Without one it is `PAYMENT_DECLINED`, the raw form kept.
"""

from typing import Any, Final

from gateway.processors.codes import Code
from gateway.processors.protocol import Declined
from gateway.processors.reading import declined
from gateway.processors.stripe.calls import Entity

_REASONS: Final[dict[Code, str]] = {
    "PAYMENT_DECLINED": (
        "card_declined generic_decline call_issuer do_not_honor do_not_try_again no_action_taken try_again_later "
        "revocation_of_all_authorizations revocation_of_authorization stop_payment_order testmode_decline "
        "previously_declined_do_not_retry payment_intent_payment_attempt_failed payment_method_provider_decline "
        "partner_generic_decline partner_payment_not_found invalid_billing_agreement invalid_authorization"
    ),
    "INSUFFICIENT_FUNDS": "insufficient_funds",
    "CARD_EXPIRED": "expired_card expired_payment_method invalid_expiry_month invalid_expiry_year",
    "INCORRECT_CVC": "incorrect_cvc invalid_cvc requested_block_on_incorrect_cvc",
    "INVALID_INSTRUMENT": (
        "incorrect_number invalid_number invalid_account account_closed new_account_information_available "
        "incorrect_address incorrect_zip incorrect_postal_code invalid_card_type payment_method_unactivated "
        "invalid_customer_account invalid_payment_information expired_payment_information"
    ),
    "AUTHENTICATION_FAILED": (
        "authentication_required authentication_not_handled authentication_failure "
        "payment_intent_authentication_failure mobile_device_authentication_required approve_with_id "
        "incorrect_pin invalid_pin offline_pin_required online_or_offline_pin_required pin_try_exceeded"
    ),
    "SHOPPER_CANCELLED": "payment_method_customer_decline",
    "PAYMENT_TIMEOUT": "payment_intent_payment_attempt_expired payment_method_provider_timeout",
    "LIMIT_EXCEEDED": (
        "card_velocity_exceeded withdrawal_count_limit_exceeded invalid_amount amount_too_large amount_too_small "
        "charge_exceeds_transaction_limit charge_exceeds_source_limit card_decline_rate_limit_exceeded "
        "payment_limit_exceeded"
    ),
    "NOT_PERMITTED": (
        "card_not_supported currency_not_supported not_permitted restricted_card pickup_card service_not_allowed "
        "transaction_not_allowed security_violation payment_method_not_available payment_method_restricted "
        "payment_method_currency_mismatch compliance_violation invalid_business_account"
    ),
    # Stripe asks to show a shopper none of these.
    "SUSPECTED_FRAUD": "fraudulent lost_card stolen_card merchant_blacklist partner_high_risk_customer",
    "PROCESSING_ERROR": "processing_error issuer_not_available reenter_transaction duplicate_transaction",
}

REASONS: Final[dict[str, Code]] = {word: code for code, words in _REASONS.items() for word in words.split()}
"""Stripe's `decline_code` or `code` to ours."""


def declined_try(error: Entity, **said: Any) -> Declined:
    """A try of the shopper's that failed (`last_payment_error`)."""
    reasons = [str(error[name])[:100] for name in ("decline_code", "code", "type") if error.get(name)]
    codes = [REASONS[reason] for reason in reasons if reason in REASONS]
    said["raw"] = reasons[0] if reasons else "no reason given"
    return declined(codes[0] if codes else "PAYMENT_DECLINED", **said)

"""Razorpay's reasons, as our closed set of codes.

An error has a `code` that tells little (`BAD_REQUEST_ERROR`, `GATEWAY_ERROR`), a `reason` that tells what
happened, a `source` and a `step` that tell where. These are the reasons of its list of errors.
"""

from collections.abc import Mapping
from typing import Any, Final

from gateway.processors.codes import Code

_REASONS: Final[dict[Code, str]] = {
    "PAYMENT_DECLINED": """payment_failed payment_declined card_declined debit_declined deemed_transaction
        authorisation_declined_by_psp mandate_creation_declined mandate_creation_failed user_not_eligible""",
    "INSUFFICIENT_FUNDS": "insufficient_funds funds_blocked_by_mandate",
    "CARD_EXPIRED": "card_expired incorrect_card_expiry_date credit_limit_expired",
    "INCORRECT_CVC": "incorrect_cvv",
    "INVALID_INSTRUMENT": """card_number_invalid card_type_invalid incorrect_card_details incorrect_cardholder_name
        invalid_vpa vpa_resolution_failed bank_account_invalid bank_account_validation_failed invalid_user_details
        invalid_device invalid_mobile_number mobile_number_invalid invalid_email psp_not_registered pin_not_set
        user_not_registered_for_netbanking beneficiary_account_does_not_exist beneficiary_account_dormant""",
    "AUTHENTICATION_FAILED": """authentication_failed incorrect_otp invalid_otp incorrect_pin incorrect_atm_pin
        otp_expired otp_attempts_exceeded pin_attempts_exceeded reqauth_mandate_not_acknowledged""",
    "SHOPPER_CANCELLED": "payment_cancelled",
    "PAYMENT_TIMEOUT": """payment_timed_out payment_collect_request_expired payment_session_expired
        request_timed_out mandate_creation_expired mandate_creation_timeout""",
    "LIMIT_EXCEEDED": """transaction_limit_exceeded transaction_daily_limit_exceeded credit_limit_exceeded
        transaction_daily_count_exceeded transaction_frequency_limit_exceeded mcc_amount_limit_exceeded
        emi_greater_than_max_amount amount_less_than_minimum_amount""",
    "NOT_PERMITTED": """debit_instrument_blocked debit_instrument_inactive card_not_enrolled bank_not_enabled
        card_disabled_for_online_payments card_network_not_enabled international_transaction_not_allowed
        transaction_on_vpa_restricted credit_limit_inactive credit_limit_not_approved credit_not_permitted
        collect_on_mcc_blocked payment_method_not_enabled upi_collect_not_enabled upi_intent_not_enabled
        emi_plan_unavailable upi_autopay_not_supported_on_psp recurring_payment_not_enabled
        psp_app_not_supported""",
    "SUSPECTED_FRAUD": "payment_risk_check_failed payment_amount_tampered compliance_violation",
    "PROCESSING_ERROR": """bank_technical_error gateway_technical_error issuer_technical_error server_error
        upi_app_technical_error invalid_response_from_gateway bank_not_available bank_cutoff_in_progress
        psp_not_available psp_app_not_available payment_declined_due_to_high_traffic verification_failed
        credit_failed collect_request_pending payment_pending payment_pending_approval duplicate_request
        duplicate_rrn_found mismatch_in_transaction_details input_validation_failed invalid_request invalid_amount
        invalid_currency invalid_order_id order_already_paid order_amount_mismatch record_not_found
        order_payment_method_mismatch live_mode_not_enabled merchant_not_activated""",
    "REFUND_DECLINED": "duplicate_refund_id refund_limit_crossed",
    "CAPTURE_REFUSED": "capture_failed",
}

REASONS: Final[dict[str, Code]] = {
    reason: code for code, reasons in _REASONS.items() for reason in reasons.split()
}
"""Razorpay's `error_reason` to our code."""


def code_of(reason: str | None) -> Code:
    """Our code for a reason of theirs; one that is not known declines, its raw form kept."""
    return REASONS.get(reason or "", "PAYMENT_DECLINED")


def raw_of(error: Mapping[str, Any], prefix: str = "") -> str:
    """Their code, reason, source and step in one word for people: `BAD_REQUEST_ERROR/card_expired/customer/…`."""
    parts = (error.get(f"{prefix}{name}") for name in ("code", "reason", "source", "step"))
    return "/".join(str(part)[:60] for part in parts if part and part != "NA") or "no reason given"

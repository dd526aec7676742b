"""Objects as Stripe answers them: every field that its own SDK says is always there, and those that our connector
could be misled by. Amounts are in Stripe's units.
"""

import uuid
from typing import Any

Entity = dict[str, Any]

API_VERSION = "2026-10-28.endive"


def new_id(prefix: str) -> str:
    """`pi_…`."""
    return f"{prefix}_{uuid.uuid4().hex[:24]}"


def intent(fields: Entity, methods: list[str], live: bool, now: int) -> Entity:
    """A PaymentIntent that nobody has paid. `fields`: the request that made it, nested."""
    name = new_id("pi")
    return {
        "id": name,
        "object": "payment_intent",
        "allowed_payment_method_types": list(fields.get("allowed_payment_method_types", {}).values()) or None,
        "amount": int(fields["amount"]),
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": fields.get("capture_method", "automatic_async"),
        "client_secret": f"{name}_secret_{uuid.uuid4().hex}",
        "confirmation_method": "automatic",
        "created": now,
        "currency": fields["currency"],
        "customer": None,
        "description": fields.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": live,
        "metadata": dict(fields.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": methods,
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(of: Entity, paid_with: Entity, now: int) -> Entity:
    """A charge on this intent: a hold until it is captured. Metadata is copied from the intent, as Stripe does."""
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": of["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "calculated_statement_descriptor": "FAKE",
        "captured": False,
        "created": now,
        "currency": of["currency"],
        "customer": None,
        "description": of["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": of["livemode"],
        "metadata": dict(of["metadata"]),
        "on_behalf_of": None,
        "outcome": {
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": True,
        "payment_intent": of["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": paid_with,
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def paid_by_card(brand: str, last4: str, captured_before: int) -> Entity:
    """How a charge was paid."""
    card = {
        "brand": brand,
        "capture_before": captured_before,
        "country": "IN",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": "fakefakefakefake",
        "funding": "credit",
        "last4": last4,
        "network": brand,
        "three_d_secure": None,
        "wallet": None,
    }
    return {"type": "card", "card": card}


def paid_by_upi(vpa: str) -> Entity:
    """How a charge was paid."""
    return {"type": "upi", "upi": {"vpa": vpa}}


def refund(of: Entity, amount: int, metadata: Entity, status: str, now: int) -> Entity:
    """A refund of a charge."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "destination_details": {"type": of["payment_method_details"]["type"]},
        "metadata": dict(metadata),
        "payment_intent": of["payment_intent"],
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    } | ({"pending_reason": "processing"} if status == "pending" else {})


def dispute(of: Entity, amount: int, reason: str, status: str, now: int) -> Entity:
    """A dispute of a charge."""
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + 7 * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": of["livemode"],
        "metadata": {},
        "payment_intent": of["payment_intent"],
        "payment_method_details": {
            "type": "card",
            "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4"},
        },
        "reason": reason,
        "status": status,
    }


def transaction(
    kind: str, category: str, amount: int, currency: str, source: str, now: int, fees: dict[str, int] | None = None
) -> Entity:
    """A movement on the account's balance. `fees`: by the type of the fee."""
    fee = sum((fees or {}).values())
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now + 2 * 86400,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [
            {"amount": value, "application": None, "currency": currency, "description": None, "type": name}
            for name, value in (fees or {}).items()
        ],
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "pending",
        "type": kind,
    }


def payout(amount: int, currency: str, live: bool, automatic: bool, arrives: int, now: int) -> Entity:
    """Money on its way to the merchant's bank."""
    return {
        "id": new_id("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrives,
        "automatic": automatic,
        "balance_transaction": None,
        "created": now,
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": new_id("ba"),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": live,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed" if automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid",
        "trace_id": {"status": "supported", "value": "FAKEUTR" + uuid.uuid4().hex[:9].upper()},
        "type": "bank_account",
    }


def account() -> Entity:
    """The merchant's account. Like the real one it does not say its mode."""
    return {
        "id": "acct_1FakeFakeFakeFake",
        "object": "account",
        "business_profile": {"name": "Fake Shop"},
        "business_type": "company",
        "charges_enabled": True,
        "country": "IN",
        "created": 1_700_000_000,
        "default_currency": "inr",
        "details_submitted": True,
        "email": "shop@example.com",
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_payments": {"statement_descriptor_prefix": None},
            "dashboard": {"display_name": "Fake Shop", "timezone": "Etc/UTC"},
            "payments": {"statement_descriptor": None},
        },
        "type": "standard",
    }


def event(kind: str, entity: Entity, live: bool, now: int, key: str | None) -> Entity:
    """What a webhook would tell. `key`: the idempotency key of the call that it came from."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": {"object": entity},
        "livemode": live,
        "pending_webhooks": 1,
        "request": {"id": new_id("req"), "idempotency_key": key},
        "type": kind,
    }

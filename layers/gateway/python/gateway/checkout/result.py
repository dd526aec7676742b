"""The signed result that the shopper's browser carries to the merchant."""

import hashlib
import hmac
from typing import Any

from gateway.checkout.codes import ANY_PAYER, code_view, waits_for_scan
from gateway.clock import iso
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.merchants.queries import select_merchant
from gateway.payments.model import Payment


def sign_result(secret: bytes, order_id: str, payment_id: str) -> str:
    """Lower-case hex HMAC-SHA256 of `order_id|payment_id`, as razorpay's `verify_payment_signature` wants it."""
    return hmac.new(secret, f"{order_id}|{payment_id}".encode(), hashlib.sha256).hexdigest()


async def signing_secret(tx: Connection, keyring: Keyring, payment: Payment) -> bytes:
    """The merchant's key for signed results."""
    merchant = await select_merchant(tx, payment.merchant_id)
    assert merchant is not None
    return keyring.decrypt("signing", merchant["signing_secret"], str(payment.merchant_id))


async def shopper_payment(
    tx: Connection, keyring: Keyring, payment: Payment, codes_per_order: int
) -> dict[str, Any]:
    """A payment as its shopper sees it.

    With `flow` for UPI: `collect` asks the address that the shopper typed, `qr` whoever scans the code or opens
    the link. With `code` while a UPI code is shown; with `signature` once it has succeeded, and only then.
    """
    view: dict[str, Any] = {
        "id": payment.id,
        "order_id": payment.order_id,
        "amount": payment.amount,
        "currency": payment.currency,
        "method": payment.method,
        "status": payment.status,
        "captured": payment.is_taken,
        "card_network": payment.card_network,
        "card_last4": payment.card_last4,
        "error_code": payment.error_code,
        "error_description": payment.error_description,
        "next_action": payment.next_action,
        "created_at": iso(payment.created_at),
    }
    if payment.method == "upi":
        view["flow"] = "qr" if payment.vpa == ANY_PAYER else "collect"
    if waits_for_scan(payment):
        view["code"] = await code_view(tx, payment, codes_per_order)
    if payment.status == "success":
        secret = await signing_secret(tx, keyring, payment)
        view["signature"] = sign_result(secret, payment.order_id, payment.id)
    return view

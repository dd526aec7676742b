"""The signed result that the shopper's browser carries to the merchant."""

import hashlib
import hmac
from typing import Any

from gateway.checkout.codes import code_view, waits_for_scan
from gateway.checkout.signing.change import read_secrets
from gateway.clock import iso
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.payments.model import Payment
from gateway.processors.instruments import CHOSEN_BY


def sign_result(secret: bytes, order_id: str, payment_id: str) -> str:
    """Lower-case hex HMAC-SHA256 of `order_id|payment_id`, as razorpay's `verify_payment_signature` wants it."""
    return hmac.new(secret, f"{order_id}|{payment_id}".encode(), hashlib.sha256).hexdigest()


def is_signed(payment: Payment) -> bool:
    """Only what a bank has taken: what is authorised may still be cancelled, and a signature never. What the
    simulated bank once decided of live payments moved no money, whatever it is called."""
    is_decided = payment.mode == "test" or payment.account_id is not None
    return payment.status == "success" and payment.is_taken and is_decided


async def shopper_payment(
    tx: Connection, keyring: Keyring, payment: Payment, codes_per_order: int
) -> dict[str, Any]:
    """A payment as its shopper sees it.

    With `bank` or `wallet` where it is known. With `flow` for UPI: `collect` asks the address that the shopper
    typed, `qr` whoever scans the code or opens the link, `intent` opens an app; without it the processor's own
    form asks. With `code` while a UPI code is shown; with `signature` once its money is taken, and only then.
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
    if payment.instrument is not None:
        view[CHOSEN_BY[payment.method]] = payment.instrument
    if payment.method == "upi" and (payment.flow or payment.vpa):
        view["flow"] = payment.flow or "collect"
    if waits_for_scan(payment):
        view["code"] = await code_view(tx, payment, codes_per_order)
    if is_signed(payment):
        signing = await read_secrets(tx, keyring, payment)
        view["signature"] = sign_result(signing.secret.encode(), payment.order_id, payment.id)
    return view

"""What the public way to pay refuses: the patterns of card testing, and to hold an order for ever.

Stolen cards are tried out by paying small orders in quick succession and watching which are
declined, so failures are what is counted: per order, per card and per address. Card and address
count for live orders only: test cards are the same few numbers for everybody.
"""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Any, Final

from gateway.addresses import network_of
from gateway.checkout.model import MAX_FAILURES_PER_ORDER
from gateway.checkout.queries import count_failures, insert_attempt
from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest, RateLimited
from gateway.orders.model import Order
from gateway.payments.model import Payment

MAX_FAILURES_PER_CARD: Final = 5
"""Declines of one card at one merchant within an hour."""
MAX_FAILURES_PER_ADDRESS: Final = 20
"""Declines from one address within ten minutes, at all merchants; a household or a shop's counter stays below."""
MAX_FAILURES_PER_SHARED_ADDRESS: Final = 200
"""Where many shoppers have one address (a proxy that is not listed, a network's inside), of one merchant: theirs
must not stop anybody else's."""


async def check_shopper(
    tx: Connection,
    keyring: Keyring,
    order: Order,
    body: dict[str, Any],
    address: str,
    codes_per_order: int,
    *,
    shared: bool,
) -> None:
    """Raises `RateLimited` for too many failures, and `BadRequest` when the order's UPI codes are used up.

    `shared`: many shoppers may have this address.
    """
    live_card = order.mode == "live" and body.get("method") == "card"
    by_order, by_card, by_address, by_address_here, codes = await count_failures(
        tx,
        order.id,
        order.merchant_id,
        _fingerprint(keyring, order, body) if live_card else None,
        hash_address(keyring, address) if live_card else None,
    )
    if by_order >= MAX_FAILURES_PER_ORDER:
        raise RateLimited("Too many failed payments for this order", field="order_id")
    if codes >= codes_per_order and body.get("method") == "upi":
        raise BadRequest("This order has had its last UPI code; pay in another way", field="method")
    if by_card >= MAX_FAILURES_PER_CARD:
        raise RateLimited("Too many failed payments; try later or use another method", retry_after=3600)
    if by_address_here >= MAX_FAILURES_PER_SHARED_ADDRESS or (
        not shared and by_address >= MAX_FAILURES_PER_ADDRESS
    ):
        raise RateLimited("Too many failed payments; try later or use another method", retry_after=600)


async def note_shopper(tx: Connection, keyring: Keyring, payment: Payment, address: str, now: datetime) -> None:
    """Remember where a live card payment came from, for a day."""
    if payment.mode == "live" and payment.method == "card":
        await insert_attempt(tx, payment.id, hash_address(keyring, address), now)


def hash_address(keyring: Keyring, address: str) -> bytes:
    """32 bytes that are equal for the same address (IPv6: the same /64), and say nothing else."""
    pepper = keyring.hash_api_secret("checkout-address")
    return hmac.digest(pepper, network_of(address).encode(), hashlib.sha256)


def _fingerprint(keyring: Keyring, order: Order, body: dict[str, Any]) -> bytes | None:
    card = body.get("card")
    number = card.get("number") if isinstance(card, dict) else None
    if not isinstance(number, str):
        return None
    return keyring.card_fingerprint(str(order.merchant_id), re.sub(r"[ -]", "", number))

"""Card data at rest, for the seconds between the request and the processor's answer."""

import json
from dataclasses import asdict

from gateway.cards.model import Card
from gateway.encryption import Keyring


def seal_card(keyring: Keyring, card: Card, payment_id: str) -> bytes:
    """Ciphertext that opens for this payment only."""
    return keyring.encrypt("card", json.dumps(asdict(card)).encode(), payment_id)


def open_card(keyring: Keyring, ciphertext: bytes, payment_id: str) -> Card:
    """The card that was sealed for this payment."""
    return Card(**json.loads(keyring.decrypt("card", ciphertext, payment_id)))

"""What is kept of the first request with a key."""

import hashlib
from dataclasses import dataclass
from typing import Final

from gateway.encryption import Keyring

MAX_KEY_LENGTH: Final = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it was (or will be) sent: status and exact body bytes."""

    status_code: int
    body: bytes


def hash_request(keyring: Keyring, method: str, path: str, body: bytes) -> bytes:
    """32 bytes that tell whether a second request with the same key is the same request."""
    return keyring.hash_request(b"\0".join((method.encode(), path.encode(), body)))


def shoppers_key(key: str) -> str:
    """The key under which a shopper's request is kept: no merchant's key is ever equal to it.

    Merchants' keys are ASCII; this one begins with a character that is not.
    """
    return "◦" + hashlib.sha256(key.encode()).hexdigest()

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


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a request: its answer, whether an earlier one with the same key had left it, how many
    deliveries became due, and whether its work has been handed over, so that nobody needs to be told of it."""

    answer: Answer
    replayed: bool = False
    deliveries: int = 0
    handed: bool = False


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Under which key a request is kept, and the hash that tells whether another one is the same.

    `old_key` and `old_hash` are those of the version before, whose rows are still replayed: its shoppers' keys
    were of the whole merchant, and its hash left out the query string.
    """

    key: str
    request_hash: bytes
    old_key: str
    old_hash: bytes


def kept_under(key: RequestKey | None) -> dict[str, str]:
    """The columns of a draft in JSON that say under which key its answer is kept; bytes as hexadecimal digits."""
    if key is None:
        return {}
    taken = {"key": key.key, "request_hash": key.request_hash.hex()}
    return taken if key.old_key == key.key else taken | {"old_key": key.old_key, "old_hash": key.old_hash.hex()}


def request_key(
    keyring: Keyring, key: str, method: str, path: str, query: bytes, body: bytes, *, shoppers_order: str | None
) -> RequestKey:
    """The key of a request of the merchant's, or of a shopper who pays this order (or payment)."""
    old_hash = _hash(keyring, method, path.encode(), body)
    request_hash = _hash(keyring, method, path.encode() + b"?" + query, body) if query else old_hash
    if shoppers_order is None:
        return RequestKey(key, request_hash, key, old_hash)
    return RequestKey(shoppers_key(f"{shoppers_order}\0{key}"), request_hash, shoppers_key(key), old_hash)


def _hash(keyring: Keyring, method: str, target: bytes, body: bytes) -> bytes:
    return keyring.hash_request(b"\0".join((method.encode(), target, body)))


def shoppers_key(text: str) -> str:
    """The key under which a shopper's request is kept: no merchant's key is ever equal to it.

    Merchants' keys are ASCII; this one begins with a character that is not.
    """
    return "◦" + hashlib.sha256(text.encode()).hexdigest()

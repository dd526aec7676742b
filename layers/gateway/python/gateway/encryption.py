"""Secrets at rest: AES-256-GCM and keyed hashes under keys derived from the one master key.

Each purpose has a key of its own (HKDF-SHA256, RFC 5869), so that a value of one table can
never be read as a value of another. A ciphertext is `version (1 byte) | nonce (12) | AES-GCM`.
"""

import hashlib
import hmac
import os
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION: Final = b"\x01"
_NONCE: Final = 12


class Keyring:
    """The keys of one process, derived from the master key (32 bytes)."""

    def __init__(self, master_key: bytes) -> None:
        self._boxes = {
            name: AESGCM(_derive(master_key, name)) for name in ("card", "webhook", "signing", "answer")
        }
        self._pepper = _derive(master_key, "api-secret")
        self._fingerprint = _derive(master_key, "card-fingerprint")

    def encrypt(self, purpose: str, plaintext: bytes, bound_to: str) -> bytes:
        """Encrypt for one purpose; `bound_to` (a row's id) must be given again to decrypt."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._boxes[purpose].encrypt(nonce, plaintext, bound_to.encode())

    def decrypt(self, purpose: str, ciphertext: bytes, bound_to: str) -> bytes:
        """Raises `cryptography.exceptions.InvalidTag` if key, purpose, row or bytes are not the same."""
        nonce, sealed = ciphertext[1 : 1 + _NONCE], ciphertext[1 + _NONCE :]
        return self._boxes[purpose].decrypt(nonce, sealed, bound_to.encode())

    def hash_api_secret(self, secret: str) -> bytes:
        """32 bytes. A fast hash is right here: secrets are random, not chosen by people."""
        return hmac.digest(self._pepper, secret.encode(), hashlib.sha256)

    def card_fingerprint(self, merchant_id: str, number: str) -> bytes:
        """32 bytes that are equal for the same card at the same merchant, and say nothing else."""
        return hmac.digest(self._fingerprint, f"{merchant_id}:{number}".encode(), hashlib.sha256)


def _derive(master_key: bytes, name: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"payment-gateway/{name}/v1".encode()).derive(master_key)

"""Secrets at rest: AES-256-GCM and keyed hashes, all under the one master key.

Each purpose has a key of its own (HKDF-SHA256, RFC 5869), so that a value of one table can never be read
as a value of another. A ciphertext is `2 (1 byte) | id of the master key (4) | nonce (12) | AES-GCM`; one
that begins with 1 lacks the id, and is of a version before the master key could be exchanged.

Several master keys may be readable at once; the first one seals. Hashes cannot be made anew without what
was hashed, so their keys are *data keys*: kept in the database, sealed (`master_key.data_keys`). Those of
a fresh installation follow from its first master key.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_WITHOUT_ID, _WITH_ID = b"\x01", b"\x02"
_ID: Final = 4
_NONCE: Final = 12
_PURPOSES: Final = ("card", "webhook", "signing", "answer", "totp", "processor", "handover", "data-key")
DATA_KEYS: Final = ("api-secret", "card-fingerprint")


class _Master:
    """One master key (32 bytes): its id, and a box per purpose."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.id = _derive(key, "key-id")[:_ID]
        self.boxes = {name: AESGCM(_derive(key, name)) for name in _PURPOSES}


class Keyring:
    """The keys of one process: the master key that seals, and others that may still be read."""

    def __init__(self, master_key: bytes, *others: bytes) -> None:
        self._masters = [_Master(master_key), *(_Master(key) for key in others)]
        self._data = {name: _derive(master_key, name) for name in DATA_KEYS}
        self.is_complete = False
        """Whether the data keys are those of the database."""

    @property
    def prefix(self) -> bytes:
        """How every ciphertext under the present master key begins."""
        return _WITH_ID + self._masters[0].id

    def encrypt(self, purpose: str, plaintext: bytes, bound_to: str) -> bytes:
        """Encrypt for one purpose; `bound_to` (a row's id) must be given again to decrypt."""
        nonce = os.urandom(_NONCE)
        return self.prefix + nonce + self._masters[0].boxes[purpose].encrypt(nonce, plaintext, bound_to.encode())

    def decrypt(self, purpose: str, ciphertext: bytes, bound_to: str) -> bytes:
        """Raises `cryptography.exceptions.InvalidTag` if key, purpose, row or bytes are not the same."""
        start = 1 + (_ID if ciphertext[:1] == _WITH_ID else 0)
        nonce, sealed = ciphertext[start : start + _NONCE], ciphertext[start + _NONCE :]
        for master in self._masters:
            if ciphertext[:1] == _WITH_ID and ciphertext[1 : 1 + _ID] != master.id:
                continue
            try:
                return master.boxes[purpose].decrypt(nonce, sealed, bound_to.encode())
            except InvalidTag:
                continue
        raise InvalidTag

    def reseal(self, purpose: str, ciphertext: bytes, bound_to: str) -> bytes:
        """The same under the present master key; what is already stays as it is. Raises `InvalidTag`."""
        if ciphertext.startswith(self.prefix):
            return ciphertext
        return self.encrypt(purpose, self.decrypt(purpose, ciphertext, bound_to), bound_to)

    def found_data_keys(self, sealed_before: tuple[bytes, str] | None) -> dict[str, bytes]:
        """The data keys of an installation that has not kept any yet, wrapped.

        They follow from the master key under which it has sealed and hashed so far: the one that opens
        `sealed_before` (a merchant's signing secret, and its id). Raises `InvalidTag` if none does.
        """
        master = self._masters[0] if sealed_before is None else self._opener("signing", *sealed_before)
        return {name: self.encrypt("data-key", _derive(master.key, name), name) for name in DATA_KEYS}

    def adopt(self, wrapped: Mapping[str, bytes]) -> None:
        """Use these data keys from now on. Raises `InvalidTag` when they are under an unknown master key."""
        self._data = {name: self.decrypt("data-key", wrapped[name], name) for name in DATA_KEYS}
        self.is_complete = True

    def hash_api_secret(self, secret: str) -> bytes:
        """32 bytes. A fast hash is right here: secrets are random, not chosen by people."""
        return hmac.digest(self._data["api-secret"], secret.encode(), hashlib.sha256)

    def hash_request(self, request: bytes) -> bytes:
        """32 bytes that are equal for the same request. Keyed: a request may hold a card, whose digits are few
        enough to be tried out."""
        return hmac.digest(self._data["api-secret"], b"request\0" + request, hashlib.sha256)

    def card_fingerprint(self, merchant_id: str, number: str) -> bytes:
        """32 bytes that are equal for the same card at the same merchant, and say nothing else."""
        return hmac.digest(self._data["card-fingerprint"], f"{merchant_id}:{number}".encode(), hashlib.sha256)

    def _opener(self, purpose: str, ciphertext: bytes, bound_to: str) -> _Master:
        for master in self._masters:
            try:
                Keyring(master.key).decrypt(purpose, ciphertext, bound_to)
            except InvalidTag:
                continue
            return master
        raise InvalidTag


def _derive(master_key: bytes, name: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"payment-gateway/{name}/v1".encode()).derive(master_key)

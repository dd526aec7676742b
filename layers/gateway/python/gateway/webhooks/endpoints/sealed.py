"""Open what is sealed on an endpoint: its secrets and the merchant's own headers."""

import base64
import json
import re
from typing import Final

from cryptography.exceptions import InvalidTag

from gateway.encryption import Keyring

_ENTRIES: Final = 10_000

SEALED_TEXT: Final = re.compile(rb"sealed:(we_[A-Za-z0-9]{16}):([A-Za-z0-9_=-]+)")
"""What stands for a webhook secret in a kept answer."""


class SecretReader:
    """Opens ciphertexts, and remembers them: an endpoint's are the same at every attempt."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._opened: dict[bytes, str] = {}

    def secrets(self, endpoint_id: str, current: bytes, previous: bytes | None) -> list[str]:
        """The secrets that sign, the current one first."""
        return [self._open(endpoint_id, sealed) for sealed in (current, previous) if sealed is not None]

    def headers(self, endpoint_id: str, sealed: bytes | None) -> dict[str, str]:
        """The merchant's own headers."""
        if sealed is None:
            return {}
        headers: dict[str, str] = json.loads(self._open(endpoint_id, sealed))
        return headers

    def _open(self, endpoint_id: str, sealed: bytes) -> str:
        text = self._opened.get(sealed)
        if text is None:
            if len(self._opened) >= _ENTRIES:
                self._opened.clear()
            text = self._opened[sealed] = self._keyring.decrypt("webhook", sealed, endpoint_id).decode()
        return text


def seal_headers(keyring: Keyring, endpoint_id: str, headers: dict[str, str]) -> bytes | None:
    """The ciphertext of an endpoint's own headers; None without any."""
    return keyring.encrypt("webhook", json.dumps(headers).encode(), endpoint_id) if headers else None


def sealed_text(endpoint_id: str, ciphertext: bytes) -> str:
    """What `SEALED_TEXT` finds."""
    return f"sealed:{endpoint_id}:{base64.urlsafe_b64encode(ciphertext).decode()}"


def reseal_texts(answer: bytes, keyring: Keyring) -> bytes:
    """The answer with its sealed secrets under the present master key. What only looks like one stays."""

    def resealed(match: re.Match[bytes]) -> bytes:
        endpoint_id = match.group(1).decode()
        try:
            ciphertext = base64.urlsafe_b64decode(match.group(2))
            return sealed_text(endpoint_id, keyring.reseal("webhook", ciphertext, endpoint_id)).encode()
        except (ValueError, InvalidTag):
            return match.group()

    return SEALED_TEXT.sub(resealed, answer)

"""Open what is sealed on an endpoint: its secrets and the merchant's own headers."""

import json
from typing import Final

from gateway.encryption import Keyring

_ENTRIES: Final = 10_000


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

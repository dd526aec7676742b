"""Tell from a key id and a secret which merchant is calling."""

import hmac
import time
from typing import Final

from gateway.clock import utc_now
from gateway.database import Database
from gateway.encryption import Keyring
from gateway.errors import AuthenticationError
from gateway.merchants.model import ApiKey, Caller
from gateway.merchants.queries import note_key_used
from gateway.tenancy.lookups import select_api_key

CACHE_SECONDS: Final = 3.0
"""How long a key's row is believed: a revocation takes effect within this (promise: 5 s)."""

_CACHE_ENTRIES: Final = 10_000
_NOTE_SECONDS: Final = 60.0
"""How exact "last used" is: a write per request would double the work of a read."""


class Authenticator:
    """Checks API keys against Postgres, with a cache of a few seconds per process."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring
        self._cache: dict[str, tuple[float, ApiKey | None]] = {}
        self._noted: dict[str, float] = {}

    async def authenticate(self, key_id: str, secret: str) -> Caller:
        """The caller with this pair. Raises `AuthenticationError`, the same whatever was wrong.

        An unknown key is compared against a dummy hash, so that it takes as long as a wrong secret.
        """
        key = await self._look_up(key_id)
        expected = key.secret_hash if key is not None else bytes(32)
        matches = hmac.compare_digest(self._keyring.hash_api_secret(secret), expected)
        if key is None or not matches or not key.is_live_at(utc_now()):
            raise AuthenticationError
        await self._note_use(key)
        return Caller(key.merchant_id, key.mode, key.id, key.scopes)

    async def knows(self, key_id: str) -> bool:
        """Whether this public key id may be used now; a page that opens the checkout has nothing else."""
        key = await self._look_up(key_id)
        return key is not None and key.is_live_at(utc_now())

    async def _note_use(self, key: ApiKey) -> None:
        if self._noted.get(key.id, 0.0) > time.monotonic():
            return
        if len(self._noted) >= _CACHE_ENTRIES:
            self._noted.clear()
        self._noted[key.id] = time.monotonic() + _NOTE_SECONDS
        async with self._database.connection(key) as tx:
            await note_key_used(tx, key.id)

    async def _look_up(self, key_id: str) -> ApiKey | None:
        cached = self._cache.get(key_id)
        if cached is not None and cached[0] > time.monotonic():
            return cached[1]
        async with self._database.connection(None) as tx:
            key = await select_api_key(tx, key_id)
        if len(self._cache) >= _CACHE_ENTRIES:
            self._cache.clear()
        self._cache[key_id] = (time.monotonic() + CACHE_SECONDS, key)
        return key

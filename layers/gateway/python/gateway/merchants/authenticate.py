"""Tell from a key id and a secret which merchant is calling."""

import hmac
import time
from typing import Final

from gateway.clock import utc_now
from gateway.database import Database
from gateway.database.notes import Notes
from gateway.encryption import Keyring
from gateway.errors import AuthenticationError
from gateway.merchants.queries import note_key_used
from gateway.tenancy.lookups import select_api_key
from gateway.tenancy.model import TEST_KEY_ID, ApiKey, Caller

CACHE_SECONDS: Final = 3.0
"""How long a key's row is believed: a revocation takes effect within this (promise: 5 s)."""

_CACHE_ENTRIES: Final = 10_000


class Authenticator:
    """Checks API keys against Postgres, with a cache of a few seconds per process.

    The seeded key, whose secret everybody knows, is one that there is not, unless `takes_seeded_key`.
    """

    def __init__(self, database: Database, keyring: Keyring, *, takes_seeded_key: bool = False) -> None:
        self._database = database
        self._keyring = keyring
        self._cache: dict[str, tuple[float, ApiKey | None]] = {}
        self._notes = Notes(database)
        self._takes_seeded_key = takes_seeded_key

    async def authenticate(self, key_id: str, secret: str) -> Caller:
        """The caller with this pair. Raises `AuthenticationError`, the same whatever was wrong.

        An unknown key is compared against a dummy hash, so that it takes as long as a wrong secret.
        """
        key = await self._look_up(key_id)
        expected = key.secret_hash if key is not None else bytes(32)
        matches = hmac.compare_digest(self._keyring.hash_api_secret(secret), expected)
        if key is None or not matches or not key.is_live_at(utc_now()) or not self._takes(key_id):
            raise AuthenticationError
        await self._notes.note(key.id, key, lambda tx: note_key_used(tx, key.id))
        return Caller(key.merchant_id, key.mode, key.id, key.scopes)

    async def knows(self, key_id: str) -> bool:
        """Whether this public key id may be used now; a page that opens the checkout has nothing else."""
        key = await self._look_up(key_id)
        return key is not None and key.is_live_at(utc_now()) and self._takes(key_id)

    def _takes(self, key_id: str) -> bool:
        return key_id != TEST_KEY_ID or self._takes_seeded_key

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

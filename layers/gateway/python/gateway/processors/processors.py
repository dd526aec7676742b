"""All that this process can ask: the simulated bank and merchants' accounts, with a breaker and a budget each."""

import time
from dataclasses import dataclass
from typing import Final

from gateway.database import Database
from gateway.encryption import Keyring
from gateway.processors.accounts.opened import OpenAccounts
from gateway.processors.breaker import Breakers
from gateway.processors.protocol import Misconfigured, Processor
from gateway.processors.simulator.processor import Simulator
from gateway.settings import Settings

_BURST_SECONDS: Final = 2.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Processors:
    """One per process. Building it opens no connection."""

    def __init__(self, database: Database, keyring: Keyring, settings: Settings) -> None:
        self._simulator = Simulator(database, settings)
        self._rate = settings.processor_look_ups_per_second
        self._buckets: dict[str, _Bucket] = {}
        self.accounts = OpenAccounts(database, keyring, settings)
        self.breakers = Breakers()

    async def of(self, account_id: str | None, mode: str) -> Processor:
        """Who decides a payment: its account, or in test mode the simulated bank. Raises `Misconfigured`."""
        if account_id is not None:
            return await self.accounts.processor_of(account_id)
        if mode != "test":
            raise Misconfigured("a live payment without an account")
        return self._simulator

    def may_look(self, account_id: str) -> bool:
        """Whether the account's budget of look-ups has room for one more now; it is taken."""
        now = time.monotonic()
        bucket = self._buckets.setdefault(account_id, _Bucket(self._rate * _BURST_SECONDS, now))
        bucket.left = min(self._rate * _BURST_SECONDS, bucket.left + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    async def close(self) -> None:
        """Close what is open."""
        await self.accounts.close()

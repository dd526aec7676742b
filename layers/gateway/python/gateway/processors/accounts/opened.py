"""Accounts as processors that can be asked: opened once per process, and anew when they have changed.

One HTTP client per base address is shared by all accounts. How an account stands is read again after
`FRESH_SECONDS`, so that new credentials and a check's problem are known in every process soon.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag

from gateway.database import Database
from gateway.database.batch import Batch
from gateway.encryption import Keyring
from gateway.processors.accounts.live import why_no_live
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import select_accounts_by_id
from gateway.processors.accounts.sealed import open_credentials
from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Misconfigured, Processor
from gateway.processors.registry import CONNECTORS
from gateway.settings import Settings

FRESH_SECONDS: Final = 2.0


@dataclass(slots=True)
class _Opened:
    account: Account
    processor: Processor
    read_at: float


class OpenAccounts:
    """The accounts that this process works with."""

    def __init__(self, database: Database, keyring: Keyring, settings: Settings) -> None:
        self._database = database
        self._keyring = keyring
        self._settings = settings
        self._clients: dict[str, ProcessorClient] = {}
        self._opened: dict[str, _Opened] = {}
        self._reads: Batch[str, Account | None] = Batch(self._read)

    async def processor_of(self, account_id: str) -> Processor:
        """The account, opened. Raises `Misconfigured` if it is gone or nothing here can open it."""
        return (await self._fresh(account_id)).processor

    async def account_of(self, account_id: str) -> Account:
        """The account as it stands. Raises `Misconfigured` if it is gone."""
        return (await self._fresh(account_id)).account

    async def note_problem(self, account_id: str, reason: str) -> None:
        """The processor does not let us use this account: its owner has to see that."""
        async with self._database.connection(None) as tx:
            await tx.execute(
                "UPDATE processor_accounts SET problem = %s, checked_at = now() WHERE id = %s",
                (reason[:500], account_id),
            )

    def open(self, account: Account) -> Processor:
        """An account's processor, asked by nobody yet. Raises `Misconfigured`."""
        connector = CONNECTORS.get(account.processor)
        if connector is None:
            raise Misconfigured(f"there is no connector for {account.processor}")
        refused = why_no_live(self._settings, account.mode, account.processor)
        if refused is not None:
            raise Misconfigured(refused)
        if account.status == "removed":
            raise Misconfigured("the account was removed")
        try:
            credentials = open_credentials(self._keyring, account)
        except InvalidTag:
            raise Misconfigured("its credentials are sealed under another master key") from None
        mode = connector.mode_of(credentials)
        if mode is not None and mode != account.mode:
            raise Misconfigured(f"these are {mode} credentials, and the account is for {account.mode}")
        url = self._settings.processor_url(connector.name) or connector.url_of(account.mode)
        return connector.build(credentials, account.mode, self._client(url))

    def secrets_of(self, account: Account) -> list[str]:
        """What must stand in no text about the account; none where nothing opens it."""
        try:
            return list(open_credentials(self._keyring, account).secrets.values())
        except InvalidTag:
            return []

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()

    def _client(self, url: str) -> ProcessorClient:
        if url not in self._clients:
            self._clients[url] = ProcessorClient(url, self._settings.processor_timeout_seconds)
        return self._clients[url]

    async def _fresh(self, account_id: str) -> _Opened:
        known, now = self._opened.get(account_id), time.monotonic()
        if known is not None and now - known.read_at < FRESH_SECONDS:
            return known
        account = await self._reads.submit(account_id)
        if account is None:
            raise Misconfigured("the account is gone")
        if known is not None and known.account.sequence == account.sequence:
            known.account, known.read_at = account, now
            return known
        opened = _Opened(account, self.open(account), now)
        self._opened[account_id] = opened
        return opened

    async def _read(self, ids: Sequence[str]) -> list[Account | None]:
        async with self._database.connection(None) as tx:
            found = await select_accounts_by_id(tx, ids)
        return [found.get(account_id) for account_id in ids]

"""What opens an account, sealed under the master key and bound to the account's id."""

import json
from typing import Final

from gateway.encryption import Keyring
from gateway.processors.accounts.model import Account
from gateway.processors.protocol import Credentials

PURPOSE: Final = "processor"


def seal_secrets(keyring: Keyring, account_id: str, secrets: dict[str, str]) -> bytes:
    """The connector's secrets by their names."""
    return keyring.encrypt(PURPOSE, json.dumps(secrets, sort_keys=True).encode(), account_id)


def seal_text(keyring: Keyring, account_id: str, text: str) -> bytes:
    """A webhook secret."""
    return keyring.encrypt(PURPOSE, text.encode(), account_id)


def open_credentials(keyring: Keyring, account: Account) -> Credentials:
    """Raises `cryptography.exceptions.InvalidTag` under another master key."""
    return Credentials(account.public_key, json.loads(keyring.decrypt(PURPOSE, account.credentials, account.id)))


def open_webhook_secrets(keyring: Keyring, account: Account) -> list[str]:
    """Those that hold, the newest first."""
    sealed = (account.webhook_secret, account.previous_webhook_secret)
    return [keyring.decrypt(PURPOSE, one, account.id).decode() for one in sealed if one is not None]

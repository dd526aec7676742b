"""Give a keyring the data keys of its database."""

import psycopg
from cryptography.exceptions import InvalidTag

from gateway.database import Connection, owner_connection
from gateway.encryption import DATA_KEYS, Keyring
from gateway.master_key.queries import insert_data_key, select_data_keys, select_oldest_sealed
from gateway.settings import Settings


class KeysUnusable(Exception):
    """This process cannot work with this database before an operator has mended something; the text says what."""

    reason: str
    """The same in one word, for `/health`."""


class WrongMasterKey(KeysUnusable):
    """The database is sealed under a master key that this process does not have."""

    reason = "wrong"

    def __init__(self) -> None:
        super().__init__(
            "the database is sealed under another master key: "
            "is it in GATEWAY_MASTER_KEY or GATEWAY_MASTER_KEY_PREVIOUS?"
        )


class DataKeysMissing(KeysUnusable):
    """Nobody has kept the data keys yet, and this process may not: only the owner sees all that is sealed."""

    reason = "missing"

    def __init__(self) -> None:
        super().__init__("the database has no data keys yet: run `gateway migrate` with GATEWAY_MASTER_KEY")


async def complete_keyring(tx: Connection, keyring: Keyring) -> None:
    """Load the data keys; where there are none yet, keep those that have been in use.

    Raises `WrongMasterKey`, and `DataKeysMissing` where it is not the owner who finds none.
    Safe to call from many processes at once: the first one's keys stay.
    """
    if keyring.is_complete:
        return
    try:
        wrapped = await select_data_keys(tx)
        if not set(DATA_KEYS) <= wrapped.keys():
            founded = keyring.found_data_keys(await select_oldest_sealed(tx))
            for name, key in founded.items():
                await insert_data_key(tx, name, key)
            wrapped = await select_data_keys(tx)
        keyring.adopt(wrapped)
    except InvalidTag:
        raise WrongMasterKey from None
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction) as error:
        raise DataKeysMissing from error


async def keep_data_keys(settings: Settings) -> None:
    """`complete_keyring`, on a connection of its own: a step of every migration.

    So that they are there before the master key is first exchanged. Without a master key nothing is sealed yet.
    """
    if not (settings.master_key or settings.test_mode):
        return
    async with owner_connection(settings) as tx:
        await complete_keyring(tx, Keyring(*settings.master_keys()))

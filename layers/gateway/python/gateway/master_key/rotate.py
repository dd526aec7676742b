"""Seal everything anew under the present master key, in batches, next to the running product.

Each batch is a transaction: a killed rotation is simply run again, and finds what is left by the key's id
in the ciphertexts. Rows are locked while they change, so nobody's newer value is overwritten.
"""

from typing import Any

from cryptography.exceptions import InvalidTag

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.master_key.model import SEALED_COLUMNS, Rotated, SealedColumn
from gateway.master_key.queries import Place, lock_answers, lock_sealed, update_answer, update_sealed
from gateway.webhooks.endpoints.sealed import reseal_texts


async def rotate_master_key(tx: Connection, keyring: Keyring, batch: int) -> dict[str, Rotated]:
    """What was done, by `table.column`. `tx` is in autocommit; `batch` rows are one transaction."""
    done = {
        f"{column.table}.{column.name}": await _rotate_column(tx, keyring, column, batch)
        for column in SEALED_COLUMNS
    }
    return done | {"idempotency_keys.response": await _rotate_answers(tx, keyring, batch)}


async def _rotate_column(tx: Connection, keyring: Keyring, column: SealedColumn, batch: int) -> Rotated:
    rotated, after = Rotated(), None
    while True:
        async with tx.transaction():
            rows = await lock_sealed(tx, column, keyring.prefix, after, batch)
            for row_id, ciphertext in rows:
                try:
                    resealed = keyring.reseal(column.purpose, ciphertext, str(row_id))
                except InvalidTag:
                    rotated.unreadable.append(str(row_id))
                    continue
                await update_sealed(tx, column, row_id, resealed)
                rotated.resealed += 1
        if not rows:
            return rotated
        after = rows[-1][0]


async def _rotate_answers(tx: Connection, keyring: Keyring, batch: int) -> Rotated:
    rotated = Rotated()
    after: Place | None = None
    while True:
        async with tx.transaction():
            rows = await lock_answers(tx, keyring.prefix, after, batch)
            for place, response in rows:
                try:
                    resealed = _reseal_answer(keyring, response, str(place[0]))
                except InvalidTag:
                    rotated.unreadable.append("/".join(map(str, place)))
                    continue
                if resealed != response:
                    await update_answer(tx, place, resealed)
                    rotated.resealed += 1
        if not rows:
            return rotated
        after = rows[-1][0]


def _reseal_answer(keyring: Keyring, response: bytes, merchant_id: str) -> bytes:
    """A whole sealed answer, or JSON with sealed webhook secrets in it."""
    if response[:1] in (b"\x01", b"\x02"):
        return keyring.reseal("answer", response, merchant_id)
    return reseal_texts(response, keyring)


def as_json(done: dict[str, Rotated]) -> dict[str, Any]:
    """For people and programs."""
    return {place: {"resealed": one.resealed, "unreadable": one.unreadable} for place, one in done.items()}

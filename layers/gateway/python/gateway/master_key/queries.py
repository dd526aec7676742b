"""Statements on what is sealed under the master key."""

from typing import Any, Final
from uuid import UUID

from psycopg import sql

from gateway.database import Connection
from gateway.master_key.model import SealedColumn

Place = tuple[UUID, str, str]
"""The key of a row of `idempotency_keys`."""

_FIRST: Final[Place] = (UUID(int=0), "", "")


async def select_data_keys(tx: Connection) -> dict[str, bytes]:
    """Every data key by its name, wrapped."""
    cursor = await tx.execute("SELECT name, wrapped FROM data_keys")
    return {name: bytes(wrapped) for name, wrapped in await cursor.fetchall()}


async def insert_data_key(tx: Connection, name: str, wrapped: bytes) -> None:
    """Keep a data key; the first one stays."""
    await tx.execute(
        "INSERT INTO data_keys (name, wrapped) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING", (name, wrapped)
    )


async def select_oldest_sealed(tx: Connection) -> tuple[bytes, str] | None:
    """The first merchant's sealed signing secret, and his id."""
    cursor = await tx.execute("SELECT signing_secret, id::text FROM merchants ORDER BY created_at, id LIMIT 1")
    row = await cursor.fetchone()
    return None if row is None else (bytes(row[0]), row[1])


async def lock_sealed(
    tx: Connection, column: SealedColumn, prefix: bytes, after: Any, limit: int
) -> list[tuple[Any, bytes]]:
    """The next rows, past the id `after`, whose ciphertext does not begin with `prefix`; locked."""
    past = sql.SQL("") if after is None else sql.SQL("AND {id} > %(after)s").format(id=sql.Identifier(column.id))
    statement = sql.SQL(
        """
        SELECT {id}, {name} FROM {table}
        WHERE {name} IS NOT NULL AND substring({name} FROM 1 FOR 5) <> %(prefix)s {past}
        ORDER BY {id} LIMIT %(limit)s FOR UPDATE
        """
    ).format(**_identifiers(column), past=past)
    cursor = await tx.execute(statement, {"prefix": prefix, "after": after, "limit": limit})
    return [(row[0], bytes(row[1])) for row in await cursor.fetchall()]


async def update_sealed(tx: Connection, column: SealedColumn, row_id: Any, ciphertext: bytes) -> None:
    """Put the new ciphertext in the place of the old."""
    statement = sql.SQL("UPDATE {table} SET {name} = %s WHERE {id} = %s").format(**_identifiers(column))
    await tx.execute(statement, (ciphertext, row_id))


def _identifiers(column: SealedColumn) -> dict[str, sql.Composable]:
    return {name: sql.Identifier(getattr(column, name)) for name in ("table", "name", "id")}


async def lock_answers(
    tx: Connection, prefix: bytes, after: Place | None, limit: int
) -> list[tuple[Place, bytes]]:
    """The next kept answers that are sealed, or hold a sealed webhook secret, past the key `after`; locked."""
    cursor = await tx.execute(
        """
        SELECT merchant_id, mode, key, response FROM idempotency_keys
        WHERE (merchant_id, mode, key) > (%(merchant_id)s, %(mode)s, %(key)s) AND response IS NOT NULL
          AND (substring(response FROM 1 FOR 1) IN ('\\x01', '\\x02')
                 AND substring(response FROM 1 FOR 5) <> %(prefix)s
               OR position('sealed:we_'::bytea IN response) > 0)
        ORDER BY merchant_id, mode, key LIMIT %(limit)s FOR UPDATE
        """,
        dict(zip(("merchant_id", "mode", "key"), after or _FIRST, strict=True))
        | {"prefix": prefix, "limit": limit},
    )
    return [((row[0], row[1], row[2]), bytes(row[3])) for row in await cursor.fetchall()]


async def update_answer(tx: Connection, place: Place, response: bytes) -> None:
    """Keep the answer in its new form."""
    await tx.execute(
        "UPDATE idempotency_keys SET response = %s WHERE merchant_id = %s AND mode = %s AND key = %s",
        (response, *place),
    )

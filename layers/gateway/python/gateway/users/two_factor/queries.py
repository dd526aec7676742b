"""Statements on the second factor of a user."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.users.two_factor.model import Factor


async def select_factor(tx: Connection, user_id: UUID) -> Factor:
    """What the user has; all empty for one without."""
    cursor = tx.cursor(row_factory=class_row(Factor))
    await cursor.execute(
        """
        SELECT totp_secret AS secret, totp_confirmed_at AS confirmed_at, totp_last_step AS last_step,
               coalesce(cardinality(recovery_hashes), 0) AS recovery_codes_left
        FROM users WHERE id = %s
        """,
        (user_id,),
    )
    return await cursor.fetchone() or Factor(None, None, None, 0)


async def keep_secret(tx: Connection, user_id: UUID, sealed: bytes) -> bool:
    """Begin an enrolment, instead of one that was begun before; false where the factor is on."""
    cursor = await tx.execute(
        """
        UPDATE users SET totp_secret = %s, totp_last_step = NULL
        WHERE id = %s AND totp_confirmed_at IS NULL AND removed_at IS NULL
        """,
        (sealed, user_id),
    )
    return cursor.rowcount == 1


async def confirm_secret(
    tx: Connection, user_id: UUID, sealed: bytes, step: int, hashes: list[bytes], now: datetime
) -> bool:
    """Ask for the factor from now on; false where it is on, or another enrolment was begun meanwhile."""
    cursor = await tx.execute(
        """
        UPDATE users SET totp_confirmed_at = %(now)s, totp_last_step = %(step)s, recovery_hashes = %(hashes)s
        WHERE id = %(user_id)s AND totp_confirmed_at IS NULL AND totp_secret = %(sealed)s
        """,
        {"now": now, "step": step, "hashes": hashes, "user_id": user_id, "sealed": sealed},
    )
    return cursor.rowcount == 1


async def use_step(tx: Connection, user_id: UUID, step: int) -> bool:
    """Take the code of this time step; false if it, or a later one, was taken: of two at once one wins."""
    cursor = await tx.execute(
        """
        UPDATE users SET totp_last_step = %(step)s
        WHERE id = %(user_id)s AND (totp_last_step IS NULL OR totp_last_step < %(step)s)
        """,
        {"step": step, "user_id": user_id},
    )
    return cursor.rowcount == 1


async def use_recovery_code(tx: Connection, user_id: UUID, code_hash: bytes) -> bool:
    """Strike the code off the list; false if it is not there."""
    cursor = await tx.execute(
        """
        UPDATE users SET recovery_hashes = array_remove(recovery_hashes, %(hash)s)
        WHERE id = %(user_id)s AND totp_confirmed_at IS NOT NULL AND %(hash)s = ANY (recovery_hashes)
        """,
        {"hash": code_hash, "user_id": user_id},
    )
    return cursor.rowcount == 1


async def replace_recovery_codes(tx: Connection, user_id: UUID, hashes: list[bytes]) -> None:
    """These codes from now on, and no earlier one."""
    await tx.execute(
        "UPDATE users SET recovery_hashes = %s WHERE id = %s AND totp_confirmed_at IS NOT NULL", (hashes, user_id)
    )


async def forget_factor(tx: Connection, user_id: UUID) -> bool:
    """Log in with the password alone from now on; false if that was so already."""
    cursor = await tx.execute(
        """
        UPDATE users SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL,
                         recovery_hashes = NULL
        WHERE id = %s AND totp_confirmed_at IS NOT NULL
        """,
        (user_id,),
    )
    return cursor.rowcount == 1

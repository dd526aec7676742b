"""Statements on invitations: rows of `users` with the hash of a link's token, not in the team until it is
accepted."""

from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.users.model import User
from gateway.users.queries import USER_COLUMNS
from gateway.users.roles import Role


async def insert_invitation(
    tx: Connection,
    *,
    user_id: UUID,
    merchant_id: UUID,
    email: str,
    role: Role,
    now: datetime,
    invite_hash: bytes,
    invite_expires_at: datetime,
) -> bool:
    """Add one; false if the team has an invitation for the address that is still good."""
    cursor = await tx.execute(
        """
        INSERT INTO users (id, merchant_id, email, role, invite_hash, invite_expires_at, created_at, removed_at)
        VALUES (%(id)s, %(merchant_id)s, %(email)s, %(role)s, %(hash)s, %(end)s, %(now)s, %(now)s)
        ON CONFLICT (merchant_id, email) WHERE invite_hash IS NOT NULL DO NOTHING
        """,
        {
            "id": user_id,
            "merchant_id": merchant_id,
            "email": email,
            "role": role,
            "hash": invite_hash,
            "end": invite_expires_at,
            "now": now,
        },
    )
    return cursor.rowcount == 1


async def end_invitation(tx: Connection, merchant_id: UUID, email: str, now: datetime) -> None:
    """Take away the team's invitation of this address if its time is over."""
    await tx.execute(
        """
        UPDATE users SET invite_hash = NULL, invite_expires_at = NULL, removed_at = coalesce(removed_at, %(now)s)
        WHERE merchant_id = %(merchant_id)s AND email = %(email)s AND invite_expires_at <= %(now)s
        """,
        {"merchant_id": merchant_id, "email": email, "now": now},
    )


async def is_member(tx: Connection, merchant_id: UUID, email: str) -> bool:
    """Whether somebody who can log in has this address in this team."""
    cursor = await tx.execute(
        """
        SELECT 1 FROM users
        WHERE merchant_id = %s AND email = %s AND removed_at IS NULL AND invite_hash IS NULL
        """,
        (merchant_id, email),
    )
    return await cursor.fetchone() is not None


async def select_invited(tx: Connection, invite_hash: bytes, now: datetime) -> tuple[str, str] | None:
    """E-mail and merchant's name of an invitation that is still good."""
    cursor = await tx.execute(
        """
        SELECT u.email, m.name FROM users u JOIN merchants m ON m.id = u.merchant_id
        WHERE u.invite_hash = %s AND u.invite_expires_at > %s
        """,
        (invite_hash, now),
    )
    return await cursor.fetchone()


async def accept_invite(
    tx: Connection, invite_hash: bytes, name: str, password_hash: str, now: datetime
) -> User | None:
    """Turn an invitation that is still good into a user who can log in. Raises psycopg's `UniqueViolation`
    where the address is a user's."""
    cursor = tx.cursor(row_factory=class_row(User))
    await cursor.execute(
        f"""
        UPDATE users u SET name = %s, password_hash = %s, invite_hash = NULL, invite_expires_at = NULL,
                           removed_at = NULL
        WHERE u.invite_hash = %s AND u.invite_expires_at > %s RETURNING {USER_COLUMNS}
        """,  # noqa: S608
        (name, password_hash, invite_hash, now),
    )
    return await cursor.fetchone()

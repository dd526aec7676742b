"""Statements on users and their sessions."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from gateway.database import Connection
from gateway.users.model import SESSION_IDLE, Session, User
from gateway.users.roles import Role

USER_COLUMNS: Final = (
    "u.id, u.merchant_id, u.email, u.name, u.role, u.invite_hash IS NOT NULL AS is_invited, "
    "u.created_at, u.last_login_at, u.totp_confirmed_at IS NOT NULL AS has_two_factor"
)
"""A `User`, of `users` as `u`."""
_IN_TEAM: Final = "(u.removed_at IS NULL OR u.invite_hash IS NOT NULL)"
"""Members, and whoever is invited to become one."""
_USER_COUNT: Final = 9
_SESSION: Final = "s.id, s.created_at, s.last_seen_at, s.expires_at, s.address, s.user_agent"


def _session(row: tuple[Any, ...]) -> Session:
    return Session(row[_USER_COUNT], User(*row[:_USER_COUNT]), *row[_USER_COUNT + 1 :])


async def select_user_to_log_in(tx: Connection, email: str) -> tuple[User, str | None] | None:
    """The user with this (lower-case) address, and the password's hash."""
    cursor = await tx.execute(
        f"SELECT {USER_COLUMNS}, u.password_hash FROM users u WHERE u.email = %s AND u.removed_at IS NULL",  # noqa: S608
        (email,),
    )
    row = await cursor.fetchone()
    return None if row is None else (User(*row[:_USER_COUNT]), row[_USER_COUNT])


async def select_team(tx: Connection, merchant_id: UUID) -> list[User]:
    """All users of the merchant, in the order of their coming."""
    cursor = tx.cursor(row_factory=class_row(User))
    await cursor.execute(
        f"SELECT {USER_COLUMNS} FROM users u WHERE u.merchant_id = %s AND {_IN_TEAM} "  # noqa: S608
        "ORDER BY u.created_at, u.id",
        (merchant_id,),
    )
    return await cursor.fetchall()


async def lock_member(tx: Connection, merchant_id: UUID, user_id: UUID) -> User | None:
    """A user of the merchant. Locks the merchant's owners too, so that the last one cannot leave twice."""
    cursor = tx.cursor(row_factory=class_row(User))
    await cursor.execute(
        f"""
        SELECT {USER_COLUMNS} FROM users u
        WHERE u.merchant_id = %(merchant_id)s AND {_IN_TEAM}
          AND (u.id = %(user_id)s OR u.role = 'owner')
        ORDER BY u.id FOR UPDATE
        """,  # noqa: S608
        {"merchant_id": merchant_id, "user_id": user_id},
    )
    return next((user for user in await cursor.fetchall() if user.id == user_id), None)


async def count_able_owners(tx: Connection, merchant_id: UUID) -> int:
    """Owners who can log in."""
    cursor = await tx.execute(
        """
        SELECT count(*) FROM users
        WHERE merchant_id = %s AND role = 'owner' AND removed_at IS NULL AND password_hash IS NOT NULL
        """,
        (merchant_id,),
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


async def insert_user(
    tx: Connection,
    *,
    user_id: UUID,
    merchant_id: UUID,
    email: str,
    name: str,
    role: Role,
    now: datetime,
    password_hash: str,
) -> bool:
    """Add a user who can log in; false if the address is taken."""
    cursor = await tx.execute(
        """
        INSERT INTO users (id, merchant_id, email, name, role, password_hash, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (email) WHERE removed_at IS NULL DO NOTHING
        """,
        (user_id, merchant_id, email, name, role, password_hash, now),
    )
    return cursor.rowcount == 1


async def update_role(tx: Connection, user_id: UUID, role: Role) -> None:
    """Give the user another role."""
    await tx.execute("UPDATE users SET role = %s WHERE id = %s", (role, user_id))


async def update_password(tx: Connection, user_id: UUID, password_hash: str) -> None:
    """Give the user another password."""
    await tx.execute("UPDATE users SET password_hash = %s WHERE id = %s", (password_hash, user_id))


async def replace_password_hash(tx: Connection, user_id: UUID, old: str, new: str) -> None:
    """Keep the same password's hash of another kind; nothing where the password was changed meanwhile."""
    await tx.execute(
        "UPDATE users SET password_hash = %s WHERE id = %s AND password_hash = %s", (new, user_id, old)
    )


async def remove_user(tx: Connection, user_id: UUID, now: datetime) -> None:
    """Take the user out of the team, and out of every browser."""
    await tx.execute(
        """
        UPDATE users SET removed_at = %s, password_hash = NULL, invite_hash = NULL, invite_expires_at = NULL,
                         totp_secret = NULL, totp_confirmed_at = NULL, recovery_hashes = NULL
        WHERE id = %s
        """,
        (now, user_id),
    )
    await revoke_sessions(tx, user_id, now)


async def insert_session(
    tx: Connection,
    *,
    session_id: UUID,
    user_id: UUID,
    token_hash: bytes,
    now: datetime,
    expires_at: datetime,
    address: str,
    user_agent: str,
) -> None:
    """Remember a log-in."""
    await tx.execute(
        """
        WITH seen AS (UPDATE users SET last_login_at = %(now)s WHERE id = %(user_id)s)
        INSERT INTO user_sessions
            (id, user_id, token_hash, created_at, last_seen_at, expires_at, address, user_agent)
        VALUES (%(id)s, %(user_id)s, %(hash)s, %(now)s, %(now)s, %(end)s, %(address)s, %(agent)s)
        """,
        {
            "id": session_id,
            "user_id": user_id,
            "hash": token_hash,
            "now": now,
            "end": expires_at,
            "address": address,
            "agent": user_agent,
        },
    )


async def select_session(tx: Connection, token_hash: bytes, now: datetime) -> Session | None:
    """The session of this token, if it has neither ended, nor been revoked, nor been idle for too long."""
    cursor = await tx.execute(
        f"""
        SELECT {USER_COLUMNS}, {_SESSION} FROM user_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_hash = %s AND s.revoked_at IS NULL AND s.expires_at > %s AND s.last_seen_at > %s
          AND u.removed_at IS NULL
        """,  # noqa: S608
        (token_hash, now, now - SESSION_IDLE),
    )
    row = await cursor.fetchone()
    return None if row is None else _session(row)


async def select_sessions(tx: Connection, user_id: UUID, now: datetime) -> list[Session]:
    """The user's sessions that are still good, the latest first."""
    cursor = await tx.execute(
        f"""
        SELECT {USER_COLUMNS}, {_SESSION} FROM user_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.user_id = %s AND s.revoked_at IS NULL AND s.expires_at > %s AND s.last_seen_at > %s
        ORDER BY s.last_seen_at DESC, s.id
        """,  # noqa: S608
        (user_id, now, now - SESSION_IDLE),
    )
    return [_session(row) for row in await cursor.fetchall()]


async def touch_session(tx: Connection, session_id: UUID, now: datetime) -> None:
    """This session is in use."""
    await tx.execute("UPDATE user_sessions SET last_seen_at = %s WHERE id = %s", (now, session_id))


async def revoke_session(tx: Connection, user_id: UUID, session_id: UUID, now: datetime) -> bool:
    """End one of the user's sessions; false if there is none such."""
    cursor = await tx.execute(
        "UPDATE user_sessions SET revoked_at = %s WHERE id = %s AND user_id = %s AND revoked_at IS NULL",
        (now, session_id, user_id),
    )
    return cursor.rowcount == 1


async def revoke_sessions(tx: Connection, user_id: UUID, now: datetime, keep: UUID | None = None) -> int:
    """End all of the user's sessions but `keep`; how many there were."""
    cursor = await tx.execute(
        """
        UPDATE user_sessions SET revoked_at = %s
        WHERE user_id = %s AND revoked_at IS NULL AND id IS DISTINCT FROM %s
        """,
        (now, user_id, keep),
    )
    return cursor.rowcount

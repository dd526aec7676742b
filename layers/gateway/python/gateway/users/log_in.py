"""Log a user in: from e-mail and password to a session's token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from gateway.audit.model import Actor, AuditEntry
from gateway.audit.queries import insert_audit
from gateway.database import Connection, Database
from gateway.errors import AuthenticationError
from gateway.users.lockout import count_failure, forget_failures, require_unlocked, subjects
from gateway.users.model import SESSION_LIFE, Session, User
from gateway.users.passwords import password_matches
from gateway.users.queries import insert_session, select_user_to_log_in


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    address: str
    user_agent: str
    request_id: str


async def log_in(
    database: Database, pepper: bytes, email: str, password: str, visitor: Visitor, now: datetime
) -> tuple[Session, str]:
    """A new session and its token, which is not kept.

    Raises `AuthenticationError` whatever was wrong, and `LoginLocked` after too many wrong ones.
    """
    email = email.strip().lower()
    counted = subjects(pepper, email, visitor.address)
    async with database.connection() as tx:
        await require_unlocked(tx, counted, now)
        found = await select_user_to_log_in(tx, email)
    # No connection is held meanwhile: this takes 50 ms of CPU.
    matches = await password_matches(found[1] if found else None, password)
    async with database.connection() as tx:
        if found is None or not matches:
            await count_failure(tx, counted, now)
            # A rival with the tenth wrong password may have been faster.
            if found is not None:
                await insert_audit(tx, _entry(found[0], "session.refused", visitor, now))
            raise AuthenticationError
        async with tx.transaction():
            # Many tries may have been checked side by side: the lock holds for a right one among them, too.
            await require_unlocked(tx, counted, now)
            await forget_failures(tx, counted, now)
            await insert_audit(tx, _entry(found[0], "session.created", visitor, now))
            return await open_session(tx, found[0], visitor, now)


async def open_session(tx: Connection, user: User, visitor: Visitor, now: datetime) -> tuple[Session, str]:
    """A session of this user and its token (256 random bits)."""
    token, session_id = secrets.token_urlsafe(32), uuid4()
    session = Session(
        session_id, user, now, now, now + SESSION_LIFE, visitor.address[:64], visitor.user_agent[:300]
    )
    await insert_session(
        tx,
        session_id=session_id,
        user_id=user.id,
        token_hash=hash_token(token),
        now=now,
        expires_at=session.expires_at,
        address=session.address,
        user_agent=session.user_agent,
    )
    return session, token


def hash_token(token: str) -> bytes:
    """SHA-256: enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def csrf_token(token: str) -> str:
    """What a page must send back in `X-CSRF-Token`: follows from the cookie's token, and does not lead to it."""
    return hashlib.sha256(b"csrf:" + token.encode()).hexdigest()


def _entry(user: User, action: str, visitor: Visitor, now: datetime) -> AuditEntry:
    actor = Actor("user", str(user.id), user.email)
    return AuditEntry(
        merchant_id=user.merchant_id,
        mode=None,
        actor=actor,
        action=action,
        object_id=None,
        details={"user_agent": visitor.user_agent[:300]},
        address=visitor.address,
        request_id=visitor.request_id,
        created_at=now,
    )

"""Log a user in: from e-mail and password to a session's token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from gateway.audit.model import Actor, AuditEntry
from gateway.audit.queries import insert_audit
from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.errors import AuthenticationError, GatewayError, Unavailable
from gateway.tenancy.lookups import tenant_of_login
from gateway.users.door import Door
from gateway.users.lockout import count_try, forget_failures, give_back
from gateway.users.model import SESSION_LIFE, Session, User
from gateway.users.queries import insert_session, select_user_to_log_in
from gateway.users.seed import is_seeded
from gateway.users.two_factor.model import Outcome, TwoFactorInvalid, TwoFactorRequired
from gateway.users.two_factor.use import use_second_factor


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a person types. `code` is empty in the first step of a two-factor log-in."""

    email: str
    password: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    address: str
    user_agent: str
    request_id: str


async def log_in(
    door: Door, given: Credentials, visitor: Visitor, now: datetime, *, takes_seeded: bool = False
) -> tuple[Session, str]:
    """A new session and its token, which is not kept.

    Raises `AuthenticationError` whatever was wrong, `LoginLocked` after too many wrong passwords or codes;
    behind the right password `TwoFactorRequired` and `TwoFactorInvalid`. The seeded log-in is unknown unless
    `takes_seeded`.
    """
    email = given.email.strip().lower()
    tried = await count_try(door.database, door.keyring, email, visitor.address, now)
    tenant: Tenant | None = None
    try:
        async with door.database.connection(None) as tx:
            tenant = await tenant_of_login(tx, email)
        async with door.database.connection(tenant) as tx:
            found = await select_user_to_log_in(tx, email)
        if found is not None and is_seeded(found[0]) and not takes_seeded:
            found = None
        is_right = await door.is_password(tenant, found, given.password)
    except Unavailable:  # nothing was learned by it
        async with door.database.connection(None) as tx, tx.transaction():
            await give_back(tx, tried)
        raise
    async with door.database.connection(tenant) as tx, tx.transaction():
        if found is None or not is_right:
            if found is not None:
                await insert_audit(tx, _entry(found[0], "session.refused", visitor, now))
            refusal: GatewayError = AuthenticationError()
        else:
            factor = await use_second_factor(tx, door.keyring, found[0], given.code, now)
            if factor == "missing":
                await give_back(tx, tried)
                refusal = TwoFactorRequired()
            elif factor == "wrong":
                await insert_audit(tx, _entry(found[0], "session.refused", visitor, now, factor))
                refusal = TwoFactorInvalid()
            else:
                await forget_failures(tx, tried)
                await insert_audit(tx, _entry(found[0], "session.created", visitor, now, factor))
                return await open_session(tx, found[0], visitor, now)
    raise refusal


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


def _entry(user: User, action: str, visitor: Visitor, now: datetime, factor: Outcome = "none") -> AuditEntry:
    details = {} if factor == "none" else {"second_factor": factor}
    actor = Actor("user", str(user.id), user.email)
    return AuditEntry(
        merchant_id=user.merchant_id,
        mode=None,
        actor=actor,
        action=action,
        object_id=None,
        details={"user_agent": visitor.user_agent[:300], **details},
        address=visitor.address,
        request_id=visitor.request_id,
        created_at=now,
    )

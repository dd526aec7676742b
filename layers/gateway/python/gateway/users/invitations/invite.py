"""Invite somebody into a team."""

import re
import secrets
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.users.invitations.queries import end_invitation, insert_invitation, is_member
from gateway.users.log_in import hash_token
from gateway.users.model import INVITE_LIFE, User
from gateway.users.roles import require_may_give, role_of

_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+|[^@\s]{1,64}@localhost")


async def invite_member(tx: Connection, inviter: User, body: dict[str, Any], now: datetime) -> tuple[User, str]:
    """An invited user and the token of the invitation's link, which is not kept. Call in a transaction.

    Says nothing of other merchants' teams: that an address is a user's there shows to whoever accepts.
    """
    email, role = _email(body.get("email")), role_of(body.get("role"))
    require_may_give(inviter.role, role)
    token, user_id = secrets.token_urlsafe(32), uuid4()
    await end_invitation(tx, inviter.merchant_id, email, now)
    if await is_member(tx, inviter.merchant_id, email):
        raise BadRequest("This e-mail address is in the team already", field="email")
    added = await insert_invitation(
        tx,
        user_id=user_id,
        merchant_id=inviter.merchant_id,
        email=email,
        role=role,
        now=now,
        invite_hash=hash_token(token),
        invite_expires_at=now + INVITE_LIFE,
    )
    if not added:
        raise BadRequest("This e-mail address is invited already: withdraw that invitation first", field="email")
    return User(user_id, inviter.merchant_id, email, "", role, True, now, None), token


def _email(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 254 or not _EMAIL.fullmatch(value.strip()):
        raise BadRequest("email must be an e-mail address", field="email")
    return value.strip().lower()

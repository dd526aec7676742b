"""Who is in the team: invite, accept, change a role, remove."""

import re
import secrets
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound, PermissionDenied
from gateway.users.log_in import hash_token
from gateway.users.model import INVITE_LIFE, User
from gateway.users.passwords import hash_password_aside, require_good_password
from gateway.users.queries import (
    accept_invite,
    count_able_owners,
    insert_user,
    lock_member,
    remove_user,
    revoke_sessions,
    update_role,
)
from gateway.users.roles import ROLES, Role
from gateway.users.two_factor.queries import forget_factor

_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+|[^@\s]{1,64}@localhost")


async def invite_member(tx: Connection, inviter: User, body: dict[str, Any], now: datetime) -> tuple[User, str]:
    """An invited user and the token of the invitation's link, which is not kept."""
    email, role = _email(body.get("email")), _role(body.get("role"))
    _may_give(inviter, role)
    token, user_id = secrets.token_urlsafe(32), uuid4()
    added = await insert_user(
        tx,
        user_id=user_id,
        merchant_id=inviter.merchant_id,
        email=email,
        name="",
        role=role,
        now=now,
        invite_hash=hash_token(token),
        invite_expires_at=now + INVITE_LIFE,
    )
    if not added:
        raise BadRequest("This e-mail address already belongs to a user", field="email")
    return User(user_id, inviter.merchant_id, email, "", role, True, now, None), token


async def accept_invitation(tx: Connection, body: dict[str, Any], now: datetime) -> User:
    """The invited user, now with a name and a password. Raises `NotFound` for a link that is over."""
    token, name = body.get("token"), body.get("name")
    if not isinstance(token, str) or not token:
        raise BadRequest("token is required", field="token")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 100:
        raise BadRequest("name must have 1 to 100 characters", field="name")
    password_hash = await hash_password_aside(require_good_password(body.get("password")))
    user = await accept_invite(tx, hash_token(token), name.strip(), password_hash, now)
    if user is None:
        raise NotFound("This invitation is used up or over")
    return user


async def change_role(tx: Connection, actor: User, user_id: UUID, role: Any) -> tuple[User, Role]:
    """The member as it was, and the new role. Call in a transaction."""
    wanted = _role(role)
    member = await _member(tx, actor, user_id)
    _may_give(actor, wanted)
    if member.role == "owner" and wanted != "owner":
        await _require_another_owner(tx, member)
    await update_role(tx, member.id, wanted)
    return member, wanted


async def remove_member(tx: Connection, actor: User, user_id: UUID, now: datetime) -> User:
    """The member that was removed, with all its sessions. Call in a transaction."""
    member = await _member(tx, actor, user_id)
    if member.id == actor.id:
        raise BadRequest("You cannot remove yourself")
    if member.role == "owner":
        await _require_another_owner(tx, member)
    await remove_user(tx, member.id, now)
    return member


async def reset_two_factor(tx: Connection, actor: User, user_id: UUID, now: datetime) -> User:
    """The member, who logs in with the password alone from now on, and is logged out. Call in a transaction."""
    member = await _member(tx, actor, user_id)
    if member.id == actor.id:
        raise BadRequest("Turn your own off under Your account: it takes your password and a code")
    if not await forget_factor(tx, member.id):
        raise BadRequest("This member logs in without a second factor")
    await revoke_sessions(tx, member.id, now)
    return member


async def _member(tx: Connection, actor: User, user_id: UUID) -> User:
    member = await lock_member(tx, actor.merchant_id, user_id)
    if member is None:
        raise NotFound("No such member")
    if member.role == "owner" and actor.role != "owner":
        raise PermissionDenied("Only an owner may change an owner")
    return member


def _may_give(actor: User, role: Role) -> None:
    if role == "owner" and actor.role != "owner":
        raise PermissionDenied("Only an owner may make an owner")


async def _require_another_owner(tx: Connection, member: User) -> None:
    if not member.is_invited and await count_able_owners(tx, member.merchant_id) < 2:
        raise BadRequest("A merchant keeps at least one owner")


def _role(value: Any) -> Role:
    for role in ROLES:
        if value == role:
            return role
    raise BadRequest(f"role must be one of {', '.join(ROLES)}", field="role")


def _email(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 254 or not _EMAIL.fullmatch(value.strip()):
        raise BadRequest("email must be an e-mail address", field="email")
    return value.strip().lower()

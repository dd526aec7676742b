"""Who is in the team: change a role, remove, reset a second factor."""

from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound, PermissionDenied
from gateway.users.model import User
from gateway.users.queries import count_able_owners, lock_member, remove_user, revoke_sessions, update_role
from gateway.users.roles import Role, require_may_give, role_of
from gateway.users.two_factor.queries import forget_factor


async def change_role(tx: Connection, actor: User, user_id: UUID, role: Any) -> tuple[User, Role]:
    """The member as it was, and the new role. Call in a transaction."""
    wanted = role_of(role)
    member = await find_member(tx, actor, user_id)
    require_may_give(actor.role, wanted)
    if member.role == "owner" and wanted != "owner":
        await _require_another_owner(tx, member)
    await update_role(tx, member.id, wanted)
    return member, wanted


async def remove_member(tx: Connection, actor: User, user_id: UUID, now: datetime) -> User:
    """The member that was removed, with all its sessions. Call in a transaction."""
    member = await find_member(tx, actor, user_id)
    if member.id == actor.id:
        raise BadRequest("You cannot remove yourself")
    if member.role == "owner":
        await _require_another_owner(tx, member)
    await remove_user(tx, member.id, now)
    return member


async def reset_two_factor(tx: Connection, actor: User, user_id: UUID, now: datetime) -> User:
    """The member, who logs in with the password alone from now on, and is logged out. Call in a transaction."""
    member = await find_member(tx, actor, user_id)
    if member.id == actor.id:
        raise BadRequest("Turn your own off under Your account: it takes your password and a code")
    if not await forget_factor(tx, member.id):
        raise BadRequest("This member logs in without a second factor")
    await revoke_sessions(tx, member.id, now)
    return member


async def find_member(tx: Connection, actor: User, user_id: UUID) -> User:
    """Somebody of the team on whom `actor` may act, locked. Raises `NotFound`, `PermissionDenied`."""
    member = await lock_member(tx, actor.merchant_id, user_id)
    if member is None:
        raise NotFound("No such member")
    if member.role == "owner" and actor.role != "owner":
        raise PermissionDenied("Only an owner may change an owner")
    return member


async def _require_another_owner(tx: Connection, member: User) -> None:
    if not member.is_invited and await count_able_owners(tx, member.merchant_id) < 2:
        raise BadRequest("A merchant keeps at least one owner")

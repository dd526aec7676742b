"""`gateway users …`: the first owner of a merchant, and the way back in."""

import asyncio
import json
import secrets
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from gateway.audit.model import Actor, AuditEntry
from gateway.audit.queries import insert_audit
from gateway.clock import utc_now
from gateway.database import owner_connection
from gateway.settings import load_settings
from gateway.users.lockout import forget_all_failures
from gateway.users.model import User
from gateway.users.passwords import hash_password, require_good_password
from gateway.users.queries import revoke_sessions, select_user_to_log_in, update_password
from gateway.users.seed import add_owner
from gateway.users.two_factor.queries import forget_factor

users = typer.Typer(no_args_is_help=True, help="Users of the dashboard.")

_Password = Annotated[
    str, typer.Option(envvar="GATEWAY_NEW_PASSWORD", help="Default: a generated one, printed once.")
]


@users.command("create-owner")
def create_owner(merchant_id: UUID, email: str, name: str = "", password: _Password = "") -> None:
    """Add an owner to a merchant; others are invited in the dashboard."""
    settings, chosen = load_settings(), password or _generate()
    require_good_password(chosen)

    async def run() -> bool:
        async with owner_connection(settings) as tx:
            return await add_owner(tx, merchant_id, email, name, chosen, utc_now())

    if not asyncio.run(run()):
        raise ValueError(f"{email} already belongs to a user")
    print(json.dumps({"email": email, "password": chosen if not password else "as given"}))


@users.command("reset-password")
def reset_password(email: str, password: _Password = "") -> None:
    """Give a user another password, end all of the user's sessions, and lift every lock-out."""
    settings, chosen = load_settings(), password or _generate()
    require_good_password(chosen)

    async def run() -> bool:
        async with owner_connection(settings) as tx:
            found = await select_user_to_log_in(tx, email.strip().lower())
            if found is None:
                return False
            async with tx.transaction():
                await update_password(tx, found[0].id, hash_password(chosen))
                await revoke_sessions(tx, found[0].id, utc_now())
                await forget_all_failures(tx)
            return True

    if not asyncio.run(run()):
        raise ValueError(f"{email} is no user")
    print(json.dumps({"email": email, "password": chosen if not password else "as given"}))


@users.command("reset-two-factor")
def reset_two_factor(email: str) -> None:
    """Turn a user's two-factor log-in off, and end all of the user's sessions. Ask who it is first."""
    settings = load_settings()

    async def run() -> bool:
        async with owner_connection(settings) as tx:
            found = await select_user_to_log_in(tx, email.strip().lower())
            if found is None:
                raise ValueError(f"{email} is no user")
            user, now = found[0], utc_now()
            async with tx.transaction():
                was_on = await forget_factor(tx, user.id)
                if was_on:
                    await revoke_sessions(tx, user.id, now)
                    await insert_audit(tx, _reset_entry(user, now))
            return was_on

    if not asyncio.run(run()):
        raise ValueError(f"{email} logs in without a second factor")
    print(json.dumps({"email": email, "two_factor": False}))


def _reset_entry(user: User, now: datetime) -> AuditEntry:
    return AuditEntry(
        merchant_id=user.merchant_id,
        mode=None,
        actor=Actor("system", "cli", "gateway users"),
        action="two_factor.reset",
        object_id=str(user.id),
        details={"email": user.email},
        address=None,
        request_id=None,
        created_at=now,
    )


def _generate() -> str:
    return secrets.token_urlsafe(15)

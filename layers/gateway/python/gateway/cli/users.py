"""`gateway users …`: the first owner of a merchant, and the way back in."""

import asyncio
import json
import secrets
from typing import Annotated
from uuid import UUID

import typer

from gateway.cli.operator import tell_audit
from gateway.clock import utc_now
from gateway.database import owner_connection
from gateway.settings import load_settings
from gateway.users.lockout import forget_all_failures
from gateway.users.password_text import require_good_password
from gateway.users.passwords import hash_password
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
    settings, chosen = load_settings(), require_good_password(password or _generate())

    async def run() -> bool:
        now = utc_now()
        async with owner_connection(settings) as tx, tx.transaction():
            user = await add_owner(tx, merchant_id, email, name, chosen, now)
            if user is None:
                return False
            details = {"email": user.email, "role": "owner"}
            await tell_audit(tx, merchant_id, "member.created", str(user.id), details, now)
        return True

    if not asyncio.run(run()):
        raise ValueError(f"{email} already belongs to a user")
    print(json.dumps({"email": email, "password": chosen if not password else "as given"}))


@users.command("reset-password")
def reset_password(email: str, password: _Password = "") -> None:
    """Give a user another password, end all of the user's sessions, and lift every lock-out."""
    settings, chosen = load_settings(), require_good_password(password or _generate())
    password_hash = hash_password(chosen)

    async def run() -> bool:
        now = utc_now()
        async with owner_connection(settings) as tx, tx.transaction():
            found = await select_user_to_log_in(tx, email.strip().lower())
            if found is None:
                return False
            user = found[0]
            await update_password(tx, user.id, password_hash)
            ended = await revoke_sessions(tx, user.id, now)
            await forget_all_failures(tx)
            details = {"email": user.email, "sessions_ended": ended, "lockouts_lifted": True}
            await tell_audit(tx, user.merchant_id, "password.reset", str(user.id), details, now)
        return True

    if not asyncio.run(run()):
        raise ValueError(f"{email} is no user")
    print(json.dumps({"email": email, "password": chosen if not password else "as given"}))


@users.command("reset-two-factor")
def reset_two_factor(email: str) -> None:
    """Turn a user's two-factor log-in off, and end all of the user's sessions. Ask who it is first."""
    settings = load_settings()

    async def run() -> bool:
        now = utc_now()
        async with owner_connection(settings) as tx, tx.transaction():
            found = await select_user_to_log_in(tx, email.strip().lower())
            if found is None:
                raise ValueError(f"{email} is no user")
            user = found[0]
            was_on = await forget_factor(tx, user.id)
            if was_on:
                await revoke_sessions(tx, user.id, now)
                details = {"email": user.email}
                await tell_audit(tx, user.merchant_id, "two_factor.reset", str(user.id), details, now)
        return was_on

    if not asyncio.run(run()):
        raise ValueError(f"{email} logs in without a second factor")
    print(json.dumps({"email": email, "two_factor": False}))


def _generate() -> str:
    return secrets.token_urlsafe(15)

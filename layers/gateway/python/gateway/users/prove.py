"""A person at an open session proves who is sitting there, before changing who gets in.

Tries count towards the same lock-out as at the log-in: a stolen session is no place to guess.
"""

from datetime import datetime

from gateway.errors import BadRequest, Unavailable
from gateway.tenancy.model import Caller
from gateway.users.door import Door
from gateway.users.lockout import Try, count_try, give_back
from gateway.users.model import User
from gateway.users.queries import select_user_to_log_in


async def require_password(door: Door, user: User, password: str, address: str, now: datetime) -> None:
    """Raises `BadRequest` unless this is the user's password, and `LoginLocked` after too many wrong ones."""
    await give_try_back(door, user, await try_password(door, user, password, address, now))


async def try_password(door: Door, user: User, password: str, address: str, now: datetime) -> Try:
    """As `require_password`, for whoever goes on with a code: the try is counted until it is given back."""
    tried = await try_code(door, user, address, now)
    tenant = Caller(user.merchant_id, "test")
    try:
        async with door.database.connection(tenant) as tx:
            found = await select_user_to_log_in(tx, user.email)
        is_right = found is not None and await door.is_password(tenant, found, password)
    except Unavailable:
        await give_try_back(door, user, tried)
        raise
    if not is_right:
        raise BadRequest("The current password is wrong", field="current_password")
    return tried


async def try_code(door: Door, user: User, address: str, now: datetime) -> Try:
    """Count a try of a code before it is checked. Raises `LoginLocked`."""
    return await count_try(door.database, door.keyring, user.email, address, now)


async def give_try_back(door: Door, user: User, tried: Try) -> None:
    """It was right."""
    async with door.database.connection(Caller(user.merchant_id, "test")) as tx, tx.transaction():
        await give_back(tx, tried)

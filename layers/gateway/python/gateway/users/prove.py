"""A person at an open session proves who is sitting there, before changing how one logs in.

Wrong tries count towards the same lock-out as at the log-in: a stolen session is no place to guess.
"""

from datetime import datetime

from gateway.database import Database
from gateway.encryption import Keyring
from gateway.errors import BadRequest
from gateway.merchants.model import Caller
from gateway.users.lockout import count_failure, lockout_pepper, require_unlocked, subjects
from gateway.users.model import User
from gateway.users.passwords import password_matches
from gateway.users.queries import select_user_to_log_in


async def require_password(
    database: Database, keyring: Keyring, user: User, password: str, address: str, now: datetime
) -> None:
    """Raises `BadRequest` unless this is the user's password, and `LoginLocked` after too many wrong ones."""
    counted = subjects(lockout_pepper(keyring), user.email, address)
    async with database.connection(Caller(user.merchant_id, "test")) as tx:
        await require_unlocked(tx, counted, now)
        found = await select_user_to_log_in(tx, user.email)
    if found is not None and await password_matches(found[1], password):
        return
    async with database.connection(None) as tx:
        await count_failure(tx, counted, now)
    raise BadRequest("The current password is wrong", field="current_password")


async def refuse_code(database: Database, keyring: Keyring, user: User, address: str, now: datetime) -> BadRequest:
    """Count a wrong code; the error to raise."""
    async with database.connection(None) as tx:
        await count_failure(tx, subjects(lockout_pepper(keyring), user.email, address), now)
    return BadRequest("The code is wrong, or was used before", field="code")

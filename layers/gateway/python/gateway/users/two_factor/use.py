"""Take a code: of the app, or for recovery. Each works once."""

from datetime import datetime

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.users.model import User
from gateway.users.two_factor.codes import matching_step, recovery_hash, without_spaces
from gateway.users.two_factor.model import Outcome
from gateway.users.two_factor.queries import select_factor, use_recovery_code, use_step

_LONGEST = 32


async def use_second_factor(tx: Connection, keyring: Keyring, user: User, code: str, now: datetime) -> Outcome:
    """What the code was; `none` where the user has no second factor. Call in a transaction."""
    factor = await select_factor(tx, user.id)
    if not factor.is_on or factor.secret is None:
        return "none"
    code = without_spaces(code)
    if not code:
        return "missing"
    if len(code) > _LONGEST:
        return "wrong"
    secret = keyring.decrypt("totp", factor.secret, str(user.id)).decode()
    step = matching_step(secret, code, now, factor.last_step)
    if step is not None:
        return "app" if await use_step(tx, user.id, step) else "wrong"
    if await use_recovery_code(tx, user.id, recovery_hash(keyring, user.id, code)):
        return "recovery"
    return "wrong"

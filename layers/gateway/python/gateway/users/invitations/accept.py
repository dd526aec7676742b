"""Accept an invitation: look at it, then choose a name and a password."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.errors import UniqueViolation

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.users.invitations.queries import accept_invite, select_invited
from gateway.users.log_in import hash_token
from gateway.users.model import User
from gateway.users.password_text import require_good_password

# One text, so that it does not tell whether the address is known elsewhere.
_OVER: Final = "This invitation is used up or over, or its address is already a user's"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What somebody who was invited gives. `password` is prepared."""

    token: str
    name: str
    password: str


def read_acceptance(body: dict[str, Any]) -> Acceptance:
    """Raises `BadRequest`."""
    token, name = body.get("token"), body.get("name")
    if not isinstance(token, str) or not token:
        raise BadRequest("token is required", field="token")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 100:
        raise BadRequest("name must have 1 to 100 characters", field="name")
    return Acceptance(token, name.strip(), require_good_password(body.get("password")))


async def find_invitation(tx: Connection, token: str, now: datetime) -> tuple[str, str]:
    """E-mail and merchant's name of an invitation that is still good. Raises `NotFound`."""
    found = await select_invited(tx, hash_token(token), now)
    if found is None:
        raise NotFound(_OVER)
    return found


async def accept_invitation(tx: Connection, given: Acceptance, password_hash: str, now: datetime) -> User:
    """The invited user, now with a name and a password. Raises `NotFound` for a link that is over, and for an
    address that is a user's, of whatever merchant. Call in a transaction."""
    try:
        async with tx.transaction():
            user = await accept_invite(tx, hash_token(given.token), given.name, password_hash, now)
    except UniqueViolation:
        user = None
    if user is None:
        raise NotFound(_OVER)
    return user

"""Passwords: argon2id (RFC 9106, argon2-cffi's defaults), checked outside the event loop."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.errors import BadRequest

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200
_AT_ONCE: Final = 2
"""Each check takes 64 MiB and about 50 ms of CPU: more at once would only starve everything else."""

_hasher: Final = PasswordHasher()
_turns: Final = asyncio.Semaphore(_AT_ONCE)
# Of a password that nobody has: an unknown account takes as long as a wrong password.
_DUMMY: Final = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$PSTTqJnJpqdTrMpSdQYPLl0jTO0jkO8dr5fWb+KLlYA"


def hash_password(password: str) -> str:
    """The PHC string to keep. Takes about 50 ms: for commands; requests use `hash_password_aside`."""
    return _hasher.hash(password)


async def hash_password_aside(password: str) -> str:
    """As `hash_password`, without stopping the event loop."""
    async with _turns:
        return await asyncio.to_thread(hash_password, password)


async def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; with None, false after the same time."""
    async with _turns:
        matches = await asyncio.to_thread(_verify, password_hash or _DUMMY, password)
    return matches and password_hash is not None


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def require_good_password(password: object) -> str:
    """The password if it may be used: 10 to 200 characters, not one character repeated (NIST 800-63B: length, no
    composition rules). Raises `BadRequest`."""
    if not isinstance(password, str) or not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadRequest(f"password must have {MIN_LENGTH} to {MAX_LENGTH} characters", field="password")
    if len(set(password)) < 4:
        raise BadRequest("password must not repeat so few characters", field="password")
    return password

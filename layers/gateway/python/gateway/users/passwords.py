"""Passwords: argon2id (RFC 9106, argon2-cffi's defaults), some at once, outside the event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.database import require_no_connection
from gateway.errors import Unavailable
from gateway.users.password_text import prepared, spellings

_hasher: Final = PasswordHasher()
# Of a password that nobody has: an unknown account takes as long as a wrong password.
_DUMMY: Final = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$PSTTqJnJpqdTrMpSdQYPLl0jTO0jkO8dr5fWb+KLlYA"


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a password was right, and the PHC string to keep from now on where that differs from the kept
    one."""

    is_right: bool
    better_hash: str | None = None


class Passwords:
    """The hashing of one process. Each takes 64 MiB and about 50 ms of CPU: more at once would only starve the
    rest.

    Whoever finds all turns taken waits for `wait_seconds`, then meets `Unavailable`. None of it is waited for
    with a database connection in hand."""

    def __init__(self, at_once: int, wait_seconds: float) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._wait_seconds = wait_seconds

    async def hash(self, password: str) -> str:
        """The PHC string to keep. Raises `Unavailable`."""
        async with self._turn():
            return await asyncio.to_thread(hash_password, password)

    async def check(self, password_hash: str | None, password: str) -> Checked:
        """Whether this is the password; with None it is not, after the same time. Raises `Unavailable`."""
        async with self._turn():
            checked = await asyncio.to_thread(check_password, password_hash or _DUMMY, password)
        return checked if password_hash is not None else Checked(False)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        require_no_connection("a password's hash")
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._turns.acquire()
        except TimeoutError:
            raise Unavailable("Too many passwords are being checked at the moment", retry_after=1) from None
        try:
            yield
        finally:
            self._turns.release()


def hash_password(password: str) -> str:
    """The PHC string to keep. Takes about 50 ms: for commands; requests use `Passwords`."""
    return _hasher.hash(prepared(password))


def check_password(password_hash: str, password: str) -> Checked:
    """As `Passwords.check`. A hash of before, made of the text as it was typed then, still opens, and is
    replaced."""
    right = next((one for one in spellings(password) if _verify(password_hash, one)), None)
    if right is None:
        return Checked(False)
    if right == prepared(password) and not _hasher.check_needs_rehash(password_hash):
        return Checked(True)
    return Checked(True, hash_password(password))


def _verify(password_hash: str, text: str) -> bool:
    try:
        return _hasher.verify(password_hash, text)
    except (VerificationError, InvalidHashError):
        return False

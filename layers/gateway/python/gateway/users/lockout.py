"""Wrong passwords and codes are counted, and after ten the door stays shut for a while.

Counted per e-mail and address together (10), so that a stranger cannot lock a merchant out from
elsewhere with ten tries; and, more generously, per address (50) and per e-mail (100) alone, against
one guesser of many accounts and many guessers of one. Accounts that do not exist count the same.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import RateLimited

WINDOW: Final = timedelta(minutes=15)
PAIR_LIMIT, ADDRESS_LIMIT, EMAIL_LIMIT = 10, 50, 100


class LoginLocked(RateLimited):
    """Too many wrong passwords; the same text whether the account exists."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many wrong passwords. Try again later.", retry_after=retry_after)


def lockout_pepper(keyring: Keyring) -> bytes:
    """A keyed hash of a constant: the lock-out's own pepper."""
    return keyring.hash_api_secret("lock-out")


def subjects(pepper: bytes, email: str, address: str) -> dict[bytes, int]:
    """The keyed hashes under which a failure counts, each with its limit."""
    return {
        hmac.digest(pepper, f"{kind}\0{subject}".encode(), hashlib.sha256): limit
        for kind, subject, limit in (
            ("pair", f"{email}\0{address}", PAIR_LIMIT),
            ("address", address, ADDRESS_LIMIT),
            ("email", email, EMAIL_LIMIT),
        )
    }


async def require_unlocked(tx: Connection, counted: dict[bytes, int], now: datetime) -> None:
    """Raises `LoginLocked` while any of the limits is reached."""
    cursor = await tx.execute(
        "SELECT subject, failures, last_at FROM login_failures WHERE subject = ANY(%s) AND last_at > %s",
        (list(counted), now - WINDOW),
    )
    for subject, failures, last_at in await cursor.fetchall():
        if failures >= counted[bytes(subject)]:
            raise LoginLocked(max(1, int((last_at + WINDOW - now).total_seconds())))


async def count_failure(tx: Connection, counted: dict[bytes, int], now: datetime) -> None:
    """One more wrong password. A count that has been quiet for the window starts anew."""
    await tx.execute(
        """
        INSERT INTO login_failures (subject, failures, last_at)
        SELECT s, 1, %(now)s FROM unnest(%(subjects)s::bytea[]) AS s ORDER BY s
        ON CONFLICT (subject) DO UPDATE SET
            failures = CASE WHEN login_failures.last_at > %(since)s THEN login_failures.failures + 1 ELSE 1 END,
            last_at = EXCLUDED.last_at
        """,
        {"now": now, "subjects": sorted(counted), "since": now - WINDOW},
    )


async def forget_failures(tx: Connection, counted: dict[bytes, int], now: datetime) -> None:
    """The right password came: this pair starts anew (the address and the e-mail alone do not), old rows go."""
    pair = next(iter(counted))
    await tx.execute("DELETE FROM login_failures WHERE subject = %s OR last_at < %s", (pair, now - 2 * WINDOW))


async def forget_all_failures(tx: Connection) -> None:
    """Lift every lock-out: the operator's way out, since subjects are hashes and cannot be looked up."""
    await tx.execute("DELETE FROM login_failures")

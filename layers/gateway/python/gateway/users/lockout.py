"""Tries of passwords and codes are counted, and after ten wrong ones the door stays shut for a while.

Counted per e-mail and address (IPv6: /64) together (10), so that a stranger cannot lock a merchant out from
elsewhere with ten tries; and, more generously, per address (50) and per e-mail (100) alone, against
one guesser of many accounts and many guessers of one. Accounts that do not exist count the same.

A try is counted before it is checked, and given back if it was right: of a thousand guesses at once ten are
checked."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.addresses import network_of
from gateway.database import Connection, Database
from gateway.encryption import Keyring
from gateway.errors import RateLimited

WINDOW: Final = timedelta(minutes=15)
PAIR_LIMIT, ADDRESS_LIMIT, EMAIL_LIMIT = 10, 50, 100


class LoginLocked(RateLimited):
    """Too many wrong passwords; the same text whether the account exists."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many wrong passwords. Try again later.", retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Try:
    """A try that is counted. `counts`: under which keyed hashes (the pair's first), and when each had failed
    last."""

    at: datetime
    counts: Mapping[bytes, datetime | None]


def lockout_pepper(keyring: Keyring) -> bytes:
    """A keyed hash of a constant: the lock-out's own pepper."""
    return keyring.hash_api_secret("lock-out")


def subjects(pepper: bytes, email: str, address: str) -> dict[bytes, int]:
    """The keyed hashes under which a try counts, each with its limit."""
    address = network_of(address)
    return {
        hmac.digest(pepper, f"{kind}\0{subject}".encode(), hashlib.sha256): limit
        for kind, subject, limit in (
            ("pair", f"{email}\0{address}", PAIR_LIMIT),
            ("address", address, ADDRESS_LIMIT),
            ("email", email, EMAIL_LIMIT),
        )
    }


async def count_try(database: Database, keyring: Keyring, email: str, address: str, now: datetime) -> Try:
    """Count one more. Raises `LoginLocked`, and counts nothing, where that would be one too many.

    A count that has been quiet for the window starts anew. Rows are locked in one order by all, so that tries at
    the same moment are counted one after another and never wait for each other in a circle.
    """
    limits = subjects(lockout_pepper(keyring), email, address)
    async with database.connection(None) as tx, tx.transaction():
        cursor = await tx.execute(
            "SELECT subject, last_at FROM login_failures WHERE subject = ANY(%s) ORDER BY subject FOR UPDATE",
            (list(limits),),
        )
        before = {bytes(subject): last_at for subject, last_at in await cursor.fetchall()}
        cursor = await tx.execute(
            """
            INSERT INTO login_failures (subject, failures, last_at)
            SELECT s, 1, %(now)s FROM unnest(%(subjects)s::bytea[]) AS s ORDER BY s
            ON CONFLICT (subject) DO UPDATE SET
                failures = CASE WHEN login_failures.last_at > %(since)s THEN login_failures.failures + 1 ELSE 1
                END, last_at = EXCLUDED.last_at
            RETURNING subject, failures
            """,
            {"now": now, "subjects": list(limits), "since": now - WINDOW},
        )
        full = [bytes(one) for one, count in await cursor.fetchall() if count > limits[bytes(one)]]
        if full:
            opens_at = max((before.get(one) or now) + WINDOW for one in full)
            raise LoginLocked(max(1, int((opens_at - now).total_seconds())))
    return Try(now, {subject: before.get(subject) for subject in limits})


async def give_back(tx: Connection, tried: Try) -> None:
    """The try was none that should count: as if it had not been. Call in a transaction."""
    given = {"subjects": list(tried.counts), "before": list(tried.counts.values()), "at": tried.at}
    await tx.execute(
        "SELECT 1 FROM login_failures WHERE subject = ANY(%(subjects)s) ORDER BY subject FOR UPDATE", given
    )
    await tx.execute("DELETE FROM login_failures WHERE subject = ANY(%(subjects)s) AND failures = 1", given)
    # The window goes on from the last failure, unless another try has been counted since.
    await tx.execute(
        """
        UPDATE login_failures f SET failures = f.failures - 1,
            last_at = CASE WHEN f.last_at = %(at)s THEN coalesce(b.last_at, f.last_at) ELSE f.last_at END
        FROM unnest(%(subjects)s::bytea[], %(before)s::timestamptz[]) AS b (subject, last_at)
        WHERE f.subject = b.subject
        """,
        given,
    )


async def forget_failures(tx: Connection, tried: Try) -> None:
    """The right password came: give the try back, and this pair starts anew (the address and the e-mail alone do
    not); old rows go. Call in a transaction."""
    await give_back(tx, tried)
    await tx.execute("DELETE FROM login_failures WHERE subject = %s", (next(iter(tried.counts)),))
    await tx.execute(
        """
        DELETE FROM login_failures WHERE subject IN (
            SELECT subject FROM login_failures WHERE last_at < %s LIMIT 100 FOR UPDATE SKIP LOCKED)
        """,
        (tried.at - 2 * WINDOW,),
    )


async def forget_all_failures(tx: Connection) -> None:
    """Lift every lock-out: the operator's way out, since subjects are hashes and cannot be looked up."""
    await tx.execute("DELETE FROM login_failures")

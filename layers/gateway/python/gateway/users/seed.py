"""The dashboard's first user, and the password that `make dev` prints."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from gateway.database import Connection
from gateway.tenancy.model import TEST_MERCHANT_ID
from gateway.users.model import User
from gateway.users.passwords import check_password, hash_password
from gateway.users.queries import insert_user, select_user_to_log_in, update_password

SEEDED_EMAIL: Final = "test@example.com"


def is_seeded(user: User) -> bool:
    """Whether this is the log-in of test mode, whose password follows from a key that may be public."""
    return user.email == SEEDED_EMAIL and user.merchant_id == TEST_MERCHANT_ID


def seeded_password(master_key: bytes, given: str) -> str:
    """`given` (GATEWAY_DASHBOARD_PASSWORD), else one that follows from the master key: kept nowhere, and the
    same at every start, so that it can be printed again. Test mode only."""
    if given:
        return given
    digest = hmac.digest(master_key, b"payment-gateway/seeded-dashboard-password/v1", hashlib.sha256)
    text = base64.b32encode(digest).decode().lower()
    return "-".join((text[:5], text[5:10], text[10:15]))


async def seed_test_user(tx: Connection, password: str, *, is_given: bool, now: datetime) -> str:
    """The owner of the test merchant. Returns a line for the operator.

    A password that was changed since is left alone, unless one `is_given` by the operator.
    """
    found = await select_user_to_log_in(tx, SEEDED_EMAIL)
    if found is None:
        await add_owner(tx, TEST_MERCHANT_ID, SEEDED_EMAIL, "Test Owner", password, now)
    elif found[1] is None or not check_password(found[1], password).is_right:
        if not is_given:
            return f"dashboard log-in: {SEEDED_EMAIL}, with the password that was set there"
        await update_password(tx, found[0].id, hash_password(password))
    shown = "GATEWAY_DASHBOARD_PASSWORD" if is_given else password
    return f"dashboard log-in: {SEEDED_EMAIL} / {shown}"


async def add_owner(
    tx: Connection, merchant_id: UUID, email: str, name: str, password: str, now: datetime
) -> User | None:
    """A user with the role owner who can log in at once; None if the address is taken."""
    user = User(uuid4(), merchant_id, email.strip().lower(), name, "owner", False, now, None)
    added = await insert_user(
        tx,
        user_id=user.id,
        merchant_id=merchant_id,
        email=user.email,
        name=name,
        role=user.role,
        now=now,
        password_hash=hash_password(password),
    )
    return user if added else None

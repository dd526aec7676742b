"""Turn the second factor on: a secret for the app, then a code of it as proof."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import BadRequest
from gateway.users.model import User
from gateway.users.two_factor.codes import (
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    qr_code,
    recovery_hash,
    without_spaces,
)
from gateway.users.two_factor.queries import confirm_secret, keep_secret, replace_recovery_codes, select_factor


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: shown once, as text, as address and as a QR code."""

    secret: str
    uri: str

    def as_json(self) -> dict[str, Any]:
        """The answer to the person who enrols."""
        return {"secret": self.secret, "uri": self.uri, "qr_code": qr_code(self.uri)}


async def begin_enrolment(tx: Connection, keyring: Keyring, user: User, issuer: str) -> Enrolment:
    """A fresh secret; log-ins do not ask for it before it is confirmed. Raises `BadRequest` where one is on."""
    secret = new_secret()
    sealed = keyring.encrypt("totp", secret.encode(), str(user.id))
    if not await keep_secret(tx, user.id, sealed):
        raise BadRequest("Two-factor log-in is on already")
    return Enrolment(secret, provisioning_uri(secret, user.email, issuer))


async def confirm_enrolment(tx: Connection, keyring: Keyring, user: User, code: str, now: datetime) -> list[str]:
    """The recovery codes, which are not kept. Raises `BadRequest` for a wrong code."""
    factor = await select_factor(tx, user.id)
    if factor.is_on:
        raise BadRequest("Two-factor log-in is on already")
    if factor.secret is None:
        raise BadRequest("Begin with a secret: there is none to confirm")
    secret = keyring.decrypt("totp", factor.secret, str(user.id)).decode()
    step = matching_step(secret, without_spaces(code), now, None)
    if step is None:
        raise BadRequest("The code is wrong: type the one that the app shows now", field="code")
    codes = new_recovery_codes()
    hashes = [recovery_hash(keyring, user.id, one) for one in codes]
    if not await confirm_secret(tx, user.id, factor.secret, step, hashes, now):
        raise BadRequest("Another secret was made meanwhile: begin again")
    return codes


async def renew_recovery_codes(tx: Connection, keyring: Keyring, user: User) -> list[str]:
    """Ten new codes in place of all earlier ones."""
    codes = new_recovery_codes()
    await replace_recovery_codes(tx, user.id, [recovery_hash(keyring, user.id, one) for one in codes])
    return codes

"""The codes themselves: of an authenticator app (RFC 6238 over pyotp), and for recovery."""

import hmac
import secrets
from datetime import datetime
from typing import Final

from gateway.encryption import Keyring
from gateway.users.two_factor.model import RECOVERY_CODES

PERIOD_SECONDS: Final = 30
_DRIFT: Final = (0, -1, 1)
"""Steps that are taken besides the present one: a clock that is off, a code typed late (RFC 6238, section 5.2)."""
_DIGITS: Final = 6
# Crockford's letters: none that is read as another.
_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_HALF: Final = 5


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 (section 4) recommends and every app reads."""
    import pyotp  # only where somebody enrols or logs in with a code

    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str, issuer: str) -> str:
    """The `otpauth://` address in the QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def qr_code(uri: str) -> str:
    """The address as a QR code: a `data:` URI of an SVG image, black on white."""
    import segno

    return segno.make_qr(uri, error="m").svg_data_uri(scale=4, border=4, light="#fff", dark="#000")


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The time step of which this is the code; None for a wrong code, and for a step that was used or is older."""
    import pyotp

    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // PERIOD_SECONDS
    if len(code) != _DIGITS:
        return None
    for step in (present + drift for drift in _DRIFT):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step if last_step is None or step > last_step else None
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes such as `7kq2m-x4w9d`: 50 random bits each."""
    return [f"{_half()}-{_half()}" for _ in range(RECOVERY_CODES)]


def recovery_hash(keyring: Keyring, user_id: object, code: str) -> bytes:
    """What is kept of a recovery code; the keyring's secret keeps 50 bits from being searched."""
    plain = code.lower().replace("-", "").replace("o", "0").replace("i", "1").replace("l", "1")
    return keyring.hash_api_secret(f"recovery-code:{user_id}:{plain}")


def without_spaces(code: str) -> str:
    """As people copy it: `123 456` is `123456`."""
    return "".join(code.split())


def _half() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))

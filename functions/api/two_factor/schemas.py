"""Shapes of two-factor log-in, for OpenAPI and the client generated from it."""

from pydantic import Field

from api.http.shapes import Described


class TwoFactorAnswer(Described):
    """Whether your log-in asks for a code, since when, and how many recovery codes are left."""

    enabled: bool
    confirmed_at: str | None
    recovery_codes_left: int


class PasswordOnlyBody(Described):
    """Your password, since a session alone must not change how you log in."""

    current_password: str


class EnrolmentAnswer(Described):
    """For an authenticator app, shown once: the secret, its `otpauth://` address, and a QR code (SVG, `data:`)."""

    secret: str
    uri: str
    qr_code: str


class CodeBody(Described):
    """The app's present code."""

    code: str = Field(max_length=100)


class PasswordAndCodeBody(Described):
    """Your password, and a code of the app or a recovery code."""

    current_password: str
    code: str = Field(max_length=100)


class RecoveryCodesAnswer(Described):
    """Ten codes, each good for one log-in without the app. Shown once."""

    recovery_codes: list[str]

"""What a user has of a second factor, and the errors around it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from gateway.clock import iso_or_none
from gateway.errors import GatewayError

RECOVERY_CODES: Final = 10
Outcome = Literal["none", "missing", "wrong", "app", "recovery"]
"""Of a log-in's second step: there is none to take, no code came, a wrong one, or one of the app or the list."""


class TwoFactorRequired(GatewayError):
    """The password is right, and a code is asked for as well."""

    code = "TWO_FACTOR_REQUIRED"

    def __init__(self) -> None:
        super().__init__("Send the code of your authenticator app, or a recovery code, as code")


class TwoFactorInvalid(GatewayError):
    """The password is right, the code is not."""

    code = "TWO_FACTOR_INVALID"

    def __init__(self) -> None:
        super().__init__("The code is wrong, or was used before")


@dataclass(frozen=True, slots=True)
class Factor:
    """The columns of a user's second factor. `secret` is sealed."""

    secret: bytes | None
    confirmed_at: datetime | None
    last_step: int | None
    recovery_codes_left: int

    @property
    def is_on(self) -> bool:
        """Whether log-ins ask for it."""
        return self.confirmed_at is not None

    def as_json(self) -> dict[str, Any]:
        """What the account page shows."""
        return {
            "enabled": self.is_on,
            "confirmed_at": iso_or_none(self.confirmed_at),
            "recovery_codes_left": self.recovery_codes_left,
        }

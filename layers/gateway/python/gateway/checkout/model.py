"""What a shopper's page may know: the public part of one order, and how to pay it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from pydantic import Field, field_validator

from gateway.clock import iso, iso_or_none
from gateway.errors import BadRequest
from gateway.orders.terms import expires_at
from gateway.origins import read_origin
from gateway.payments.model import VPA_PATTERN, Payment
from gateway.processors.capabilities import METHODS
from gateway.validation import ClosedModel

MAX_FAILURES_PER_ORDER: Final = 10
"""Declined attempts after which an order takes no more from the page."""
MAX_EXTENSIONS: Final = 10
"""How often a shopper may ask for more time (WCAG 2.2.1 wants at least ten)."""

_LOOPBACK: Final = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class CheckoutSettings:
    """A row of `checkout_settings`, or its defaults."""

    allowed_origins: list[str]
    display_name: str | None
    primary_color: str | None
    methods: list[str]
    upi_vpa: str | None
    merchant_category: str
    order_seconds: int | None

    def as_json(self) -> dict[str, Any]:
        """What the API shows to the merchant."""
        return {name: getattr(self, name) for name in self.__slots__}


DEFAULT_SETTINGS: Final = CheckoutSettings([], None, None, ["card", "upi"], None, "5999", None)


class CheckoutSettingsBody(ClosedModel):
    """Body of `PUT /api/v1/checkout/settings`: the whole of them, with defaults for what is left out."""

    messages: ClassVar[dict[str, str]] = {
        "allowed_origins": "allowed_origins must be up to 50 origins such as https://shop.example",
        "display_name": "display_name must be 1 to 100 characters",
        "primary_color": "primary_color must look like #0a7cff",
        "methods": "methods must name some of upi, card, netbanking and wallet, each once",
        "upi_vpa": "upi_vpa must look like name@bank",
        "merchant_category": "merchant_category must be 4 digits",
        "order_seconds": "order_seconds must be 60 to 31536000",
    }

    read_only: ClassVar[frozenset[str]] = frozenset({"signing_secret"})

    allowed_origins: list[str] = Field(
        default_factory=list, max_length=50, description="Origins whose pages may open the checkout."
    )
    display_name: str | None = Field(None, min_length=1, max_length=100, description="Shown to shoppers.")
    primary_color: str | None = Field(None, pattern="^#[0-9a-f]{6}$", description="Brand colour.")
    methods: list[str] = Field(
        default_factory=lambda: ["card", "upi"],
        min_length=1,
        max_length=len(METHODS),
        description="Offered methods, and no others are taken: some of upi, card, netbanking and wallet.",
    )
    upi_vpa: str | None = Field(
        None,
        max_length=255,
        description="Kept and shown in no code: a code of test mode must lead to nobody's account, and a live one "
        "comes from its processor.",
        json_schema_extra={"deprecated": True},
    )
    merchant_category: str = Field("5999", pattern="^[0-9]{4}$", description="ISO 18245.")
    order_seconds: int | None = Field(None, ge=60, le=31_536_000, description="Time to pay an order.")

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        try:
            return [read_origin(origin) for origin in value]
        except ValueError as error:
            # The reason, where the one text for all that may be wrong with the list would not tell it.
            raise BadRequest(f"allowed_origins: {error}", field="allowed_origins") from None

    @field_validator("methods")
    @classmethod
    def _are_methods(cls, value: list[str]) -> list[str]:
        if not set(value) <= set(METHODS) or len(set(value)) != len(value):
            raise ValueError
        return value

    @field_validator("upi_vpa")
    @classmethod
    def _is_vpa(cls, value: str | None) -> str | None:
        if value is not None and not VPA_PATTERN.fullmatch(value):
            raise ValueError
        return value


def origin_allowed(origin: str, mode: str, allowed: list[str]) -> bool:
    """Whether a page of this origin may frame the checkout, or be returned to."""
    return origin in allowed or (mode == "test" and _LOOPBACK.fullmatch(origin) is not None)


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """One order as the page sees it. `amount` in minor units."""

    order_id: str
    amount: int
    currency: str
    status: str
    mode: str
    created_at: datetime
    merchant_name: str
    settings: CheckoutSettings
    extensions: int
    failures: int
    payment: Payment | None
    capture: str = "automatic"
    return_url: str | None = None
    has_routes: bool = False

    @property
    def expires_at(self) -> datetime | None:
        """See `expires_at`."""
        return expires_at(self.created_at, self.settings.order_seconds, self.extensions)

    def as_json(
        self,
        now: datetime,
        origin: str | None,
        forms: Mapping[str, str],
        instruments: Mapping[str, Sequence[str]],
        processor: str | None,
    ) -> dict[str, Any]:
        """The answer of the session route. `origin` is the page that asks to frame the checkout; `forms`,
        `instruments` and `processor` see `Ways`: what nobody takes is not offered."""
        settings = self.settings
        name = settings.display_name or self.merchant_name
        allowed = None if origin is None else origin_allowed(origin, self.mode, settings.allowed_origins)
        return {
            "order": {
                "id": self.order_id,
                "amount": self.amount,
                "currency": self.currency,
                "status": self.status,
                "expires_at": iso_or_none(self.expires_at),
                "extensions_left": MAX_EXTENSIONS - self.extensions,
            },
            "merchant": {"name": name, "primary_color": settings.primary_color},
            "mode": self.mode,
            "methods": list(forms),
            "forms": dict(forms),
            "instruments": dict(instruments),
            "origin_allowed": allowed,
            "attempts": self.failures,
            "attempts_left": max(MAX_FAILURES_PER_ORDER - self.failures, 0),
            "processor": processor,
            "return_url": (self.payment and self.payment.return_url) or self.return_url,
            "server_time": iso(now),
        }

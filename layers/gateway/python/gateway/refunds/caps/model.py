"""A cap of one currency, and what may be asked of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from gateway.clock import iso
from gateway.errors import BadRequest, PermissionDenied
from gateway.money import MAXIMUM_AMOUNT, Currency, format_amount
from gateway.validation import ClosedModel

_Bound = Annotated[int, Field(ge=0, le=MAXIMUM_AMOUNT)]


@dataclass(frozen=True, slots=True)
class RefundCap:
    """A row of `refund_caps`. Minor units in one day of UTC; None: no such bound."""

    currency: str
    per_merchant: int | None
    per_key: int | None
    updated_at: datetime

    def as_json(self) -> dict[str, Any]:
        """What the API shows."""
        return {
            "currency": self.currency,
            "per_merchant": self.per_merchant,
            "per_key": self.per_key,
            "updated_at": iso(self.updated_at),
        }


OVER_THE_CAP: Final = "over the daily cap of refunds"
"""`review_reason` of a refund that was refused."""


class NewCap(ClosedModel):
    """One cap of the body of `PUT /refund-caps`."""

    read_only: ClassVar[frozenset[str]] = frozenset({"updated_at"})

    currency: Currency
    per_merchant: _Bound | None = Field(
        None, description="Of all refunds of a day (UTC), minor units; null: none."
    )
    per_key: _Bound | None = Field(None, description="Of those by one API key, or one person; null: none.")

    def refuse_nothing(self, field: str) -> None:
        """Raises `BadRequest` for a cap that bounds nothing."""
        if self.per_merchant is None and self.per_key is None:
            raise BadRequest("per_merchant or per_key must be given", field=f"{field}.per_merchant")


class RefundCapReached(PermissionDenied):
    """This refund would go over the day's cap. Nothing was stored; the audit log is told (`details`)."""

    def __init__(self, cap: RefundCap, amount: int, maker: str) -> None:
        bounds = [
            f"{format_amount(bound, cap.currency)} {whose}"
            for bound, whose in ((cap.per_merchant, "in all"), (cap.per_key, "by one key or person"))
            if bound is not None
        ]
        super().__init__(
            f"The daily refund cap is reached ({' and '.join(bounds)}): "
            "an owner may raise it, and it begins anew at midnight UTC"
        )
        self.amount, self.currency, self.maker = amount, cap.currency, maker
        self.details = {"amount": amount, "currency": cap.currency, "maker": maker}

    def of(self, payment_id: str, asked_by: str) -> "Capped":
        """For whoever looks at what was refused. `asked_by`: what a person recognises of who asked."""
        return Capped(
            payment_id=payment_id, asked_by=asked_by, amount=self.amount, currency=self.currency, maker=self.maker
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Capped:
    """A refund that was refused. `amount` in minor units; `maker`: the key or person, as caps count them."""

    payment_id: str
    amount: int
    currency: str
    maker: str
    asked_by: str

"""Shapes of the API's refund caps: for the documents, not for checking."""

from pydantic import Field

from api.http.shapes import ClosedBody, OpenShape
from gateway.refunds.caps.model import NewCap


class RefundCapAnswer(OpenShape):
    """How much of one currency may be paid back in a day (UTC), in minor units. Null: no such bound."""

    currency: str
    per_merchant: int | None
    per_key: int | None
    updated_at: str


class RefundCapsAnswer(OpenShape):
    """All caps of this mode. A currency that is not among them has none."""

    caps: list[RefundCapAnswer]


class RefundCapsBody(ClosedBody):
    """All caps of this mode; those that are left out end."""

    caps: list[NewCap] = Field(max_length=200)
    current_password: str = ""

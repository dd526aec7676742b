"""The shapes of answers (and of some bodies), for OpenAPI and the clients generated from it.

Answers may gain fields at any time: a client ignores what it does not know.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from gateway.money import CURRENCY_DIGITS, MAXIMUM_AMOUNT

OrderId = Annotated[str, Field(pattern="^order_[A-Za-z0-9]{16}$", examples=["order_8sHk2LmNq0PzRtVw"])]
PaymentId = Annotated[str, Field(pattern="^pay_[A-Za-z0-9]{16}$", examples=["pay_H8sK3jD9s2L1pQr4"])]
RefundId = Annotated[str, Field(pattern="^rfnd_[A-Za-z0-9]{16}$", examples=["rfnd_K2mN8pQ4rS6tU1vW"])]
Moment = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
        json_schema_extra={"format": "date-time"},
        examples=["2026-01-15T10:31:10.123Z"],
    ),
]
ENDPOINT_ID: Final = "we_H8sK3jD9s2L1pQr4"
"""The webhook endpoint of all examples."""

CurrencyCode = Annotated[str, Field(json_schema_extra={"enum": sorted(CURRENCY_DIGITS)}, examples=["INR"])]
Amount = Annotated[int, Field(ge=0, le=MAXIMUM_AMOUNT, examples=[50000])]
Capture = Literal["automatic", "manual"]


def may_be_absent(schema: dict[str, Any]) -> None:
    """A field that is sometimes not there has no default: it is never null."""
    del schema["default"]


class Described(BaseModel):
    """What is only described: no request waits for it, and no start; built when the document is asked for."""

    model_config = ConfigDict(defer_build=True)


class OpenShape(Described):
    """An answer that may gain fields at any time."""

    model_config = ConfigDict(extra="allow")


class ErrorDetail(OpenShape):
    """What went wrong."""

    code: str = Field(description="For programs: see `docs_url`.", examples=["BAD_REQUEST_ERROR"])
    description: str = Field(description="For people.")
    field: str = Field(
        "",
        description="The wrong field, header or parameter; dots lead inwards. Where one can be named.",
        json_schema_extra=may_be_absent,
    )
    request_id: str = Field(description="The `X-Request-Id` of this answer.")
    docs_url: str = Field(description="What the code means, and what to do.")


class ErrorEnvelope(OpenShape):
    """Every error of every route."""

    error: ErrorDetail


class ClosedBody(Described):
    """A body in which an unknown field is a 400: given to `read_object`, which says so."""

    model_config = ConfigDict(extra="forbid")


class EmptyBody(ClosedBody):
    """A request that takes no fields: no body, or an empty object."""


RoleName = Literal["owner", "admin", "developer", "support", "viewer"]
ModeName = Literal["test", "live"]


class AuthenticateBody(Described):
    """What the shopper in front of the simulated bank does."""

    result: Literal["success", "failure"]

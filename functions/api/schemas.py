"""The shapes of answers (and of some bodies), for OpenAPI and the clients generated from it.

Answers may gain fields at any time: a client ignores what it does not know.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

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
CurrencyCode = Annotated[str, Field(json_schema_extra={"enum": sorted(CURRENCY_DIGITS)}, examples=["INR"])]
Amount = Annotated[int, Field(ge=0, le=MAXIMUM_AMOUNT, examples=[50000])]
Capture = Literal["automatic", "manual"]


def _may_be_absent(schema: dict[str, Any]) -> None:
    """A field that is sometimes not there has no default: it is never null."""
    del schema["default"]


class Described(BaseModel):
    """What is only described: no request waits for it, and no start; built when the document is asked for."""

    model_config = ConfigDict(defer_build=True)


class _Shape(Described):
    model_config = ConfigDict(extra="allow")


class ErrorDetail(_Shape):
    """What went wrong."""

    code: str = Field(description="For programs: see `docs_url`.", examples=["BAD_REQUEST_ERROR"])
    description: str = Field(description="For people.")
    field: str = Field(
        "",
        description="The wrong field, header or parameter; dots lead inwards. Where one can be named.",
        json_schema_extra=_may_be_absent,
    )
    request_id: str = Field(description="The `X-Request-Id` of this answer.")
    docs_url: str = Field(description="What the code means, and what to do.")


class ErrorEnvelope(_Shape):
    """Every error of every route."""

    error: ErrorDetail


class OrderAnswer(_Shape):
    """An order: what is to be paid."""

    id: OrderId
    merchant_id: str
    amount: Amount = Field(ge=100, description="Minor units.")
    currency: CurrencyCode
    receipt: str | None
    notes: dict[str, str]
    capture: Capture = Field(description="automatic: paid means captured. manual: authorised, then you capture.")
    status: Literal["created", "attempted", "paid"]
    created_at: Moment
    updated_at: Moment


class PublicOrderAnswer(Described):
    """What a shopper's page may see of an order."""

    model_config = ConfigDict(extra="forbid")

    id: OrderId
    amount: Amount
    currency: CurrencyCode
    status: Literal["created", "attempted", "paid"]


class PaymentAnswer(_Shape):
    """A payment: one try to pay an order. Amounts in minor units."""

    id: PaymentId
    order_id: OrderId
    amount: Amount
    currency: CurrencyCode
    method: Literal["upi", "card"]
    vpa: str = Field("", description="With `upi` only.", json_schema_extra=_may_be_absent)
    card_network: Literal["visa", "mastercard", "amex", "rupay", "unknown"] = Field(
        "unknown", description="With `card` only.", json_schema_extra=_may_be_absent
    )
    card_last4: str = Field(
        "", pattern="^[0-9]{4}$", description="With `card` only.", json_schema_extra=_may_be_absent
    )
    status: Literal["pending", "requires_action", "success", "failed", "cancelled"]
    captured: bool = Field(description="Whether the money has been taken.")
    capture: Capture
    amount_captured: Amount
    amount_refunded: Amount
    refunded: bool = Field(description="Whether all that was captured has been paid back.")
    error_code: str | None = Field(description="Why it failed, for programs.")
    error_description: str | None = Field(description="Why it failed, for people.")
    next_action: dict[str, str] | None = Field(description="What the shopper has to do, with `requires_action`.")
    expires_at: Moment | None = Field(description="An authorisation that is not captured by then is cancelled.")
    created_at: Moment
    updated_at: Moment


class RefundAnswer(_Shape):
    """A refund. `amount` in minor units."""

    id: RefundId
    payment_id: PaymentId
    amount: Amount
    currency: CurrencyCode
    reason: str | None
    status: Literal["pending", "processed", "failed"]
    error_code: str | None
    error_description: str | None
    created_at: Moment
    processed_at: Moment | None


class CardBody(Described):
    """A card as the shopper gives it."""

    number: str = Field(
        pattern="^[0-9 -]{13,64}$",
        description="13 to 19 digits with a valid check digit; spaces and dashes are ignored.",
        examples=["4242 4242 4242 4242"],
    )
    expiry_month: Annotated[int, Field(ge=1, le=12)] | Annotated[str, Field(pattern="^(0?[1-9]|1[0-2])$")] = Field(
        description="1 to 12.", examples=[12]
    )
    expiry_year: (
        Annotated[int, Field(ge=0, le=2199)] | Annotated[str, Field(pattern="^([0-9]{2}|20[0-9]{2}|21[0-9]{2})$")]
    ) = Field(description="2 or 4 digits.", examples=[2030])
    cvv: str = Field(pattern="^[0-9]{3,4}$", examples=["123"])
    holder_name: str = Field(min_length=1, max_length=255, pattern=r"\S", examples=["Asha Rao"])


class NewUpiPayment(Described):
    """Pay by UPI."""

    order_id: OrderId
    method: Literal["upi"]
    vpa: str = Field(pattern="^[a-zA-Z0-9._-]+@[a-zA-Z0-9]+$", max_length=255, examples=["success@bank"])


class NewCardPayment(Described):
    """Pay by card."""

    order_id: OrderId
    method: Literal["card"]
    card: CardBody


class NewPayment(RootModel[Annotated[NewUpiPayment | NewCardPayment, Field(discriminator="method")]]):
    """Body of `POST /payments` and `/payments/public`."""


class CaptureBody(Described):
    """Body of `POST /payments/{id}/capture`; without an amount all of it is captured."""

    amount: int | None = Field(
        None, ge=1, le=MAXIMUM_AMOUNT, description="Minor units; at most what was authorised.", examples=[50000]
    )


class EmptyBody(Described):
    """A request that takes no fields: no body, or an empty object."""


class AuthenticateBody(Described):
    """Body of `POST /test/payments/{id}/authenticate`."""

    result: Literal["success", "failure"]


class HealthAnswer(_Shape):
    """State of the parts, each asked just now."""

    status: Literal["healthy", "unhealthy"]
    database: Literal["connected", "disconnected"]
    redis: Literal["connected", "disconnected"]
    worker: Literal["running", "stopped"]
    timestamp: Moment


class TestMerchantAnswer(_Shape):
    """The seeded merchant."""

    id: str
    email: str
    api_key: str
    seeded: bool


class JobsStatusAnswer(_Shape):
    """Work over payments, refunds and webhooks."""

    pending: int
    processing: int
    completed: int
    failed: int
    worker_status: Literal["running", "stopped"]
    queues: dict[str, dict[str, int | str]]


class ProcessorBooksAnswer(_Shape):
    """What the simulated bank was asked about a payment, per kind of operation."""

    payment_id: str
    operations: dict[str, dict[str, int]]

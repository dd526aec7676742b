"""The shapes of answers (and of two bodies), for OpenAPI and the clients generated from it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="allow")


class ErrorDetail(_Shape):
    """What went wrong."""

    code: str
    description: str
    field: str | None = None
    request_id: str
    docs_url: str


class ErrorEnvelope(_Shape):
    """Every error of every route."""

    error: ErrorDetail


class OrderAnswer(_Shape):
    """An order. `amount` in minor units."""

    id: str
    merchant_id: str
    amount: int
    currency: str
    receipt: str | None
    notes: dict[str, str]
    capture: Literal["automatic", "manual"]
    status: Literal["created", "attempted", "paid"]
    created_at: str
    updated_at: str


class PublicOrderAnswer(BaseModel):
    """What a shopper's page may see of an order."""

    model_config = ConfigDict(extra="forbid")

    id: str
    amount: int
    currency: str
    status: Literal["created", "attempted", "paid"]


class PaymentAnswer(_Shape):
    """A payment. Amounts in minor units."""

    id: str
    order_id: str
    amount: int
    currency: str
    method: Literal["upi", "card"]
    vpa: str | None = None
    card_network: str | None = None
    card_last4: str | None = None
    status: Literal["pending", "requires_action", "success", "failed", "cancelled"]
    captured: bool
    capture: Literal["automatic", "manual"]
    amount_captured: int
    amount_refunded: int
    refunded: bool
    error_code: str | None
    error_description: str | None
    next_action: dict[str, str] | None
    expires_at: str | None
    created_at: str
    updated_at: str


class RefundAnswer(_Shape):
    """A refund. `amount` in minor units."""

    id: str
    payment_id: str
    amount: int
    currency: str
    reason: str | None
    status: Literal["pending", "processed", "failed"]
    error_code: str | None
    error_description: str | None
    created_at: str
    processed_at: str | None


class CardBody(BaseModel):
    """A card as the shopper gives it."""

    number: str = Field(
        description="13 to 19 digits; spaces and dashes are ignored.", examples=["4242424242424242"]
    )
    expiry_month: int | str = Field(description="1 to 12.", examples=[12])
    expiry_year: int | str = Field(description="2 or 4 digits.", examples=[2030])
    cvv: str = Field(pattern="^[0-9]{3,4}$", examples=["123"])
    holder_name: str = Field(min_length=1, max_length=255, examples=["Asha Rao"])


class NewPayment(BaseModel):
    """Body of `POST /api/v1/payments` and `/payments/public`: `vpa` with `upi`, `card` with `card`."""

    order_id: str = Field(pattern="^order_[A-Za-z0-9]{16}$")
    method: Literal["upi", "card"]
    vpa: str | None = Field(None, pattern="^[a-zA-Z0-9._-]+@[a-zA-Z0-9]+$", max_length=255)
    card: CardBody | None = None


class CaptureBody(BaseModel):
    """Body of `POST /payments/{id}/capture`; without an amount all of it is captured."""

    amount: int | None = Field(None, ge=1, description="Minor units; at most what was authorised.")


class AuthenticateBody(BaseModel):
    """Body of `POST /test/payments/{id}/authenticate`."""

    result: Literal["success", "failure"]


class HealthAnswer(_Shape):
    """State of the parts, each asked just now."""

    status: Literal["healthy", "unhealthy"]
    database: Literal["connected", "disconnected"]
    redis: Literal["connected", "disconnected"]
    worker: Literal["running", "stopped"]
    timestamp: str


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

"""Payments as the API takes and shows them."""

from typing import Annotated, Final, Literal

from pydantic import Field, RootModel

from api.http.shapes import (
    Amount,
    Capture,
    ClosedBody,
    CurrencyCode,
    Described,
    Moment,
    OpenShape,
    OrderId,
    PaymentId,
    may_be_absent,
)
from gateway.money import MAXIMUM_AMOUNT
from gateway.processors.capabilities import Method


class PaymentAnswer(OpenShape):
    """A payment: one try to pay an order. Amounts in minor units."""

    id: PaymentId
    order_id: OrderId
    amount: Amount
    currency: CurrencyCode
    method: Method
    vpa: str = Field(
        "", description="With `upi` only; masked where a shopper's page asks.", json_schema_extra=may_be_absent
    )
    card_network: Literal["visa", "mastercard", "amex", "rupay", "unknown"] = Field(
        "unknown", description="With `card` only.", json_schema_extra=may_be_absent
    )
    card_last4: str = Field(
        "", pattern="^[0-9]{4}$", description="With `card` only.", json_schema_extra=may_be_absent
    )
    bank: str = Field(
        "",
        description="With `netbanking` only: its code. Absent where the shopper chooses it at the processor.",
        json_schema_extra=may_be_absent,
    )
    wallet: str = Field(
        "",
        description="With `wallet` only: its code. Absent where the shopper chooses it at the processor.",
        json_schema_extra=may_be_absent,
    )
    status: Literal["pending", "requires_action", "success", "failed", "cancelled"] = Field(
        description="`cancelled` also while the bank is asked to release an authorisation: see `void_status`."
    )
    captured: bool = Field(
        description="Whether the money has been taken; also while the bank is being asked: see `capture_status`."
    )
    capture: Capture
    capture_status: Literal["pending", "succeeded", "failed"] | None = Field(
        description="What the bank has said to the capture: `pending` until it has. `failed`: nothing was taken, "
        "and you may capture again. Null: nothing was asked."
    )
    void_status: Literal["pending", "succeeded", "failed"] | None = Field(
        description="What the bank has said to the release of an authorisation. `failed`: it stands as it was. "
        "Null: nothing was asked, or nothing was held."
    )
    amount_captured: Amount
    amount_refunded: Amount
    refunded: bool = Field(description="Whether all that was captured has been paid back.")
    error_code: str | None = Field(description="Why it failed, for programs.")
    error_description: str | None = Field(description="Why it failed, for people.")
    decline_code: str | None = Field(
        description="The processor's own word for its refusal. Always null where a shopper's page asks."
    )
    next_action: dict[str, str] | None = Field(description="What the shopper has to do, with `requires_action`.")
    review_reason: str | None = Field(
        description="Why a person has to look at it. Always null where a shopper's page asks."
    )
    account_id: str | None = Field(
        description="The account at a processor that takes it; null: the simulated bank. Always null where a "
        "shopper's page asks."
    )
    processor: str | None = Field(
        description="`stripe`, `razorpay`; `simulator`: the test bank. Always null where a shopper's page asks."
    )
    processor_reference: str | None = Field(
        description="The processor's id of what the shopper pays (an intent, an order): find it there by this. "
        "Always null where a shopper's page asks."
    )
    flow: Literal["collect", "intent", "qr"] | None = Field(
        description="How UPI is paid without a typed address: by a link on a phone, or a QR code."
    )
    return_url: str | None = Field(description="Where the shopper comes back to.")
    expires_at: Moment | None = Field(description="An authorisation that is not captured by then is cancelled.")
    created_at: Moment
    updated_at: Moment


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


_ReturnUrl = Annotated[str, Field(max_length=2048, pattern="^https?://", examples=["https://shop.example/thanks"])]
_RETURN: Final = "Where the shopper comes back to: https."


class NewUpiPayment(Described):
    """Pay by UPI: with a typed address where it is taken, else with a flow, or in the processor's own form."""

    order_id: OrderId
    method: Literal["upi"]
    vpa: str = Field(
        "",
        pattern="^[a-zA-Z0-9._-]+@[a-zA-Z0-9]+$",
        max_length=255,
        description="Of the simulated bank, and of accounts that take typed addresses.",
        examples=["success@bank"],
        json_schema_extra=may_be_absent,
    )
    flow: Literal["intent", "qr"] = Field(
        "intent",
        description="`intent`: a link that opens a UPI app. `qr`: a code to scan. Not beside `vpa`.",
        json_schema_extra=may_be_absent,
    )
    return_url: _ReturnUrl = Field("", description=_RETURN, json_schema_extra=may_be_absent)


class NewCardPayment(Described):
    """Pay by card: left out where an account takes the payment, since the shopper types it into its own form."""

    order_id: OrderId
    method: Literal["card"]
    card: CardBody = Field(  # type: ignore[assignment]  # only described
        None, description="Of the simulated bank.", json_schema_extra=may_be_absent
    )
    return_url: _ReturnUrl = Field("", description=_RETURN, json_schema_extra=may_be_absent)


class NewBankPayment(Described):
    """Pay by net banking, in rupees: the shopper is led to the bank's own page."""

    order_id: OrderId
    method: Literal["netbanking"]
    bank: str = Field(
        "",
        pattern="^[A-Z_]{4,20}$",
        description="The bank's code. An account asks for it in its own form where it is left out.",
        examples=["HDFC"],
        json_schema_extra=may_be_absent,
    )
    return_url: _ReturnUrl = Field("", description=_RETURN, json_schema_extra=may_be_absent)


class NewWalletPayment(Described):
    """Pay from a wallet, in rupees: the shopper is led to the wallet's own page."""

    order_id: OrderId
    method: Literal["wallet"]
    wallet: str = Field(
        "",
        pattern="^[a-z_]{4,20}$",
        description="The wallet's code. An account asks for it in its own form where it is left out.",
        examples=["paytm"],
        json_schema_extra=may_be_absent,
    )
    return_url: _ReturnUrl = Field("", description=_RETURN, json_schema_extra=may_be_absent)


_New = NewUpiPayment | NewCardPayment | NewBankPayment | NewWalletPayment


class NewPayment(RootModel[Annotated[_New, Field(discriminator="method")]]):
    """Body of `POST /payments` and `/payments/public`."""


class CaptureBody(ClosedBody):
    """Body of `POST /payments/{id}/capture`; without an amount all of it is captured."""

    amount: int = Field(
        0,
        ge=1,
        le=MAXIMUM_AMOUNT,
        description="Minor units; at most what was authorised. Left out (and not null): all of it.",
        examples=[50000],
        json_schema_extra=may_be_absent,
    )

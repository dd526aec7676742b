"""A payment, its states, and what is told about it.

    pending ──→ success ──→ cancelled      (void or expiry, only while not captured)
       │  └──→ failed
       └──→ requires_action ──→ success | failed | cancelled

`failed`, `cancelled` and a captured `success` never change again. A manual capture and the void of an
authorisation are asked for first (`capture_status`, `void_status`), and are true, told and booked with the
bank's yes.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from gateway.clock import iso, iso_or_none
from gateway.processors.choose import processor_of
from gateway.processors.instruments import CHOSEN_BY

PaymentStatus = Literal["pending", "requires_action", "success", "failed", "cancelled"]

PAYMENT_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "pending": frozenset({"requires_action", "success", "failed"}),
    "requires_action": frozenset({"success", "failed", "cancelled"}),
    "success": frozenset({"cancelled"}),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
"""From a status to those it may become. `success → cancelled` only while nothing is captured."""

OperationStatus = Literal["pending", "succeeded", "failed"]

OPERATION_TRANSITIONS: Final[dict[str | None, frozenset[str]]] = {
    None: frozenset({"pending"}),
    "pending": frozenset({"succeeded", "failed"}),
    "succeeded": frozenset(),
    "failed": frozenset({"pending"}),
}
"""Of `capture_status` and of `void_status`, from not asked (None): what was refused may be asked for again."""

VPA_PATTERN: Final = re.compile(r"[a-zA-Z0-9._-]+@[a-zA-Z0-9]+")
VPA_MAX_LENGTH: Final = 255


INSTRUMENT: Final = re.compile(r"[A-Za-z0-9_]{2,30}")
"""The code of a bank or of a wallet."""


def mask_vpa(vpa: str) -> str:
    """`rahul@bank` as `ra***@bank`: enough for its owner to know it again. Of a short name less is shown."""
    name, _, bank = vpa.partition("@")
    return f"{name[: min(2, len(name) // 2)]}***@{bank}"


_OF_STAFF: Final = ("review_reason", "processor", "account_id", "processor_reference", "decline_code")
"""What is the merchant's to know, and not a shopper's page's."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A row of `payments` without its work columns. Amounts in minor units.

    `captured` and `amount_captured` say what was asked for: it is taken (`is_taken`) with the bank's yes.
    `account_id`: the account at a processor that takes it, the `account_number`-th that was tried; None: the
    simulated bank. `closing`: the code with which it will have failed, once no money can come any more.
    `processor_reference`: the processor's id of what the shopper pays. `decline_code`: its own word for a refusal.
    `instrument`: the code of the bank or the wallet.
    """

    id: str
    merchant_id: UUID
    mode: str
    order_id: str
    amount: int
    currency: str
    capture: str
    method: str
    vpa: str | None
    card_network: str | None
    card_last4: str | None
    status: PaymentStatus
    captured: bool
    amount_captured: int
    amount_refund_pending: int
    amount_refunded: int
    error_code: str | None
    error_description: str | None
    next_action: dict[str, Any] | None
    expires_at: datetime | None
    sequence: int
    created_at: datetime
    updated_at: datetime
    capture_status: OperationStatus | None = None
    void_status: OperationStatus | None = None
    review_reason: str | None = None
    account_id: str | None = None
    account_number: int = 1
    flow: str | None = None
    return_url: str | None = None
    closing: str | None = None
    processor: str | None = None
    processor_reference: str | None = None
    decline_code: str | None = None
    instrument: str | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the bank has taken the money."""
        return self.captured and self.capture_status != "pending"

    @property
    def shown_status(self) -> PaymentStatus:
        """A void is answered as asked for; `void_status` says that it is under way."""
        return "cancelled" if self.void_status == "pending" else self.status

    @property
    def refundable(self) -> int:
        """What may still be promised back, in minor units."""
        return self.amount_captured - self.amount_refunded - self.amount_refund_pending

    def _method_json(self) -> dict[str, Any]:
        if self.method == "upi":
            return {} if self.vpa is None else {"vpa": self.vpa}
        if self.method in CHOSEN_BY:  # the shopper may choose it in the processor's own form
            return {} if self.instrument is None else {CHOSEN_BY[self.method]: self.instrument}
        if self.card_last4 is None:  # typed into the processor's own form, and not told yet
            return {}
        return {"card_network": self.card_network, "card_last4": self.card_last4}

    def as_json(self) -> dict[str, Any]:
        """What the API shows to the merchant."""
        return {
            "id": self.id,
            "order_id": self.order_id,
            "amount": self.amount,
            "currency": self.currency,
            "method": self.method,
            **self._method_json(),
            "status": self.shown_status,
            "captured": self.captured,
            "capture": self.capture,
            # An automatic capture is never asked for by itself.
            "capture_status": self.capture_status or ("succeeded" if self.captured else None),
            "void_status": self.void_status,
            "amount_captured": self.amount_captured,
            "amount_refunded": self.amount_refunded,
            "refunded": self.amount_captured > 0 and self.amount_refunded == self.amount_captured,
            "error_code": self.error_code,
            "error_description": self.error_description,
            "decline_code": self.decline_code,
            "next_action": self.next_action,
            "review_reason": self.review_reason,
            "processor": self.processor or processor_of(self.mode),
            "account_id": self.account_id,
            "processor_reference": self.processor_reference,
            "flow": self.flow,
            "return_url": self.return_url,
            "expires_at": None if self.captured or self.void_status == "pending" else iso_or_none(self.expires_at),
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }

    def as_public_json(self) -> dict[str, Any]:
        """What a shopper's page may see, which knows nothing but an id: neither who pays nor what staff say."""
        shown = self.as_json() | dict.fromkeys(_OF_STAFF)
        if self.vpa is not None:
            shown["vpa"] = mask_vpa(self.vpa)
        return shown

    def as_event_json(self, refusal: tuple[str, str] | None = None) -> dict[str, Any]:
        """What `payment.*` events carry in `data.payment` (the contract's fields, in its order).

        `refusal` is the code and the text with which the bank has refused a capture or a void.
        """
        data: dict[str, Any] = {
            "id": self.id,
            "order_id": self.order_id,
            "amount": self.amount,
            "currency": self.currency,
            "method": self.method,
            **self._method_json(),
            "status": self.status,
            "captured": self.is_taken,
        }
        if self.is_taken:
            data["amount_captured"] = self.amount_captured
        error_code, error_description = refusal or (self.error_code, self.error_description)
        if error_code is not None:
            data["error_code"] = error_code
            data["error_description"] = error_description
        data["created_at"] = iso(self.created_at)
        return data

"""What a fake Stripe knows: objects, its balance, its clock, its books; and what it would tell by webhook."""

import copy
import hashlib
import hmac
import json
import time
from typing import Any

from tests.processors.fakes import stripe_objects as objects
from tests.processors.fakes.base import Fake
from tests.processors.fakes.stripe_objects import Entity

HOLD_SECONDS = 7 * 86400
"""How long an uncaptured charge is held; then its intent is cancelled."""

OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")

_SHIFTED = {"mga": 2, "isk": -2, "ugx": -2}
"""Decimal places by which ISO 4217's minor units differ from Stripe's. Not the connector's table: it is judged."""


def in_our_units(value: int, currency: str) -> int:
    """Stripe's units in ISO 4217's."""
    places = _SHIFTED.get(currency, 0)
    if places >= 0:
        return value * 10**places
    whole, rest = divmod(value, 10**-places)
    assert rest == 0, f"a fraction of {currency} was charged: {value}"
    return whole


class StripeState(Fake):
    """The state and its changes; each change tells its events."""

    name = "stripe"

    def __init__(self) -> None:
        super().__init__()
        self.account = objects.account()
        self.objects: dict[str, Entity] = {}
        """Every object by its id, in the order in which they were made."""
        self._of_kind: dict[str, list[Entity]] = {}
        self.in_payout: dict[str, str] = {}
        """Balance transactions by the payout that they are in."""
        self.refunds_are = "succeeded"
        """What a new refund is at first; those of UPI are always pending."""
        self.ahead = 0
        """Seconds by which this Stripe's clock is ahead."""
        self.key: str | None = None
        """Of the call that is answered."""

    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time()) + self.ahead

    def all_of(self, kind: str, **fields: Any) -> list[Entity]:
        """Objects of a kind that have these fields, the oldest first."""
        return [
            entity
            for entity in self._of_kind.get(kind, ())
            if all(entity.get(name) == value for name, value in fields.items())
        ]

    def add(self, entity: Entity) -> Entity:
        """Keep an object."""
        self._of_kind.setdefault(entity["object"], []).append(entity)
        self.objects[entity["id"]] = entity
        return entity

    def tell(self, kind: str, entity: Entity) -> None:
        """An event, with the object as it is now."""
        live = entity.get("livemode")
        if live is None:
            live = self.objects[entity["charge"]]["livemode"]
        self.events.append(objects.event(kind, copy.deepcopy(entity), live, self.now(), self.key))

    def move(self, *arguments: Any, **fees: int) -> Entity:
        """A balance transaction."""
        return self.add(objects.transaction(*arguments, now=self.now(), fees=fees))

    # --- an intent's life

    def charge(self, intent: Entity, paid_with: Entity) -> Entity:
        """The bank said yes: hold the amount, and take it unless the intent is to be captured by hand."""
        charge = self.add(objects.charge(intent, paid_with, self.now()))
        intent.update(
            latest_charge=charge["id"],
            payment_method=charge["payment_method"],
            last_payment_error=None,
            next_action=None,
            amount_capturable=intent["amount"],
            status="requires_capture",
        )
        self.tell("charge.succeeded", charge)
        if intent["capture_method"] == "manual":
            self.tell("payment_intent.amount_capturable_updated", intent)
        else:
            self.capture(intent, intent["amount"])
        return charge

    def capture(self, intent: Entity, amount: int) -> None:
        """Take it; what is left of the hold is released."""
        charge = self.objects[intent["latest_charge"]]
        charge.update(captured=True, amount_captured=amount)
        intent.update(amount_received=amount, amount_capturable=0, status="succeeded")
        fee = amount * 29 // 1000
        kind = "charge" if "card" in charge["payment_method_details"] else "payment"
        moved = self.move(
            kind, "charge", amount, charge["currency"], charge["id"], stripe_fee=fee, tax=fee * 18 // 100
        )
        charge["balance_transaction"] = moved["id"]
        if intent["capture_method"] == "manual":
            self.tell("charge.captured", charge)
        self.tell("payment_intent.succeeded", intent)

    def cancel(self, intent: Entity, reason: str | None = None) -> None:
        """No money can come any more; a hold is released."""
        if intent["latest_charge"] and intent["status"] == "requires_capture":
            self.objects[intent["latest_charge"]]["refunded"] = True
        intent.update(
            status="canceled",
            canceled_at=self.now(),
            cancellation_reason=reason,
            amount_capturable=0,
            next_action=None,
        )
        self.tell("payment_intent.canceled", intent)

    def decline(self, intent: Entity, code: str, decline_code: str | None) -> None:
        """A try that failed: the intent can be paid again."""
        by_upi = intent["payment_method_types"] == ["upi"]
        paid_with = objects.paid_by_upi("shopper@okbank") if by_upi else objects.paid_by_card("visa", "0002", 0)
        charge = self.add(objects.charge(intent, paid_with, self.now()))
        message = "The payment was declined." if by_upi else "Your card was declined."
        charge.update(paid=False, status="failed", failure_code=code, failure_message=message)
        kind = "invalid_request_error" if by_upi else "card_error"
        error = {"type": kind, "code": code, "charge": charge["id"], "message": message}
        intent.update(
            status="requires_payment_method",
            latest_charge=charge["id"],
            next_action=None,
            last_payment_error=error | ({"decline_code": decline_code} if decline_code else {}),
        )
        self.tell("charge.failed", charge)
        self.tell("payment_intent.payment_failed", intent)

    # --- a refund's life

    def refund(self, charge: Entity, amount: int, metadata: Entity) -> Entity:
        """Pay back; it is off the balance at once."""
        status = "pending" if "upi" in charge["payment_method_details"] else self.refunds_are
        refund = self.add(objects.refund(charge, amount, metadata, status, self.now()))
        kind = "refund" if "card" in charge["payment_method_details"] else "payment_refund"
        moved = self.move(kind, "refund", -amount, charge["currency"], refund["id"])
        refund["balance_transaction"] = moved["id"]
        self._count_refunds(charge)
        self.tell("refund.created", refund)
        self.tell("charge.refunded", charge)
        return refund

    def end_refund(self, refund: Entity, status: str, reason: str | None = None) -> None:
        """It came through, or came back."""
        charge = self.objects[refund["charge"]]
        refund["status"] = status
        refund.pop("pending_reason", None)
        if status in ("failed", "canceled"):
            moved = self.move(
                "refund_failure", "refund_failure", refund["amount"], refund["currency"], refund["id"]
            )
            refund["failure_balance_transaction"] = moved["id"]
            if reason:
                refund["failure_reason"] = reason
            self._count_refunds(charge)
        self.tell("refund.failed" if status == "failed" else "refund.updated", refund)
        self.tell("charge.refund.updated", refund)

    def _count_refunds(self, charge: Entity) -> None:
        charge["amount_refunded"] = self.refunded(charge)
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]

    def refunded(self, charge: Entity) -> int:
        """What was paid back, or is on its way."""
        return sum(
            refund["amount"]
            for refund in self.all_of("refund", charge=charge["id"])
            if refund["status"] not in ("failed", "canceled")
        )

    # --- what the test reads

    def books(self) -> dict[str, Any]:
        """By our payment id (the intent's own id where it has none of ours), in ISO 4217's minor units."""
        books: dict[str, Any] = {}
        charges, refunded = self._sums()
        for intent in self.all_of("payment_intent"):
            currency = intent["currency"]
            line = books.setdefault(
                intent["metadata"].get("payment_id", intent["id"]),
                {
                    "held": 0,
                    "captured": 0,
                    "refunded": 0,
                    "charges": 0,
                    "objects": 0,
                    "currency": currency.upper(),
                },
            )
            line["objects"] += 1
            line["held"] += in_our_units(intent["amount_capturable"], currency)
            for charge in charges.get(intent["id"], ()):
                line["charges"] += 1
                line["captured"] += in_our_units(charge["amount_captured"], currency)
                line["refunded"] += in_our_units(refunded.get(charge["id"], 0), currency)
        return books

    def _sums(self) -> tuple[dict[str, list[Entity]], dict[str, int]]:
        """Charges that succeeded by their intent, and what was refunded of each: read once, as tests ask often."""
        charges: dict[str, list[Entity]] = {}
        refunded: dict[str, int] = {}
        for entity in self.objects.values():
            if entity["object"] == "charge" and entity["status"] == "succeeded":
                charges.setdefault(entity["payment_intent"], []).append(entity)
            elif entity["object"] == "refund" and entity["status"] not in ("failed", "canceled"):
                refunded[entity["charge"]] = refunded.get(entity["charge"], 0) + entity["amount"]
        return charges, refunded

    def signed(self, event: dict[str, Any], secret: str, at: int) -> tuple[dict[str, str], bytes]:
        """As Stripe sends it: pretty-printed JSON, and `t=,v1=` over `t.body`."""
        body = json.dumps(event, indent=2, ensure_ascii=False).encode()
        mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"stripe-signature": f"t={at},v1={mac}", "content-type": "application/json; charset=utf-8"}
        return headers, body

"""What really happens to money at the fake Razorpay, and what it would tell of it."""

import hashlib
import hmac
import json
import time
from typing import Any

from tests.processors.fakes import razorpay_objects as make
from tests.processors.fakes.base import Fake
from tests.processors.fakes.exchange import FakeReply
from tests.processors.fakes.razorpay_objects import Entity

KEY_ID = "rzp_test_fakefakefake01"
KEY_SECRET = "fakefakefakefakefakefake"

MOST_MINUTES = 7200
"""After these even what would be captured by itself goes back: five days."""
IN_TENS = {"BHD", "IQD", "JOD", "KWD", "OMR", "TND"}


class Refused(Exception):
    """A 400."""

    def __init__(self, text: str, field: str | None = None, status: int = 400) -> None:
        super().__init__(text)
        self.reply = FakeReply(status, make.error(text, field))


class RazorpayBooks(Fake):
    """One account. Switches beside the faults: `unique_receipt` (an order's receipt that was seen is refused),
    `captures_itself` (as for merchants with direct settlement), `refunds_are` (what refunds are at first),
    `has_balance` (else refunds are refused), `most` (of an amount), `other_body_status` (of a refund's key with
    another body: the documents say 400 in one place and 409 in another).
    """

    def __init__(self) -> None:
        super().__init__()
        self.unique_receipt = False
        self.captures_itself = False
        self.refunds_are = "processed"
        self.has_balance = True
        self.most = 10**12
        self.other_body_status = 400
        self.offset = 0
        self.orders: dict[str, Entity] = {}
        self.payments: dict[str, Entity] = {}
        self.refunds: dict[str, Entity] = {}
        self.disputes: dict[str, Entity] = {}
        self.settled: dict[str, Entity] = {}
        self.lines: list[Entity] = []
        self.cards: dict[str, Entity] = {}
        self.tries: dict[str, list[Entity]] = {}
        self.expiry: dict[str, int] = {}
        self.keys: dict[str, tuple[bytes, FakeReply]] = {}

    def now(self) -> int:
        """Unix seconds of this fake."""
        return int(time.time()) + self.offset

    def signed(self, event: Entity, secret: str, at: int = 0) -> tuple[dict[str, str], bytes]:
        """An event as it is sent; its signature has no time, so `at` is not asked."""
        body = json.dumps({name: value for name, value in event.items() if name != "id"}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {
            "content-type": "application/json",
            "x-razorpay-event-id": event["id"],
            "x-razorpay-signature": signature,
        }, body

    def books(self) -> dict[str, Any]:
        """By our payment id: `held`, `captured`, `refunded` of it, in `charges` payments of `objects` orders."""
        books: dict[str, Any] = {}
        for order in self.orders.values():
            book = books.setdefault(
                order["receipt"] or order["id"],
                {"currency": order["currency"]}
                | dict.fromkeys(("held", "captured", "refunded", "charges", "objects"), 0),
            )
            book["objects"] += 1
            for payment in self.payments_of(order):
                book["held"] += payment["amount"] if payment["status"] == "authorized" else 0
                book["captured"] += payment["amount"] if payment["captured"] else 0
                book["refunded"] += payment["amount_refunded"] if payment["captured"] else 0
                book["charges"] += payment["status"] == "authorized" or payment["captured"]
        return books

    # --- what happens to money

    def payments_of(self, order: Entity) -> list[Entity]:
        """Every try, in the order in which they were made."""
        return self.tries.get(order["id"], [])

    def tell(self, kind: str, **entities: Entity) -> None:
        """Keep an event, with the objects as they are now."""
        self.events.append(make.event(kind, self.now(), **entities))

    def begin(self, order: Entity, method: str, **given: Any) -> Entity:
        """A new try of the shopper's."""
        payment = make.payment(order, method, self.now(), **given)
        self.payments[payment["id"]] = payment
        self.tries.setdefault(order["id"], []).append(payment)
        if payment["card_id"]:
            self.cards[payment["id"]] = make.card(
                payment, given.get("last4", "1111"), given.get("network", "Visa")
            )
        order["attempts"] += 1
        order["status"] = "attempted" if order["status"] == "created" else order["status"]
        return payment

    def hold(self, payment: Entity) -> Entity:
        """Authorised. Where the order is paid already, or its expiry is over, it is given back at once."""
        payment |= {name: None for name in payment if name.startswith("error_")} | {"status": "authorized"}
        self.tell("payment.authorized", payment=payment)
        if self.orders[payment["order_id"]]["status"] == "paid" or self.is_expired(payment):
            self.give_back(payment)
        elif self.captures_itself or self.expiry[payment["order_id"]] == 0:
            self.take(payment)
        return payment

    def is_expired(self, payment: Entity) -> bool:
        """Whether nobody may capture it any more. The order's expiry counts from the try's begin."""
        minutes = self.expiry[payment["order_id"]] or MOST_MINUTES
        return self.now() - int(payment["created_at"]) >= minutes * 60

    def take(self, payment: Entity) -> Entity:
        """Captured, by whomever."""
        order = self.orders[payment["order_id"]]
        fee = payment["amount"] * 2 // 100
        tax = fee * 18 // 100
        payment |= {"status": "captured", "captured": True, "fee": fee + tax, "tax": tax}
        order |= {"status": "paid", "amount_paid": payment["amount"], "amount_due": 0}
        self.tell("payment.captured", payment=payment)
        self.tell("order.paid", payment=payment, order=order)
        return payment

    def give_back(self, payment: Entity) -> None:
        """Back to the shopper, uncaptured."""
        refund = make.refund(payment, payment["amount"], {}, "processed", self.now())
        self.refunds[refund["id"]] = refund
        payment |= {"status": "refunded", "amount_refunded": payment["amount"], "refund_status": "full"}
        self.tell("refund.created", refund=refund, payment=payment)
        self.tell("refund.processed", refund=refund, payment=payment)

    def pay_back(self, payment: Entity, fields: Entity) -> Entity:
        """A refund of what was captured. Raises `Refused`."""
        only(fields, {"amount", "speed", "notes", "receipt", "reverse_all"})
        if not payment["captured"]:
            raise Refused("The payment status should be captured for action to be taken")
        left = payment["amount"] - payment["amount_refunded"]
        if left == 0:
            raise Refused("The payment has been fully refunded already")
        amount = fields.get("amount", left)
        require_amount(amount, payment["currency"], self.most)
        if amount > left:
            raise Refused("The refund amount provided is greater than amount captured", "amount")
        if not self.has_balance:
            raise Refused("Your account does not have enough balance to carry out the refund operation.")
        refund = make.refund(payment, amount, fields, self.refunds_are, self.now())
        self.refunds[refund["id"]] = refund
        self.count_refunded(payment, amount)
        self.tell("refund.created", refund=refund, payment=payment)
        if refund["status"] == "failed":
            self.count_refunded(payment, -amount)
        if refund["status"] != "pending":
            self.tell(f"refund.{refund['status']}", refund=refund, payment=payment)
        return refund

    def count_refunded(self, payment: Entity, amount: int) -> None:
        """More (or, of one that failed, less) of a payment is refunded."""
        refunded = payment["amount_refunded"] + amount
        status = None if refunded == 0 else "full" if refunded == payment["amount"] else "partial"
        payment |= {"amount_refunded": refunded, "refund_status": status}
        payment["status"] = "refunded" if status == "full" else "captured"


def only(fields: Entity, allowed: set[str]) -> None:
    """Raises `Refused` for a field that is not asked for."""
    other = sorted(set(fields) - allowed)
    if other:
        raise Refused(f"{', '.join(other)} is/are not required and should not be sent")


def require_amount(amount: Any, currency: Any, most: int) -> None:
    """What an order, a capture or a refund may be of. Raises `Refused`."""
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise Refused("The amount must be an integer.", "amount")
    if not isinstance(currency, str) or len(currency) != 3 or not currency.isupper():
        raise Refused("Currency is not supported", "currency")
    if amount < 100 and currency == "INR":
        raise Refused("The amount must be at least INR 1.00.", "amount")
    if amount < 1 or (currency in IN_TENS and amount % 10):
        raise Refused("The amount is invalid", "amount")
    if amount > most:
        raise Refused("Amount exceeds maximum amount allowed.", "amount")

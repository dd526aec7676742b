"""What really happens to money at the fake Cashfree, and what it would tell of it."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from tests.processors.fakes import cashfree_objects as make
from tests.processors.fakes.base import Fake
from tests.processors.fakes.cashfree_objects import Entity
from tests.processors.fakes.exchange import FakeReply

CLIENT_ID = "TEST430329fakefakefakefake00000001"
CLIENT_SECRET = "whsec_fakeFAKEfakeFAKE0001"
"""Notices are signed with it: the one that tests send notices with (`tests.support.processors`)."""

HOLD_SECONDS = 7 * 86400
BANK_SECONDS = 15 * 60
"""For so long a try may take; then it is called failed."""


class Refused(Exception):
    """A refusal."""

    def __init__(self, message: str, code: str = "request_invalid", status: int = 400, **more: str) -> None:
        super().__init__(message)
        self.reply = FakeReply(status, make.error(message, code, **more))


class CashfreeBooks(Fake):
    """One account. Switches beside the faults: `preauth` (card payments are held), `refunds_are` (what refunds are
    at first), `most` (of an amount), `captures_later` (a capture is pending before it is done).
    """

    def __init__(self) -> None:
        super().__init__()
        self.preauth = True
        self.refunds_are = "SUCCESS"
        self.captures_later = False
        self.most = 10**12
        self.offset = 0
        self.orders: dict[str, Entity] = {}
        self.tries: dict[str, list[Entity]] = {}
        self.refunds: dict[str, Entity] = {}
        self.disputes: dict[str, Entity] = {}
        self.settled: list[Entity] = []
        self.payouts: dict[str, Entity] = {}
        self.keys: dict[str, tuple[bytes, FakeReply, float]] = {}

    def now(self) -> float:
        """Seconds of this fake."""
        return time.time() + self.offset

    def signed(self, event: Entity, secret: str, at: int = 0) -> tuple[dict[str, str], bytes]:
        """An event as it is sent, signed at `at`."""
        body = json.dumps({name: value for name, value in event.items() if name != "id"}).encode()
        moment = str(at * 1000)
        mac = hmac.new(secret.encode(), moment.encode() + body, hashlib.sha256).digest()
        return {
            "content-type": "application/json",
            "x-webhook-attempt": "1",
            "x-webhook-signature": base64.b64encode(mac).decode(),
            "x-webhook-timestamp": moment,
            "x-webhook-version": "2025-01-01",
            "x-idempotency-key": event["id"],
        }, body

    def books(self) -> dict[str, Any]:
        """By our payment id: `held`, `captured`, `refunded` of it, in `charges` payments of `objects` orders."""
        books: dict[str, Any] = {}
        for order in self.orders.values():
            paid = [one for one in self.payments_of(order) if one["payment_status"] in ("SUCCESS", "VOID")]
            books[order["order_id"]] = {
                "currency": order["order_currency"],
                "held": sum(one["payment_amount"] for one in paid if is_held(one)),
                "captured": sum(map(taken_of, paid)),
                "refunded": sum(map(self.refunded_of, paid)),
                "charges": len(paid),
                "objects": 1,
            }
        return books

    # --- what happens to money

    def payments_of(self, order: Entity) -> list[Entity]:
        """Every try, in the order in which they were made."""
        return self.tries[order["order_id"]]

    def refunded_of(self, payment: Entity) -> int:
        """What has gone back of a payment, or is on its way."""
        return sum(
            one["refund_amount"]
            for one in self.refunds.values()
            if one["cf_payment_id"] == payment["cf_payment_id"]
            and one["refund_status"] != "CANCELLED"
            and one["refund_id"][:8] != "released"
        )

    def tell(self, kind: str, currency: str, **data: Any) -> None:
        """Keep an event, with the objects as they are now."""
        self.events.append(make.event(kind, currency, self.now(), **data))

    def tell_payment(self, kind: str, payment: Entity) -> None:
        """Of a try that has ended."""
        order = self.orders[payment["order_id"]]
        told = {name: order[name] for name in ("order_id", "order_amount", "order_currency", "order_tags")}
        self.tell(
            f"PAYMENT_{kind}_WEBHOOK", payment["payment_currency"], order=told, payment=payment,
            customer_details=order["customer_details"],
        )  # fmt: skip

    def begin(self, order: Entity, **given: Any) -> Entity:
        """A new try of the shopper's."""
        payment = make.payment(order, self.now(), **given)
        self.payments_of(order).append(payment)
        return payment

    def succeed(self, payment: Entity) -> Entity:
        """Held by an account with pre-authorisation, if it is by card; else taken."""
        is_taken = not self.preauth or "upi" in payment["payment_method"]
        payment |= {"payment_status": "SUCCESS", "is_captured": is_taken, "error_details": None}
        payment |= {"payment_completion_time": make.iso(self.now()), "bank_reference": make.number()}
        self.orders[payment["order_id"]]["order_status"] = "PAID"
        self.tell_payment("SUCCESS", payment)
        return payment

    def come_to_nothing(self, payment: Entity, reason: str) -> Entity:
        """A try that failed; the order's termination may have waited for it."""
        payment |= make.failed(reason) | {"payment_completion_time": make.iso(self.now())}
        order = self.orders[payment["order_id"]]
        if order["order_status"] == "TERMINATION_REQUESTED" and not self.under_way(order):
            order["order_status"] = "TERMINATED"
        self.tell_payment("USER_DROPPED" if reason == "USER_DROPPED" else "FAILED", payment)
        return payment

    def under_way(self, order: Entity) -> list[Entity]:
        """Tries that may still end well."""
        return [one for one in self.payments_of(order) if one["payment_status"] == "PENDING"]

    def take(self, payment: Entity, amount: int) -> Entity:
        """Captured; the rest is released. Raises `Refused`."""
        if not is_held(payment) or payment["authorization"]:
            raise Refused("transaction is already captured or void", "request_failed")
        if not 1 <= amount <= payment["payment_amount"]:
            raise Refused("capture amount is more than what was authorised", "amount_invalid")
        payment["authorization"] = make.authorization("CAPTURE", amount, self.now())
        if self.captures_later:
            payment["authorization"]["status"] = "PENDING"
        else:
            payment["is_captured"] = True
        return payment

    def release(self, payment: Entity) -> Entity:
        """Void. Raises `Refused`."""
        if not is_held(payment) or payment["authorization"]:
            raise Refused("transaction is already captured or void", "request_failed")
        payment |= {"payment_status": "VOID", "authorization": make.authorization("VOID", None, self.now())}
        return payment

    def pay_back(self, order: Entity, amount: int, fields: Entity) -> Entity:
        """A refund of what was taken in an order: of the first payment that has so much left. Raises `Refused`."""
        taken = [one for one in self.payments_of(order) if taken_of(one)]
        if not taken:
            raise Refused("order has no successful payment", "order_not_paid")
        left = [one for one in taken if taken_of(one) - self.refunded_of(one) >= amount]
        if not left or amount < 1:
            raise Refused("refund amount is more than what is left", "refund_amount_invalid")
        refund = make.refund(left[0], amount, fields, self.refunds_are, self.now())
        self.refunds[refund["refund_id"]] = refund
        if refund["refund_status"] != "PENDING":
            self.tell_refund(refund)
        return refund

    def tell_refund(self, refund: Entity) -> None:
        """Of a refund that has ended."""
        kind = "AUTO_REFUND_STATUS_WEBHOOK" if "AUTO" in refund["refund_type"] else "REFUND_STATUS_WEBHOOK"
        self.tell(kind, refund["refund_currency"], refund=refund)


def is_held(payment: Entity) -> bool:
    """Whether it is reserved, and neither taken nor released."""
    return payment["payment_status"] == "SUCCESS" and not payment["is_captured"]


def taken_of(payment: Entity) -> int:
    """What was taken of it."""
    if payment["payment_status"] != "SUCCESS" or not payment["is_captured"]:
        return 0
    asked = payment["authorization"] or {}
    return int(asked.get("captured_amount", payment["payment_amount"]))

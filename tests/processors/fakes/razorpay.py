"""Razorpay's API as far as we use it, with the behaviour of its documents. What really happens is in its books."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from tests.processors.fakes import razorpay_objects as make
from tests.processors.fakes.exchange import FakeReply, FakeRequest
from tests.processors.fakes.faults import FaultKind
from tests.processors.fakes.razorpay_acts import INDIA, RazorpayActs
from tests.processors.fakes.razorpay_books import KEY_ID, KEY_SECRET, Refused, only, require_amount
from tests.processors.fakes.razorpay_objects import Entity

ORDER_FIELDS = {
    *("amount", "currency", "receipt", "notes", "payment"),
    *("partial_payment", "payment_capture", "customer_id"),
}


class FakeRazorpay(RazorpayActs):
    """The HTTP side of one account."""

    name = "razorpay"

    # --- the server

    def operation_of(self, request: FakeRequest) -> str:
        """By method and path. Closing, releasing and looking up are the same calls."""
        last = request.path.rpartition("/")[2]
        if request.method == "POST":
            return {"orders": "prepare", "capture": "capture", "refund": "refund"}.get(last, "other")
        if last == "orders" and "receipt" not in request.query:
            return "list" if "from" in request.query else "check"
        for part in ("disputes", "settlements"):
            if f"/{part}" in request.path:
                return part
        return "look_up"

    def answer(self, request: FakeRequest) -> FakeReply:
        """Do it."""
        try:
            self._check_key(request)
            reply = self._route(request)
        except Refused as refused:
            reply = refused.reply
        reply.headers["date"] = format_datetime(datetime.fromtimestamp(self.now(), UTC), usegmt=True)
        reply.body = json.loads(json.dumps(reply.body))
        return reply

    def conflict(self) -> FakeReply:
        """A refund's key that is under way."""
        return FakeReply(409, make.error("Another request with the same idempotency key is still in progress."))

    def refused_key(self) -> FakeReply:
        """A wrong key."""
        return FakeReply(401, make.error("Authentication failed"))

    def twisted(self, body: Any, kind: FaultKind) -> Any:
        """Each object of an answer, told wrongly. The mode is told by none."""
        for one in body.get("items", [body]) if isinstance(body, dict) else []:
            if kind == "other_amount" and "amount" in one:
                one["amount"] += 1
            if kind == "other_currency" and "currency" in one:
                one["currency"] = "USD" if one["currency"] != "USD" else "EUR"
            if kind == "unknown_value" and "status" in one:
                one["status"] = "a_status_of_tomorrow"
        return body

    # --- the API

    def _check_key(self, request: FakeRequest) -> None:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            key_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            key_id, secret = "", ""
        if kind != "Basic" or not re.match(r"rzp_(test|live)_", key_id) or secret != KEY_SECRET:
            raise Refused("Authentication failed", status=401)

    def _route(self, request: FakeRequest) -> FakeReply:
        routes: dict[tuple[str, str], Callable[..., Any]] = {
            ("POST", r"/v1/orders"): self._make_order,
            ("GET", r"/v1/orders"): self._list_orders,
            ("GET", r"/v1/orders/(\w+)"): lambda _, one: self._get(self.orders, one),
            ("GET", r"/v1/orders/(\w+)/payments"): self._list_payments,
            ("GET", r"/v1/payments/(\w+)"): self._get_payment,
            ("POST", r"/v1/payments/(\w+)/capture"): self._capture,
            ("POST", r"/v1/payments/(\w+)/refund"): self._refund,
            ("GET", r"/v1/payments/(\w+)/refunds"): self._list_refunds,
            ("GET", r"/v1/refunds"): lambda request: self._page(request, self.refunds.values()),
            ("GET", r"/v1/refunds/(\w+)"): lambda _, one: self._get(self.refunds, one),
            ("GET", r"/v1/disputes"): lambda request: self._page(request, self.disputes.values()),
            ("GET", r"/v1/disputes/(\w+)"): lambda _, one: self._get(self.disputes, one),
            ("GET", r"/v1/settlements/recon/combined"): self._report,
            ("GET", r"/v1/settlements/(\w+)"): lambda _, one: self._get(self.settled, one),
        }
        for (method, path), act in routes.items():
            found = re.fullmatch(path, request.path)
            if method == request.method and found:
                body = act(request, *found.groups())
                return body if isinstance(body, FakeReply) else FakeReply(200, body)
        raise Refused("The requested URL was not found on the server.")

    def _get(self, of: dict[str, Entity], name: str) -> Entity:
        if name not in of:
            raise Refused("The id provided does not exist")
        return of[name]

    def _page(self, request: FakeRequest, found: Any, most: int = 100) -> Entity:
        """The newest first, ten unless asked."""
        query = request.query
        count, skip = int(query.get("count", 10)), int(query.get("skip", 0))
        if not 1 <= count <= most:
            raise Refused(f"The count must be between 1 and {most}.", "count")
        since, until = int(query.get("from", 0)), int(query.get("to", 2**40))
        fitting = [one for one in reversed(list(found)) if since <= one["created_at"] <= until]
        items = sorted(fitting, key=lambda one: -one["created_at"])[skip : skip + count]
        return {"entity": "collection", "count": len(items), "items": items}

    def _make_order(self, request: FakeRequest) -> Entity:
        fields = request.fields
        only(fields, ORDER_FIELDS)
        require_amount(fields.get("amount"), fields.get("currency"), self.most)
        receipt = fields.get("receipt")
        if receipt is not None and len(receipt) > 40:
            raise Refused("The receipt may not be greater than 40 characters.", "receipt")
        if self.unique_receipt and any(one["receipt"] == receipt for one in self.orders.values()):
            raise Refused("Order receipt should be unique.", "receipt")
        minutes = _expiry(fields.get("payment", {"capture": "automatic"}))
        order = make.order(fields, self.now())
        self.orders[order["id"]] = order
        self.expiry[order["id"]] = minutes
        return order

    def _list_orders(self, request: FakeRequest) -> Entity:
        """`receipt` finds what contains it."""
        part = request.query.get("receipt", "")
        return self._page(request, [one for one in self.orders.values() if part in (one["receipt"] or "")])

    def _list_payments(self, request: FakeRequest, name: str) -> Entity:
        """All of them; this list has no pages."""
        items = self.payments_of(self._get(self.orders, name))[::-1]
        return {"entity": "collection", "count": len(items), "items": items}

    def _get_payment(self, request: FakeRequest, name: str) -> Entity:
        payment = self._get(self.payments, name)
        with_card = request.query.get("expand[]") == "card" and name in self.cards
        return payment | ({"card": self.cards[name]} if with_card else {})

    def _capture(self, request: FakeRequest, name: str) -> Entity:
        payment = self._get(self.payments, name)
        only(request.fields, {"amount", "currency", "notes"})
        require_amount(request.fields.get("amount"), request.fields.get("currency"), self.most)
        if payment["captured"]:
            raise Refused("This payment has already been captured")
        if payment["status"] != "authorized":
            raise Refused("Only payments which have been authorized and not yet captured can be captured")
        order = self.orders[payment["order_id"]]
        if order["status"] == "paid":
            raise Refused("Your payment has been declined as the order is already paid.")
        if (request.fields["amount"], request.fields["currency"]) != (payment["amount"], payment["currency"]):
            raise Refused("Capture amount must be equal to the amount authorized", "amount")
        return self.take(payment)

    def _refund(self, request: FakeRequest, name: str) -> FakeReply:
        key = request.headers.get("x-refund-idempotency")
        if key is not None:
            if len(key) < 10:
                raise Refused("The idempotency key must be at least 10 characters long.")
            if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
                raise Refused(
                    "The idempotency key must only contain alphanumeric characters, underscores, and hyphens"
                )
            if key in self.keys:
                body, reply = self.keys[key]
                if body != request.body:
                    text = "Different request with the same idempotency key has already been processed."
                    raise Refused(text, status=self.other_body_status)
                return FakeReply(reply.status, reply.body)
        refund = dict(self.pay_back(self._get(self.payments, name), request.fields))
        if key is not None:
            self.keys[key] = (request.body, FakeReply(200, refund))
        return FakeReply(200, refund)

    def _list_refunds(self, request: FakeRequest, name: str) -> Entity:
        self._get(self.payments, name)
        return self._page(request, [one for one in self.refunds.values() if one["payment_id"] == name])

    def _report(self, request: FakeRequest) -> Entity:
        wanted = {part: int(request.query[part]) for part in ("year", "month", "day")}
        found = [
            one
            for one in self.lines
            for at in [datetime.fromtimestamp(one["settled_at"], INDIA)]
            if wanted == {"year": at.year, "month": at.month, "day": at.day}
        ]
        return self._page(request, found, 1000)


def _expiry(payment: Any) -> int:
    """Minutes until an authorised payment is given back; 0: it is captured by itself."""
    options = payment.get("capture_options", {})
    if payment.get("capture") == "automatic":
        return 0
    minutes = options.get("manual_expiry_period", 7200)
    if not isinstance(minutes, int) or not 12 <= minutes <= 7200:
        raise Refused("The manual expiry period must be between 12 and 7200.", "manual_expiry_period")
    if options and options.get("refund_speed") not in ("normal", "optimum"):
        raise Refused("The refund speed field is required.", "refund_speed")
    return minutes


FAKE = FakeRazorpay

__all__ = ["FAKE", "KEY_ID", "KEY_SECRET", "FakeRazorpay"]

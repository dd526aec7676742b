"""Cashfree's API as far as we use it, with the behaviour of its documents. What really happens is in its books.

Strict where the real one is: a field that is not of a call is refused, as is an amount that is no JSON number of
at most two decimals; an id of an order or a refund is taken once; a key that comes again with another body is
refused, and with the same one gets the first answer, for a day.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from tests.processors.fakes import cashfree_objects as make
from tests.processors.fakes.cashfree_acts import CashfreeActs
from tests.processors.fakes.cashfree_books import CLIENT_ID, CLIENT_SECRET, Refused, is_held
from tests.processors.fakes.cashfree_objects import Entity
from tests.processors.fakes.exchange import FakeReply, FakeRequest
from tests.processors.fakes.faults import FaultKind

_KEPT_SECONDS = 24 * 3600
_NAME = r"[A-Za-z0-9_-]{1,50}"
_ORDER_FIELDS = {
    *("order_id", "order_amount", "order_currency", "customer_details", "order_meta", "order_expiry_time"),
    *("order_note", "order_tags"),
}


class FakeCashfree(CashfreeActs):
    """The HTTP side of one account."""

    name = "cashfree"

    # --- the server

    def operation_of(self, request: FakeRequest) -> str:
        """By method, path and what is asked."""
        last = request.path.rpartition("/")[2]
        if request.method == "PATCH":
            return "close"
        if request.method == "POST":
            if last == "authorization":
                return "void" if request.fields.get("action") == "VOID" else "capture"
            return {"orders": "prepare", "refunds": "refund"}.get(last, "report")
        return {"disputes": "disputes", "no-such-order": "check"}.get(last, "look_up")

    def answer(self, request: FakeRequest) -> FakeReply:
        """Do it, once per key."""
        key = request.headers.get("x-idempotency-key")
        try:
            self._check_key(request)
            kept = None if key is None else self._kept(request, key)
            reply = kept or self._route(request)
        except Refused as refused:
            reply = refused.reply
        reply.headers["date"] = format_datetime(datetime.fromtimestamp(self.now(), UTC), usegmt=True)
        reply.body = json.loads(json.dumps(reply.body))
        if key is not None and reply.status < 300:
            kept_reply = FakeReply(reply.status, json.loads(json.dumps(reply.body)))
            self.keys.setdefault(key, (request.body, kept_reply, self.now()))
        return reply

    def conflict(self) -> FakeReply:
        """The same thing is under way."""
        return FakeReply(409, make.error("a request for this is being processed", "request_in_progress"))

    def refused_key(self) -> FakeReply:
        """A wrong secret."""
        return FakeReply(401, make.error("authentication Failed", "request_failed", "authentication_error"))

    def too_many(self) -> FakeReply:
        """Too many requests, told as Cashfree does: in a header of its own."""
        body = make.error("Too many requests from IP. Check headers", "request_failed", "rate_limit_error")
        return FakeReply(429, body, {"x-ratelimit-limit": "30", "x-ratelimit-retry": "1"})

    def twisted(self, body: Any, kind: FaultKind) -> Any:
        """Each object of an answer, told wrongly. The mode is told by none."""
        for one in body if isinstance(body, list) else [body]:
            _twist(one, kind)
            _twist(one.get("authorization") or {}, kind)
        return body

    # --- the API

    def _check_key(self, request: FakeRequest) -> None:
        headers = request.headers
        if not re.fullmatch(r"(TEST)?430329fake\w+", headers.get("x-client-id", "")):
            raise Refused("authentication Failed", "request_failed", 401, kind="authentication_error")
        if headers.get("x-client-secret") != CLIENT_SECRET:
            raise Refused("authentication Failed", "request_failed", 401, kind="authentication_error")
        if not re.fullmatch(r"20\d\d-\d\d-\d\d", headers.get("x-api-version", "")):
            raise Refused("api version is missing or invalid", "version_invalid")

    def _kept(self, request: FakeRequest, key: str) -> FakeReply | None:
        try:
            UUID(key)
        except ValueError:
            raise Refused("x-idempotency-key is no UUID", "x-idempotency-key_invalid") from None
        if key not in self.keys or self.now() - self.keys[key][2] >= _KEPT_SECONDS:
            self.keys.pop(key, None)
            return None
        body, reply, _ = self.keys[key]
        if body != request.body:
            text = "Idempotency key was used with another request"
            raise Refused(text, "request_invalid", 422, kind="idempotency_error")
        return FakeReply(reply.status, json.loads(json.dumps(reply.body)), {"x-idempotency-replayed": "true"})

    def _route(self, request: FakeRequest) -> FakeReply:
        order = rf"/pg/orders/({_NAME})"
        routes: dict[tuple[str, str], Callable[..., Any]] = {
            ("POST", r"/pg/orders"): self._make_order,
            ("GET", order): lambda _, name: self._order(name),
            ("PATCH", order): self._terminate,
            ("GET", rf"{order}/payments"): lambda _, name: self.payments_of(self._order(name)),
            ("POST", rf"{order}/authorization"): self._authorization,
            ("POST", rf"{order}/refunds"): self._refund,
            ("GET", rf"{order}/refunds"): self._list_refunds,
            ("GET", rf"{order}/refunds/({_NAME})"): self._get_refund,
            ("GET", rf"{order}/disputes"): self._list_disputes,
            ("POST", r"/pg/recon"): self._recon,
            ("POST", r"/pg/settlement/recon"): self._settlement_recon,
            ("POST", r"/pg/settlements"): self._list_settlements,
        }
        for (method, path), act in routes.items():
            found = re.fullmatch(path, request.path)
            if method == request.method and found:
                body = act(request, *found.groups())
                currency = self.orders[found[1]]["order_currency"] if found.groups() else "INR"
                if path == r"/pg/orders":
                    currency = body["order_currency"]
                return FakeReply(200, make.as_wire(body, currency))
        raise Refused("bad URL, please check API documentation", "request_failed", 404)

    def _order(self, name: str) -> Entity:
        if name not in self.orders:
            raise Refused("Order Reference Id does not exist", "order_not_found", 404)
        return self.orders[name]

    def _make_order(self, request: FakeRequest) -> Entity:
        fields = request.fields
        only(fields, _ORDER_FIELDS)
        name, currency, shopper = (
            fields.get("order_id"),
            fields.get("order_currency"),
            fields.get("customer_details"),
        )
        if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]{3,45}", name):
            raise Refused("order_id : should be alphanumeric, '_' and '-' only", "order_id_invalid")
        if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency):
            raise Refused("order_currency : is invalid", "order_currency_invalid")
        if not isinstance(shopper, dict) or not re.fullmatch(r"\d{10}", str(shopper.get("customer_phone"))):
            raise Refused("customer_details.customer_phone : is invalid", "customer_phone_invalid")
        if not re.fullmatch(r"[A-Za-z0-9]{3,50}", str(shopper.get("customer_id"))):
            raise Refused("customer_details.customer_id : should be alphanumeric", "customer_id_invalid")
        amount = self._amount(request, "order_amount", currency)
        if amount < 10 ** make.DIGITS.get(currency, 2) or amount > self.most:
            raise Refused("order_amount : is out of range", "order_amount_invalid")
        if name in self.orders:
            raise Refused("order with same id is already present", "order_already_exists", 409)
        order = make.order(fields, amount, self.now())
        self.orders[name], self.tries[name] = order, []
        return order

    def _amount(self, request: FakeRequest, name: str, currency: str) -> int:
        """In the least unit. The number is read as it was written: a float's digits would be seen."""
        value = json.loads(request.body, parse_float=Decimal).get(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != round(value, 2):
            raise Refused(f"{name} : is no number of at most two decimals", f"{name}_invalid")
        minor = Decimal(value).scaleb(make.DIGITS.get(currency, 2))
        if minor != int(minor):
            raise Refused(f"{name} : has more decimals than {currency}", f"{name}_invalid")
        return int(minor)

    def _terminate(self, request: FakeRequest, name: str) -> Entity:
        only(request.fields, {"order_status"})
        order = self._order(name)
        if request.fields.get("order_status") != "TERMINATED":
            raise Refused("order_status : should be TERMINATED", "order_status_invalid")
        if order["order_status"] not in ("ACTIVE", "TERMINATION_REQUESTED"):
            raise Refused("order is not active", "order_inactive")
        order["order_status"] = "TERMINATION_REQUESTED" if self.under_way(order) else "TERMINATED"
        return order

    def _authorization(self, request: FakeRequest, name: str) -> Entity:
        only(request.fields, {"action", "amount"})
        order = self._order(name)
        held = [one for one in self.payments_of(order) if is_held(one)]
        if not held:
            raise Refused("order has no authorised transaction", "request_failed")
        if request.fields.get("action") == "VOID":
            return self.release(held[0])
        if request.fields.get("action") != "CAPTURE":
            raise Refused("action : should be CAPTURE or VOID", "action_invalid")
        return self.take(held[0], self._amount(request, "amount", order["order_currency"]))

    def _refund(self, request: FakeRequest, name: str) -> Entity:
        only(request.fields, {"refund_amount", "refund_id", "refund_note", "refund_speed"})
        order, refund_id = self._order(name), request.fields.get("refund_id")
        if not isinstance(refund_id, str) or not re.fullmatch(r"[A-Za-z0-9_-]{3,40}", refund_id):
            raise Refused("refund_id : is invalid", "refund_id_invalid")
        if not 3 <= len(request.fields.get("refund_note", "none")) <= 100:
            raise Refused("refund_note : should be of 3 to 100 characters", "refund_note_invalid")
        amount = self._amount(request, "refund_amount", order["order_currency"])
        if refund_id in self.refunds:
            raise Refused("refund with same id is already present", "refund_already_exists", 409)
        return self.pay_back(order, amount, request.fields)

    def _list_refunds(self, request: FakeRequest, name: str) -> list[Entity]:
        order = self._order(name)
        return [one for one in self.refunds.values() if one["order_id"] == order["order_id"]]

    def _get_refund(self, request: FakeRequest, name: str, refund_id: str) -> Entity:
        self._order(name)
        found = self.refunds.get(refund_id)
        if found is None or found["order_id"] != name:
            raise Refused("refund does not exist", "refund_not_found", 404)
        return found

    def _list_disputes(self, request: FakeRequest, name: str) -> list[Entity]:
        self._order(name)
        return [one for one in self.disputes.values() if one["order_details"]["order_id"] == name]

    # --- reports

    def _recon(self, request: FakeRequest) -> Entity:
        """Payments and refunds by their time."""
        events = []
        for order in self.orders.values():
            for one in self.payments_of(order):
                parts = {
                    "order": {"order_id": order["order_id"]},
                    "payment": {"cf_payment_id": one["cf_payment_id"]},
                }
                parts["event"] = {"event_status": one["payment_status"]}
                currency, amount = one["payment_currency"], one["payment_amount"]
                events.append(
                    make.recon("PAYMENT", one["cf_payment_id"], amount, currency, one["_began"], **parts)
                )
        for one in self.refunds.values():
            parts = {"order": {"order_id": one["order_id"]}, "refund": {"refund_id": one["refund_id"]}}
            name, currency = one["cf_refund_id"], one["refund_currency"]
            events.append(make.recon("REFUND", name, one["refund_amount"], currency, one["_made"], **parts))
        return self._page(request, events, lambda one: str(one["event_details"]["event_time"]))

    def _settlement_recon(self, request: FakeRequest) -> Entity:
        return self._page(request, self.settled, lambda one: str(one["settlement_details"]["settlement_date"]))

    def _list_settlements(self, request: FakeRequest) -> Entity:
        wanted = request.fields["filters"]["cf_settlement_ids"]
        found = [one for name, one in self.payouts.items() if name in wanted]
        return {"cursor": None, "limit": len(found), "data": found}

    def _page(self, request: FakeRequest, found: list[Entity], time_of: Callable[[Entity], str]) -> Entity:
        span, asked = request.fields["filters"], request.fields["pagination"]
        start, end = (datetime.fromisoformat(span[name]) for name in ("start_date", "end_date"))
        fitting = [one for one in found if start <= datetime.fromisoformat(time_of(one)) <= end]
        first, limit = int(asked.get("cursor") or 0), asked["limit"]
        if not 10 <= limit <= 1000:
            raise Refused("pagination.limit : should be from 10 to 1000", "limit_invalid")
        page, more = fitting[first : first + limit], len(fitting) > first + limit
        return {"cursor": str(first + limit) if more else None, "limit": len(page), "data": page}


def only(fields: Entity, allowed: set[str]) -> None:
    """Raises `Refused` for a field that is not asked for."""
    other = sorted(set(fields) - allowed)
    if other:
        raise Refused(f"{', '.join(other)} : unknown", "request_invalid")


def _twist(one: Entity, kind: FaultKind) -> None:
    for name in list(one):
        if kind == "other_amount" and name.endswith("_amount") and one[name]:
            one[name] = round(one[name] + 0.01, 2)
        if kind == "other_currency" and name.endswith("_currency"):
            one[name] = "USD" if one[name] != "USD" else "EUR"
        if kind == "unknown_value" and name in ("order_status", "payment_status", "refund_status"):
            one[name] = "A_STATUS_OF_TOMORROW"


FAKE = FakeCashfree

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "FAKE", "FakeCashfree"]

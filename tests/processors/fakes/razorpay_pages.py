"""Razorpay's side in the browser: the script, the frame of its Checkout, the bank's page.

Cards: `4000000000000002` is declined, `4000002500003155` asks for 3-D Secure in a window, others are paid.
UPI, where the page offers nothing else: a code on a desktop, apps on a phone; what the bank says is played.
"""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from tests.processors.fakes import pages
from tests.processors.fakes import razorpay_objects as make
from tests.processors.fakes.exchange import FakePage, FakeRequest
from tests.processors.fakes.razorpay_books import KEY_SECRET, RazorpayBooks
from tests.processors.fakes.razorpay_objects import Entity

DECLINED, IN_WINDOW = "4000000000000002", "4000002500003155"


class RazorpayPages(RazorpayBooks):
    """`page` answers what the browser asks for; the rest is a call of the API."""

    def page(self, request: FakeRequest) -> FakePage | None:
        """By method and path."""
        fields = request.fields
        match request.method, request.path:
            case "GET", "/js/checkout.js":
                return pages.script("razorpay.js")
            case "GET", "/js/checkout/public":
                return pages.document("checkout.html", query=_shown(request.query))
            case "POST", "/js/create/checkout":
                return pages.document("checkout.html", query=_shown(fields))
            case "POST", "/js/pay":
                return pages.answer(self._pay(fields, request.headers["host"]))
            case "POST", "/js/upi":
                return pages.answer(self._begin_upi(fields))
            case "POST", "/js/waits":
                payment = self.payments[fields["payment_id"]]
                return pages.answer({"waits": True} if payment["status"] == "created" else _told(payment))
            case "POST", "/js/authenticate":
                return pages.answer(self._authenticate(fields))
            case "POST", "/js/result":
                return pages.answer(_told(self.payments[fields["payment_id"]]))
        return pages.shared(request.path)

    def _authenticate(self, fields: dict[str, Any]) -> dict[str, Any]:
        payment = self.payments[fields["payment_id"]]
        if fields["approve"]:
            self.hold(payment)
        else:
            self._fail(payment, "payment_authentication_failed")
        return {}

    def _refused(self, fields: dict[str, Any]) -> dict[str, Any] | None:
        order = self.orders.get(fields["order_id"])
        if order is None or not str(fields["key_id"]).startswith("rzp_"):
            return _refusal("The id provided does not exist", "input_validation_failed")
        if order["status"] == "paid":
            return _refusal("Payment already done for this order.", "order_already_paid")
        return None

    def _begin_upi(self, fields: dict[str, Any]) -> dict[str, Any]:
        if refused := self._refused(fields):
            return refused
        payment = self.begin(self.orders[fields["order_id"]], "upi")
        link = pages.upi_link(self.name, payment["id"], payment["amount"])
        return {"payment_id": payment["id"], "link": link}

    def _pay(self, fields: dict[str, Any], host: str) -> dict[str, Any]:
        if refused := self._refused(fields):
            return refused
        order = self.orders[fields["order_id"]]
        number = fields["card"]["number"]
        payment = self.begin(order, "card", last4=number[-4:])
        if number == IN_WINDOW:
            query = urlencode({"payment_id": payment["id"]})
            return {"challenge": f"http://{host}/js/bank?{query}", "payment_id": payment["id"]}
        if number == DECLINED:
            self._fail(payment, "card_declined")
        else:
            self.hold(payment)
        return _told(payment)

    def _fail(self, payment: Entity, reason: str) -> None:
        payment |= make.failed(reason)
        self.tell("payment.failed", payment=payment)


def _shown(query: dict[str, Any]) -> str:
    """What the form is opened with, and whether the page offers UPI and nothing else."""
    return pages.in_script(query | ({"by_upi": "1"} if "no_card" in query and "no_upi" not in query else {}))


def _told(payment: Entity) -> dict[str, Any]:
    """What the form hands to the page."""
    if payment["status"] == "failed":
        return _refusal(payment["error_description"], payment["error_reason"], payment)
    signed = f"{payment['order_id']}|{payment['id']}".encode()
    return {
        "response": {
            "razorpay_payment_id": payment["id"],
            "razorpay_order_id": payment["order_id"],
            "razorpay_signature": hmac.new(KEY_SECRET.encode(), signed, hashlib.sha256).hexdigest(),
        }
    }


def _refusal(description: str, reason: str, payment: Entity | None = None) -> dict[str, Any]:
    metadata = {} if payment is None else {"payment_id": payment["id"], "order_id": payment["order_id"]}
    error = {"code": "BAD_REQUEST_ERROR", "description": description, "reason": reason, "metadata": metadata}
    return {"error": json.loads(json.dumps(error | {"source": "customer", "step": "payment_authorization"}))}

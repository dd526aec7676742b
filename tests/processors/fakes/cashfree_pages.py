"""Cashfree's side in the browser: the script, the frame of its checkout, the bank's page.

Cards: `4000000000000002` is declined, `4000002500003155` asks for 3-D Secure in a window, others are paid.
UPI, where the order takes nothing else: a code on a desktop, apps on a phone; what the bank says is played.
"""

from typing import Any
from urllib.parse import urlencode

from tests.processors.fakes import pages
from tests.processors.fakes.cashfree_books import CashfreeBooks
from tests.processors.fakes.cashfree_objects import Entity
from tests.processors.fakes.exchange import FakePage, FakeRequest

DECLINED, IN_WINDOW = "4000000000000002", "4000002500003155"


class CashfreePages(CashfreeBooks):
    """`page` answers what the browser asks for; the rest is a call of the API."""

    def page(self, request: FakeRequest) -> FakePage | None:
        """By method and path."""
        fields = request.fields
        match request.method, request.path:
            case "GET", "/js/cashfree.js":
                return pages.script("cashfree.js")
            case "POST", "/js/sessions":
                return pages.document("checkout.html", query=pages.in_script(self._shown(fields)))
            case "POST", "/js/pay":
                return pages.answer(self._pay(fields, request.headers["host"]))
            case "POST", "/js/upi":
                return pages.answer(self._begin_upi(fields))
            case "POST", "/js/waits":
                payment = self._try(fields["payment_id"])
                waits = payment["payment_status"] == "PENDING"
                return pages.answer({"waits": True} if waits else _told(payment))
            case "POST", "/js/authenticate":
                return pages.answer(self._authenticate(fields))
            case "POST", "/js/result":
                return pages.answer(_told(self._try(fields["payment_id"])))
        return pages.shared(request.path)

    def _shown(self, query: dict[str, Any]) -> dict[str, Any]:
        """What the form is opened with, and whether the order takes UPI and nothing else."""
        order = self._order_of(query["order_id"])
        by_upi = order is not None and order["order_meta"].get("payment_methods") == "upi"
        return query | ({"by_upi": "1"} if by_upi else {})

    def _authenticate(self, fields: dict[str, Any]) -> dict[str, Any]:
        payment = self._try(fields["payment_id"])
        if fields["approve"]:
            self.succeed(payment)
        else:
            self.come_to_nothing(payment, "authentication_failed")
        return {}

    def _order_of(self, session: str) -> Entity | None:
        return next((one for one in self.orders.values() if one["payment_session_id"] == session), None)

    def _payable(self, fields: dict[str, Any]) -> tuple[Entity, None] | tuple[None, dict[str, Any]]:
        """The order, or why it cannot be paid."""
        order = self._order_of(fields["order_id"])
        if order is None:
            return None, _refusal("the session is not there")
        if order["order_status"] != "ACTIVE":
            return None, _refusal(f"the order is {order['order_status']}")
        return order, None

    def _begin_upi(self, fields: dict[str, Any]) -> dict[str, Any]:
        order, refused = self._payable(fields)
        if order is None:
            return refused or {}
        payment = self.begin(order, channel=fields["channel"])
        link = pages.upi_link(self.name, payment["cf_payment_id"], payment["payment_amount"])
        return {"payment_id": payment["cf_payment_id"], "link": link}

    def _pay(self, fields: dict[str, Any], host: str) -> dict[str, Any]:
        order, refused = self._payable(fields)
        if order is None:
            return refused or {}
        number = fields["card"]["number"]
        payment = self.begin(order, last4=number[-4:])
        if number == IN_WINDOW:
            query = urlencode({"payment_id": payment["cf_payment_id"]})
            return {"challenge": f"http://{host}/js/bank?{query}", "payment_id": payment["cf_payment_id"]}
        if number == DECLINED:
            self.come_to_nothing(payment, "bank_rejected")
        else:
            self.succeed(payment)
        return _told(payment)

    def _try(self, name: str) -> Entity:
        tries = (one for order in self.orders.values() for one in self.payments_of(order))
        return next(one for one in tries if str(one["cf_payment_id"]) == str(name))


def _told(payment: Entity) -> dict[str, Any]:
    if payment["payment_status"] == "SUCCESS":
        return {"response": {"order_id": payment["order_id"]}}
    return _refusal("your bank has declined the payment")


def _refusal(description: str) -> dict[str, Any]:
    return {"error": {"description": description}}

"""What the shopper, the banks and Razorpay's dashboard do, played by a test.

Time is the machine's, moved on by `do_advance`: then a try that was begun fails, and what nobody has captured is
given back.
"""

import hashlib
import hmac
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.processors.fakes import razorpay_objects as make
from tests.processors.fakes.razorpay_books import KEY_SECRET
from tests.processors.fakes.razorpay_objects import Entity
from tests.processors.fakes.razorpay_pages import RazorpayPages

INDIA = timezone(timedelta(hours=5, minutes=30))
BANK_SECONDS = 600
"""For so long a bank may take; then a try is called failed."""


class RazorpayActs(RazorpayPages):
    """`do_…`, called by `act`. Payments are named by our id, refunds by ours or Razorpay's. What Razorpay would
    refuse answers `{"refused": why}` and changes nothing. Amounts in minor units; None: all of it.
    """

    def do_pay(self, payment_id: str, method: str = "card", another: bool = False, **given: Any) -> Entity:
        """The shopper pays; also after `process_later`, unless `another` begins beside it. Answers what the form
        hands to the page. `given`: `order`, `last4`, `network`, `vpa`, or a wrong `amount` or `currency`.
        """
        order = self.order_of(payment_id, given.pop("order", None))
        if order["status"] == "paid":
            return {"refused": "order_already_paid"}
        under_way = [one for one in self.payments_of(order) if one["status"] == "created"]
        payment = under_way[-1] if under_way and not another else self.begin(order, method, **given)
        self.hold(payment)
        signed = f"{payment['order_id']}|{payment['id']}".encode()
        return {
            "razorpay_order_id": payment["order_id"],
            "razorpay_payment_id": payment["id"],
            "razorpay_signature": hmac.new(KEY_SECRET.encode(), signed, hashlib.sha256).hexdigest(),
        }

    do_authorize = do_pay
    """The same: orders of ours are captured by hand, so who pays only authorises."""

    def do_decline(self, payment_id: str, code: str = "card_declined", method: str = "card") -> Entity:
        """The bank says no: to the try that is under way, else to a new one. `code`: an `error_reason`."""
        order = self.order_of(payment_id)
        if order["status"] == "paid":
            return {"refused": "order_already_paid"}
        under_way = [one for one in self.payments_of(order) if one["status"] == "created"]
        payment = under_way[-1] if under_way else self.begin(order, method)
        payment |= make.failed(code)
        self.tell("payment.failed", payment=payment)
        return payment

    def do_process_later(self, payment_id: str, method: str = "upi") -> Entity:
        """A try is begun, and waits for the shopper's app or the bank."""
        return self.begin(self.order_of(payment_id), method)

    def do_authorize_late(self, payment_id: str) -> Entity:
        """A try that was called failed had been debited after all."""
        return self.hold(self.newest(payment_id, "failed"))

    def do_capture_in_dashboard(self, payment_id: str) -> Entity:
        """The merchant captures."""
        return self.take(self.newest(payment_id, "authorized"))

    def do_refund_in_dashboard(self, payment_id: str, amount: int | None = None) -> Entity:
        """The merchant pays back; nothing of ours is on it."""
        fields = {} if amount is None else {"amount": amount}
        return self.pay_back(self.newest(payment_id, "captured"), fields)

    def do_refunds(self, payment_id: str) -> list[Entity]:
        """All refunds of a payment of ours."""
        charges = {one["id"] for order in self.orders_of(payment_id) for one in self.payments_of(order)}
        return [one for one in self.refunds.values() if one["payment_id"] in charges]

    def do_refunds_become(self, status: str) -> Entity:
        """What refunds made from now on are at first: `processed` (or `succeeded`), `pending`, `failed`."""
        self.refunds_are = "processed" if status == "succeeded" else status
        return {"status": status}

    def do_settle_refund(self, refund: str) -> Entity:
        """A pending refund reaches the shopper."""
        found = self.refund_of(refund)
        found["status"] = "processed"
        self.tell("refund.processed", refund=found, payment=self.payments[found["payment_id"]])
        return found

    def do_fail_refund(self, refund: str) -> Entity:
        """It does not, and the money is back in the account."""
        found = self.refund_of(refund)
        payment = self.payments[found["payment_id"]]
        found["status"] = "failed"
        self.count_refunded(payment, -found["amount"])
        self.tell("refund.failed", refund=found, payment=payment)
        return found

    def do_dispute(self, payment_id: str, amount: int | None = None) -> Entity:
        """The shopper's bank disputes a payment. No money moves before it is lost."""
        payment = self.newest(payment_id, "captured", "refunded")
        dispute = make.dispute(payment, amount or payment["amount"], self.now())
        self.disputes[dispute["id"]] = dispute
        self.tell("payment.dispute.created", payment=payment, dispute=dispute)
        return dispute

    def do_close_dispute(self, dispute: str, status: str = "won") -> Entity:
        """It is decided (`won`, `lost`, `closed`), or goes on (`under_review`)."""
        found = self.disputes[dispute]
        found |= {"status": status, "amount_deducted": found["amount"] if status == "lost" else 0}
        self.tell(f"payment.dispute.{status}", payment=self.payments[found["payment_id"]], dispute=found)
        return found

    def do_switch(self, name: str, value: Any) -> Entity:
        """Set one of the switches."""
        assert hasattr(self, name), name
        setattr(self, name, value)
        return {name: value}

    def do_forget_keys(self) -> Entity:
        """Idempotency keys are kept for some time only."""
        self.keys.clear()
        return {}

    def do_advance(self, seconds: int) -> Entity:
        """Time goes by."""
        self.offset += seconds
        for payment in list(self.payments.values()):
            if payment["status"] == "created" and self.now() - payment["created_at"] >= BANK_SECONDS:
                payment |= make.failed("payment_timed_out")
                self.tell("payment.failed", payment=payment)
            if payment["status"] == "authorized" and self.is_expired(payment):
                self.give_back(payment)
        return {"now": self.now()}

    def do_settle(self) -> Entity:
        """Pay out what is not yet: payments after fees, less refunds and lost disputes. Answers the day and the
        settlement's id."""
        done = {one["entity_id"] for one in self.lines}
        settlement = make.settlement(self.now())
        lines = [line for line in self._unsettled(settlement) if line["entity_id"] not in done]
        settlement["amount"] = sum(one["credit"] - one["debit"] for one in lines)
        settlement["fees"], settlement["tax"] = sum(one["fee"] for one in lines), sum(one["tax"] for one in lines)
        self.settled[settlement["id"]] = settlement
        self.lines += lines
        self.tell("settlement.processed", settlement=settlement)
        day = datetime.fromtimestamp(self.now(), INDIA).date()
        return {"day": day.isoformat(), "payouts": [settlement["id"]]}

    def _unsettled(self, settlement: Entity) -> list[Entity]:
        captured = [one for one in self.payments.values() if one["captured"]]
        lines = [
            make.line(
                one,
                "payment",
                one["amount"] - one["fee"],
                0,
                settlement,
                fee=one["fee"],
                tax=one["tax"],
                order_id=one["order_id"],
                order_receipt=self.orders[one["order_id"]]["receipt"],
                method=one["method"],
            )
            for one in captured
        ]
        for one in self.refunds.values():
            if one["status"] == "processed" and self.payments[one["payment_id"]]["captured"]:
                more = {"payment_id": one["payment_id"], "notes": one["notes"]}
                lines.append(make.line(one, "refund", 0, one["amount"], settlement, **more))
        for one in self.disputes.values():
            if one["amount_deducted"]:
                lost = one | {"id": f"adj_{one['id'][5:]}"}
                more = {"payment_id": one["payment_id"], "dispute_id": one["id"]}
                lines.append(make.line(lost, "adjustment", 0, one["amount_deducted"], settlement, **more))
        return lines

    # --- who is meant

    def orders_of(self, payment_id: str) -> list[Entity]:
        """All that were made for a payment of ours, the oldest first. Raises `LookupError` where there is none."""
        found = [one for one in self.orders.values() if one["receipt"] == payment_id]
        if not found:
            raise LookupError(f"no order of {payment_id}")
        return found

    def order_of(self, payment_id: str, order: str | None = None) -> Entity:
        """The order whose form the shopper sees: the first, unless it is said."""
        return self.orders[order] if order else self.orders_of(payment_id)[0]

    def newest(self, payment_id: str, *statuses: str) -> Entity:
        """The newest try of these statuses. Raises `LookupError` where there is none."""
        tries = [one for order in self.orders_of(payment_id) for one in self.payments_of(order)]
        for one in reversed(tries):
            if one["status"] in statuses:
                return one
        raise LookupError(f"no payment of {payment_id} is {' or '.join(statuses)}")

    def refund_of(self, refund: str) -> Entity:
        """By our refund id or Razorpay's. Raises `LookupError`."""
        for one in self.refunds.values():
            if refund in (one["id"], one["receipt"]):
                return one
        raise LookupError(f"no refund {refund}")

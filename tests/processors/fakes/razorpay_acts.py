"""What the shopper, the banks and Razorpay's dashboard do, played by a test.

Time is the machine's, moved on by `do_advance`: then a try that was begun fails, and what nobody has captured is
given back.
"""

import hashlib
import hmac
from typing import Any

from tests.processors.fakes import razorpay_objects as make
from tests.processors.fakes.razorpay_books import KEY_SECRET, RazorpayBooks
from tests.processors.fakes.razorpay_objects import Entity

BANK_SECONDS = 600
"""For so long a bank may take; then a try is called failed."""


class RazorpayActs(RazorpayBooks):
    """Acts are `do_…`; payments are named by our payment id, refunds by Razorpay's id or ours."""

    def _order_of(self, payment_id: str) -> Entity:
        return next(one for one in self.orders.values() if one["receipt"] == payment_id)

    def _newest(self, payment_id: str, *statuses: str) -> Entity:
        found = [
            one
            for one in self.payments.values()
            if self.orders[one["order_id"]]["receipt"] == payment_id and one["status"] in statuses
        ]
        return found[-1]

    def _refund_named(self, refund: str) -> Entity:
        """By Razorpay's id or ours."""
        return next(one for one in self.refunds.values() if refund in (one["id"], one["receipt"]))

    def _try(self, payment_id: str, method: str, order: str | None = None, **given: Any) -> Entity:
        """A new try of the shopper's, begun, in the order that was made first for this payment of ours."""
        found = self.orders[order] if order else self._order_of(payment_id)
        payment = make.payment(found, method, self.now(), **given)
        self.payments[payment["id"]] = payment
        self.tries.setdefault(found["id"], []).append(payment)
        if payment["card_id"]:
            self.cards[payment["id"]] = make.card(
                payment, given.get("last4", "1111"), given.get("network", "Visa")
            )
        found["attempts"] += 1
        found["status"] = "attempted" if found["status"] == "created" else found["status"]
        return payment

    def do_pay(self, payment_id: str, method: str = "card", **given: Any) -> dict[str, str]:
        """The shopper pays. Returns what the form hands to the page."""
        payment = self.hold(self._try(payment_id, method, **given))
        signed = f"{payment['order_id']}|{payment['id']}".encode()
        return {
            "razorpay_order_id": payment["order_id"],
            "razorpay_payment_id": payment["id"],
            "razorpay_signature": hmac.new(KEY_SECRET.encode(), signed, hashlib.sha256).hexdigest(),
        }

    do_authorize = do_pay
    """Every order of ours is captured by hand: who pays, authorises."""

    def do_decline(self, payment_id: str, code: str = "card_declined", method: str = "card") -> str:
        """A try is refused: the one that is under way, else a new one."""
        under_way = [one for one in self.payments_of(self._order_of(payment_id)) if one["status"] == "created"]
        payment = under_way[-1] if under_way else self._try(payment_id, method)
        payment |= make.failed(code)
        self.tell("payment.failed", payment=payment)
        return str(payment["id"])

    def do_process_later(self, payment_id: str, method: str = "upi") -> str:
        """A try is begun, and waits for the shopper's app or the bank."""
        return str(self._try(payment_id, method)["id"])

    def do_complete(self, payment_id: str) -> str:
        """The try that is under way succeeds."""
        return str(self.hold(self._newest(payment_id, "created"))["id"])

    def do_authorize_late(self, payment_id: str) -> str:
        """A try that was called failed had been debited after all."""
        return str(self.hold(self._newest(payment_id, "failed"))["id"])

    def do_capture_in_dashboard(self, payment_id: str) -> str:
        """Somebody else captures."""
        return str(self.take(self._newest(payment_id, "authorized"))["id"])

    def do_refund_in_dashboard(self, payment_id: str, amount: int) -> str:
        """The merchant pays back, and not through us."""
        return str(self.pay_back(self._newest(payment_id, "captured"), {"amount": amount})["id"])

    def do_settle_refund(self, refund: str) -> None:
        """A pending refund reaches the shopper."""
        found = self._refund_named(refund)
        found["status"] = "processed"
        self.tell("refund.processed", refund=found, payment=self.payments[found["payment_id"]])

    def do_fail_refund(self, refund: str) -> None:
        """It does not, and the money is back in the account."""
        found = self._refund_named(refund)
        payment = self.payments[found["payment_id"]]
        found["status"] = "failed"
        self.count_refunded(payment, -found["amount"])
        self.tell("refund.failed", refund=found, payment=payment)

    def do_dispute(self, payment_id: str, amount: int) -> str:
        """The shopper's bank disputes a payment."""
        payment = self._newest(payment_id, "captured", "refunded")
        dispute = make.dispute(payment, amount, self.now())
        self.disputes[dispute["id"]] = dispute
        self.tell("payment.dispute.created", payment=payment, dispute=dispute)
        return str(dispute["id"])

    def do_decide_dispute(self, dispute: str, status: str) -> None:
        """`under_review`, `won`, `lost` or `closed`."""
        found = self.disputes[dispute]
        found |= {"status": status, "amount_deducted": found["amount"] if status == "lost" else 0}
        self.tell(f"payment.dispute.{status}", payment=self.payments[found["payment_id"]], dispute=found)

    def do_switch(self, name: str, value: Any) -> None:
        """Set one of the switches."""
        assert hasattr(self, name), name
        setattr(self, name, value)

    def do_forget_keys(self) -> None:
        """Idempotency keys are kept for some time only."""
        self.keys.clear()

    def do_advance(self, seconds: int) -> None:
        """Time passes."""
        self.offset += seconds
        for payment in list(self.payments.values()):
            if payment["status"] == "created" and self.now() - payment["created_at"] >= BANK_SECONDS:
                payment |= make.failed("payment_timed_out")
                self.tell("payment.failed", payment=payment)
            if payment["status"] == "authorized" and self.is_expired(payment):
                self.give_back(payment)

    def do_settle(self) -> str:
        """Pay out everything that is not yet: payments after fees, less refunds and what disputes have cost."""
        done = {one["entity_id"] for one in self.lines}
        settlement = make.settlement(self.now())
        lines = [line for line in self._unsettled(settlement) if line["entity_id"] not in done]
        settlement["amount"] = sum(one["credit"] - one["debit"] for one in lines)
        settlement["fees"], settlement["tax"] = sum(one["fee"] for one in lines), sum(one["tax"] for one in lines)
        self.settled[settlement["id"]] = settlement
        self.lines += lines
        return str(settlement["id"])

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

"""What the shopper, the banks and Cashfree's dashboard do, played by a test.

Time is the machine's, moved on by `do_advance`: then a try that was begun fails, a hold ends, orders expire.
"""

from datetime import datetime
from typing import Any

from tests.processors.fakes import cashfree_objects as make
from tests.processors.fakes.cashfree_books import (
    BANK_SECONDS,
    HOLD_SECONDS,
    Refused,
    is_held,
    taken_of,
)
from tests.processors.fakes.cashfree_objects import Entity
from tests.processors.fakes.cashfree_pages import CashfreePages

_ORDER_SECONDS = 30 * 86400
_REFUNDS = {"succeeded": "SUCCESS", "pending": "PENDING", "failed": "CANCELLED", "onhold": "ONHOLD"}
_OUR_WORDS = {"SUCCESS": "processed", "PENDING": "pending", "ONHOLD": "pending", "CANCELLED": "failed"}


class CashfreeActs(CashfreePages):
    """`do_…`, called by `act`. Payments are named by our id, refunds by ours or Cashfree's. What Cashfree would
    refuse answers `{"refused": why}` and changes nothing. Amounts in minor units; None: all of it.
    """

    def do_pay(self, payment_id: str, another: bool = False, **given: Any) -> Entity:
        """The shopper pays: the try that is under way, else a new one; with `another` one that was begun before
        the order was paid. `given`: `last4`, `network`, `vpa`, or a wrong `amount` or `currency`.
        """
        order = self.order_of(payment_id)
        under_way = self.under_way(order)
        if (
            order["order_status"] != "ACTIVE"
            and not under_way
            and not (another and order["order_status"] == "PAID")
        ):
            return {"refused": order["order_status"]}
        return self.succeed(under_way[-1] if under_way and not another else self.begin(order, **given))

    do_authorize = do_pay
    """The same: whether it is held or taken is the account's to say."""

    def do_decline(self, payment_id: str, code: str = "bank_rejected") -> Entity:
        """The bank says no: to the try that is under way, else to a new one."""
        order = self.order_of(payment_id)
        under_way = self.under_way(order)
        if order["order_status"] != "ACTIVE" and not under_way:
            return {"refused": order["order_status"]}
        return self.come_to_nothing(under_way[-1] if under_way else self.begin(order), code)

    def do_process_later(self, payment_id: str) -> Entity:
        """A try is begun, and waits for the shopper's app or the bank."""
        order = self.order_of(payment_id)
        if order["order_status"] != "ACTIVE":
            return {"refused": order["order_status"]}
        return self.begin(order)

    def do_authorize_late(self, payment_id: str) -> Entity:
        """A try that was called failed had been debited after all."""
        return self.succeed(self.newest(payment_id, lambda one: one["payment_status"] == "FAILED"))

    def do_capture_in_dashboard(self, payment_id: str, amount: int | None = None) -> Entity:
        """The merchant captures; what was taken at once (UPI) is taken already."""
        if not any(is_held(one) for one in self.payments_of(self.order_of(payment_id))):
            return {"refused": "nothing is held"}
        held = self.newest(payment_id, is_held)
        return self.take(held, held["payment_amount"] if amount is None else amount)

    def do_finish_capture(self, payment_id: str) -> Entity:
        """A capture that was pending is done."""
        held = self.newest(payment_id, is_held)
        held["authorization"]["status"], held["is_captured"] = "SUCCESS", True
        return held

    def do_cancel_in_dashboard(self, payment_id: str) -> Entity:
        """The merchant releases what is held, or terminates an order that nobody has paid."""
        order = self.order_of(payment_id)
        held = [one for one in self.payments_of(order) if is_held(one)]
        if held:
            return self.release(held[0])
        if order["order_status"] != "ACTIVE":
            return {"refused": order["order_status"]}
        order["order_status"] = "TERMINATION_REQUESTED" if self.under_way(order) else "TERMINATED"
        return order

    def do_refund_in_dashboard(self, payment_id: str, amount: int | None = None) -> Entity:
        """The merchant pays back; nothing of ours is on it."""
        order = self.order_of(payment_id)
        left = max((taken_of(one) - self.refunded_of(one) for one in self.payments_of(order)), default=0)
        made = self.pay_back(order, left if amount is None else amount, {})
        return made | {"id": made["cf_refund_id"]}

    def do_release_as_refund(self, payment_id: str) -> Entity:
        """What a capture in part has left is released, and told as a refund that Cashfree makes by itself."""
        paid = self.newest(payment_id, lambda one: taken_of(one) > 0)
        fields = {"refund_id": f"released_{make.number()}", "_type": "PAYMENT_AUTO_REFUND"}
        left = paid["payment_amount"] - taken_of(paid)
        made = make.refund(paid, left, fields, "SUCCESS", self.now())
        self.refunds[made["refund_id"]] = made
        self.tell_refund(made)
        return made

    def do_refund_by_itself(self, payment_id: str, charge: str) -> Entity:
        """Cashfree gives a payment back that it takes for one too many."""
        paid = next(one for one in self.payments_of(self.order_of(payment_id)) if one["cf_payment_id"] == charge)
        fields = {"_type": "PAYMENT_AUTO_REFUND"}
        made = make.refund(paid, taken_of(paid), fields, "SUCCESS", self.now())
        self.refunds[made["refund_id"]] = made
        self.tell_refund(made)
        return made | {"id": made["cf_refund_id"]}

    def do_refunds(self, payment_id: str) -> list[Entity]:
        """All refunds of a payment of ours, in words that all fakes have. `receipt`: our id."""
        ours = [one for one in self.refunds.values() if one["order_id"] == payment_id]
        return [
            {
                "id": one["cf_refund_id"],
                "receipt": name if (name := one["refund_id"].partition("-")[0])[:4] in ("rfnd", "unex") else None,
                "amount": one["refund_amount"],
                "status": _OUR_WORDS[one["refund_status"]],
            }
            for one in ours
        ]

    def do_refunds_become(self, status: str) -> Entity:
        """What refunds made from now on are at first: `succeeded`, `pending`, `onhold`, `failed`."""
        self.refunds_are = _REFUNDS.get(status, status.upper())
        return {"status": status}

    def do_settle_refund(self, refund: str) -> Entity:
        """A pending refund reaches the shopper."""
        return self._end_refund(refund, "SUCCESS")

    def do_fail_refund(self, refund: str) -> Entity:
        """It does not, and the money is back in the account."""
        return self._end_refund(refund, "CANCELLED")

    def _end_refund(self, refund: str, status: str) -> Entity:
        found = self.refund_of(refund)
        found |= {"refund_status": status, "processed_at": make.iso(self.now())}
        self.tell_refund(found)
        return found

    def do_dispute(self, payment_id: str, amount: int | None = None) -> Entity:
        """The shopper's bank disputes a payment."""
        paid = self.newest(payment_id, lambda one: taken_of(one) > 0)
        dispute = make.dispute(paid, amount or taken_of(paid), self.now())
        self.disputes[str(dispute["dispute_id"])] = dispute
        self._tell_dispute("CREATED", dispute)
        return dispute | {"id": str(dispute["dispute_id"])}

    def do_close_dispute(self, dispute: str, status: str = "won") -> Entity:
        """It is decided (`won`, `lost`), or goes on (`under_review`)."""
        found = self.disputes[dispute]
        end = "UNDER_REVIEW" if status == "under_review" else f"MERCHANT_{status.upper()}"
        found |= {"dispute_status": f"CHARGEBACK_{end}", "resolved_at": make.iso(self.now()), "_ended": self.now()}
        self._tell_dispute("UPDATED" if status == "under_review" else "CLOSED", found)
        return found

    def _tell_dispute(self, kind: str, dispute: Entity) -> None:
        told = {name: value for name, value in dispute.items() if name != "order_details"}
        currency = dispute["dispute_amount_currency"]
        self.tell(f"DISPUTE_{kind}", currency, dispute=told, order_details=dispute["order_details"])

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
        for order in list(self.orders.values()):
            for one in list(self.payments_of(order)):
                if one["payment_status"] == "PENDING" and self.now() - one["_began"] >= BANK_SECONDS:
                    self.come_to_nothing(one, "auth_timeout")
                if is_held(one) and self.now() - one["_began"] >= HOLD_SECONDS:
                    self.release(one)
            made = datetime.fromisoformat(order["created_at"]).timestamp()
            if order["order_status"] == "ACTIVE" and self.now() - made >= _ORDER_SECONDS:
                order["order_status"] = "EXPIRED"
        return {"now": self.now()}

    def do_settle(self, fee: int = 0, tax: int = 0) -> Entity:
        """Pay out what is not yet: payments after fees, less refunds and lost disputes. `fee` and `tax`: what the
        settlement itself costs. Answers the day and the settlement's id."""
        done, name = {one["event_details"]["event_id"] for one in self.settled}, make.number()
        paid_out = {"cf_settlement_id": name, "settlement_date": make.iso(self.now()), "utr": f"PGI{name}"}
        lines = [one for one in self._unsettled(paid_out) if one["event_details"]["event_id"] not in done]
        told = [one["event_details"] for one in lines]
        sums = [(1 if one["sale_type"] == "CREDIT" else -1) * one["event_settlement_amount"] for one in told]
        self.settled += lines
        self.payouts[name] = {
            "cf_settlement_id": name, "settlement_utr": paid_out["utr"], "amount_settled": sum(sums) - fee - tax,
            "settlement_charge": fee, "settlement_tax": tax, "settlement_currency": "INR",
        }  # fmt: skip
        return {"day": datetime.fromtimestamp(self.now(), make.INDIA).date().isoformat(), "payouts": [name]}

    def _unsettled(self, paid_out: Entity) -> list[Entity]:
        lines = []
        for one in (one for order in self.orders.values() for one in self.payments_of(order) if taken_of(one)):
            fee = taken_of(one) * 2 // 100
            tax = fee * 18 // 100
            told = {"event_service_charge": fee, "event_service_tax": tax}
            told["event_settlement_amount"] = taken_of(one) - fee - tax
            lines.append(self._line("PAYMENT", one["cf_payment_id"], taken_of(one), one, paid_out, event=told))
        debit = {"sale_type": "DEBIT"}
        for back in self.refunds.values():
            if back["refund_status"] == "SUCCESS" and not back["refund_id"].startswith("released"):
                paid, parts = self.charge_of(back), {"refund": {"refund_id": back["refund_id"]}, "event": debit}
                amount = back["refund_amount"]
                lines.append(self._line("REFUND", back["cf_refund_id"], amount, paid, paid_out, **parts))
        for lost in self.disputes.values():
            if lost["dispute_status"].endswith("_LOST"):
                paid, name = self.charge_of(lost["order_details"]), str(lost["dispute_id"])
                lines.append(self._line("CHARGEBACK", name, lost["dispute_amount"], paid, paid_out, event=debit))
        return lines

    def _line(
        self, kind: str, event_id: str, amount: int, paid: Entity, paid_out: Entity, **parts: Entity
    ) -> Entity:
        parts = {"order": {"order_id": paid["order_id"]}, "settlement": paid_out, **parts}
        parts["payment"] = {"cf_payment_id": paid["cf_payment_id"]}
        return make.recon(kind, event_id, amount, paid["payment_currency"], self.now(), **parts)

    # --- who is meant

    def order_of(self, payment_id: str) -> Entity:
        """The order of a payment of ours. Raises `LookupError`."""
        if payment_id not in self.orders:
            raise LookupError(f"no order of {payment_id}")
        return self.orders[payment_id]

    def newest(self, payment_id: str, is_it: Any) -> Entity:
        """The newest try of which this is true. Raises `LookupError` where there is none."""
        for one in reversed(self.payments_of(self.order_of(payment_id))):
            if is_it(one):
                return one
        raise LookupError(f"no such payment of {payment_id}")

    def charge_of(self, entity: Entity) -> Entity:
        """The payment that a refund or a dispute is of."""
        tries = self.tries[entity["order_id"]]
        return next(one for one in tries if one["cf_payment_id"] == entity["cf_payment_id"])

    def refund_of(self, refund: str) -> Entity:
        """By our refund id or Cashfree's. Raises `LookupError`."""
        for one in self.refunds.values():
            if refund in (one["cf_refund_id"], one["refund_id"]):
                return one
        raise LookupError(f"no refund {refund}")


__all__ = ["CashfreeActs", "Refused"]

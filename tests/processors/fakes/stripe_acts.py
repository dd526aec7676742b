"""What everybody else does at a fake Stripe: the shopper, the bank, the merchant in Stripe's dashboard, time.

Payments are named by our id, refunds and disputes by ours or Stripe's. What Stripe would refuse answers
`{"refused": status}` and changes nothing. Amounts are in Stripe's units; None: all of it.
"""

from datetime import UTC, datetime
from typing import Any

from tests.processors.fakes import stripe_objects as objects
from tests.processors.fakes.stripe_objects import Entity
from tests.processors.fakes.stripe_pages import StripePages
from tests.processors.fakes.stripe_state import HOLD_SECONDS, OPEN

_PAYABLE = (*OPEN, "processing")


class StripeActs(StripePages):
    """`do_…`, called by `act`."""

    def do_pay(
        self, payment_id: str, brand: str = "visa", last4: str = "4242", vpa: str = "shopper@okbank"
    ) -> Entity:
        """The shopper pays, and the bank says yes; also after `process_later` or `challenge`."""
        intent = self.intent_of(payment_id)
        if intent["status"] not in _PAYABLE:
            return {"refused": intent["status"]}
        by_upi = intent["payment_method_types"] == ["upi"]
        until = self.now() + HOLD_SECONDS
        self.charge(intent, objects.paid_by_upi(vpa) if by_upi else objects.paid_by_card(brand, last4, until))
        return {"status": intent["status"]}

    def do_authorize(self, payment_id: str, **card: str) -> Entity:
        """The same: whether it is held or taken is the intent's to say."""
        return self.do_pay(payment_id, **card)

    def do_decline(self, payment_id: str, code: str = "card_declined", decline_code: str | None = None) -> Entity:
        """The bank says no. `code` may be a decline code: the one that Stripe tells under `card_declined`."""
        intent = self.intent_of(payment_id)
        if intent["status"] not in _PAYABLE:
            return {"refused": intent["status"]}
        if intent["payment_method_types"] == ["upi"] and code == "card_declined":
            code = "payment_method_provider_decline"
        own = ("card_declined", "expired_card", "incorrect_cvc", "incorrect_number", "processing_error")
        if decline_code is None and code not in own and not code.startswith("payment_"):
            code, decline_code = "card_declined", code
        self.decline(intent, code, decline_code or ("generic_decline" if code == "card_declined" else None))
        return {"status": intent["status"]}

    def do_challenge(self, payment_id: str) -> Entity:
        """The bank wants to see the shopper (3-D Secure): the shopper is sent there."""
        intent = self.intent_of(payment_id)
        if intent["status"] not in OPEN:
            return {"refused": intent["status"]}
        url = f"https://hooks.stripe.com/redirect/authenticate/src_fake?client_secret={intent['client_secret']}"
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": None, "url": url}}
        intent.update(status="requires_action", next_action=action)
        self.tell("payment_intent.requires_action", intent)
        return {"status": intent["status"]}

    def do_process_later(self, payment_id: str) -> Entity:
        """The bank takes its time."""
        intent = self.intent_of(payment_id)
        if intent["status"] not in OPEN:
            return {"refused": intent["status"]}
        intent.update(status="processing", next_action=None)
        self.tell("payment_intent.processing", intent)
        return {"status": intent["status"]}

    def do_cancel_in_dashboard(self, payment_id: str) -> Entity:
        """The merchant cancels."""
        intent = self.intent_of(payment_id)
        if intent["status"] not in (*OPEN, "requires_capture"):
            return {"refused": intent["status"]}
        self.cancel(intent, "requested_by_customer")
        return {"status": intent["status"]}

    def do_capture_in_dashboard(self, payment_id: str, amount: int | None = None) -> Entity:
        """The merchant captures."""
        intent = self.intent_of(payment_id)
        if intent["status"] != "requires_capture":
            return {"refused": intent["status"]}
        self.capture(intent, amount or intent["amount_capturable"])
        return {"status": intent["status"]}

    def do_refund_in_dashboard(self, payment_id: str, amount: int | None = None) -> Entity:
        """The merchant pays back; our metadata is not on it."""
        charge = self.charge_of(payment_id)
        left = charge["amount_captured"] - self.refunded(charge)
        if not charge["captured"] or (amount or left) > left:
            return {"refused": "charge_already_refunded"}
        return self.refund(charge, amount or left, {})

    def do_refunds_become(self, status: str) -> Entity:
        """What refunds made from now on are at first: `succeeded`, `pending`, `requires_action`, `failed`."""
        self.refunds_are = status
        return {"status": status}

    def do_settle_refund(self, refund: str) -> Entity:
        """It came through."""
        found = self.refund_of(refund)
        self.end_refund(found, "succeeded")
        return found

    def do_fail_refund(self, refund: str, reason: str = "expired_or_canceled_card") -> Entity:
        """It came back, also after it had succeeded."""
        found = self.refund_of(refund)
        self.end_refund(found, "failed", reason)
        return found

    def do_cancel_refund(self, refund: str) -> Entity:
        """It was cancelled before it was carried out."""
        found = self.refund_of(refund)
        self.end_refund(found, "canceled")
        return found

    def do_dispute(self, payment_id: str, amount: int | None = None, reason: str = "fraudulent") -> Entity:
        """The shopper's bank takes money back until it is decided."""
        charge = self.charge_of(payment_id)
        amount = amount or charge["amount_captured"]
        dispute = self.add(objects.dispute(charge, amount, reason, "needs_response", self.now()))
        moved = self.move("adjustment", "dispute", -amount, charge["currency"], dispute["id"], stripe_fee=1500)
        dispute["balance_transactions"].append(moved)
        charge["disputed"] = True
        self.tell("charge.dispute.created", dispute)
        self.tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def do_close_dispute(self, dispute: str, status: str = "won") -> Entity:
        """It is decided; what was won comes back."""
        found = self.objects[dispute]
        found["status"] = status
        if status == "won":
            arguments = ("adjustment", "dispute_reversal", found["amount"], found["currency"], found["id"])
            found["balance_transactions"].append(self.move(*arguments))
            self.tell("charge.dispute.funds_reinstated", found)
        self.tell("charge.dispute.closed", found)
        return found

    def do_settle(self, automatic: bool = True) -> Entity:
        """Pay out what is on the balance, by currency; it arrives today. Answers the day and the payouts."""
        now = self.now()
        arrives = now - now % 86400
        open_ones = [item for item in self.all_of("balance_transaction") if item["id"] not in self.in_payout]
        payouts = []
        for currency in dict.fromkeys(item["currency"] for item in open_ones):
            lines = [item for item in open_ones if item["currency"] == currency]
            total = sum(item["net"] for item in lines)
            if total <= 0:
                continue
            live = any(entity.get("livemode") for entity in self.objects.values())
            payout = self.add(objects.payout(total, currency, live, automatic, arrives, now))
            moved = self.move("payout", "payout", -total, currency, payout["id"])
            payout["balance_transaction"] = moved["id"]
            for item in [*lines, moved]:
                item["status"] = "available"
                self.in_payout[item["id"]] = payout["id"]
            self.tell("payout.paid", payout)
            payouts.append(payout["id"])
        return {"day": datetime.fromtimestamp(arrives, UTC).date().isoformat(), "payouts": payouts}

    def do_advance(self, seconds: int) -> Entity:
        """Time goes by: holds run out, idempotency keys are forgotten."""
        self.ahead += seconds
        for intent in self.all_of("payment_intent", status="requires_capture"):
            held_since = self.objects[intent["latest_charge"]]["created"]
            if self.now() - held_since >= HOLD_SECONDS:
                self.cancel(intent, "expired")
        return {"now": self.now()}

    # --- who is meant

    def intent_of(self, payment_id: str) -> Entity:
        """The intent of a payment of ours: the newest that can be paid, else the newest. Raises `LookupError`."""
        found = [one for one in self.all_of("payment_intent") if one["metadata"].get("payment_id") == payment_id]
        if not found:
            raise LookupError(f"no intent of {payment_id}")
        return next((one for one in reversed(found) if one["status"] in OPEN), found[-1])

    def charge_of(self, payment_id: str) -> Entity:
        """The money of a payment of ours. Raises `LookupError`."""
        intents = [one for one in self.all_of("payment_intent") if one["metadata"].get("payment_id") == payment_id]
        for intent in intents:
            for charge in self.all_of("charge", payment_intent=intent["id"], status="succeeded"):
                return charge
        raise LookupError(f"no charge of {payment_id}")

    def refund_of(self, refund: str) -> Entity:
        """By our refund id or Stripe's. Raises `LookupError`."""
        for entity in self.all_of("refund"):
            if refund in (entity["id"], entity["metadata"].get("refund_id")):
                return entity
        raise LookupError(f"no refund {refund}")

    def do_refunds(self, payment_id: str) -> list[Any]:
        """All refunds of a payment."""
        return self.all_of("refund", charge=self.charge_of(payment_id)["id"])

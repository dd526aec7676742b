"""The calls of the fake Stripe: what each one does in its books."""

import re
from collections.abc import Callable
from typing import NoReturn

from tests.processors.fakes import stripe_objects as objects
from tests.processors.fakes.stripe_acts import StripeActs
from tests.processors.fakes.stripe_objects import Entity
from tests.processors.fakes.stripe_state import OPEN
from tests.processors.fakes.stripe_wire import (
    Refused,
    amount_of,
    fits,
    frozen,
    invalid,
    only,
    text_of,
)

_LEAST = {"usd": 50, "eur": 50, "inr": 50, "gbp": 30, "jpy": 50}
_INTENT = r"/v1/payment_intents/(?P<name>[^/]+)"


class StripeCalls(StripeActs):
    """Every call that it answers; a refusal is raised."""

    def __init__(self) -> None:
        super().__init__()
        self.methods_on = {"card", "upi"}
        self.least = dict(_LEAST)
        self.live = False
        """Mode of the call that is answered."""

    def get_account(self, fields: Entity) -> Entity:
        """GET /v1/account."""
        return self.account

    def create_intent(self, fields: Entity) -> Entity:
        """POST /v1/payment_intents."""
        if "payment_method_types" in fields:
            raise Refused(400, "payment_method_types_no_longer_supported", "Allow them", kept=False)
        only(fields, "amount currency capture_method allowed_payment_method_types metadata description")
        currency = text_of(fields, "currency")
        amount = amount_of(fields, "amount", currency)
        if re.fullmatch(r"[a-z]{3}", currency) is None:
            invalid("currency", "Invalid currency")
        if amount < self.least.get(currency, 1):
            raise Refused(400, "amount_too_small", "Less than 50 cents.", param="amount", kept=False)
        if fields.get("capture_method", "automatic") not in ("automatic", "automatic_async", "manual"):
            invalid("capture_method", "Invalid capture_method")
        if any(len(value) > 500 for value in fields.get("metadata", {}).values()):
            invalid("metadata", "Metadata values can have up to 500 characters")
        intent = self.add(objects.intent(fields, self._compatible(fields), self.live, self.now()))
        self.tell("payment_intent.created", intent)
        return intent

    def get_intent(self, fields: Entity, name: str) -> Entity:
        """GET /v1/payment_intents/{id}."""
        return self._get("payment_intent", name)

    def capture_intent(self, fields: Entity, name: str) -> Entity:
        """POST /v1/payment_intents/{id}/capture."""
        only(fields, "amount_to_capture")
        intent = self._get("payment_intent", name)
        if intent["status"] != "requires_capture":
            self._unexpected(intent, "captured", "requires_capture")
        amount = intent["amount_capturable"]
        if "amount_to_capture" in fields:
            amount = amount_of(fields, "amount_to_capture", intent["currency"])
        if amount > intent["amount_capturable"]:
            raise Refused(400, "amount_too_large", "More than what is held", param="amount_to_capture")
        self.capture(intent, amount)
        return intent

    def cancel_intent(self, fields: Entity, name: str) -> Entity:
        """POST /v1/payment_intents/{id}/cancel."""
        only(fields, "cancellation_reason")
        intent = self._get("payment_intent", name)
        if intent["status"] not in (*OPEN, "requires_capture"):
            self._unexpected(intent, "canceled", ", ".join((*OPEN, "requires_capture")))
        self.cancel(intent, fields.get("cancellation_reason"))
        return intent

    def create_refund(self, fields: Entity) -> Entity:
        """POST /v1/refunds."""
        only(fields, "payment_intent amount metadata reason")
        intent = self._get("payment_intent", text_of(fields, "payment_intent"), "payment_intent")
        charges = self.all_of("charge", payment_intent=intent["id"], captured=True)
        if not charges:
            raise Refused(400, None, "This PaymentIntent does not have a successful charge to refund.")
        charge = charges[-1]
        left = charge["amount_captured"] - self.refunded(charge)
        amount = amount_of(fields, "amount", charge["currency"]) if "amount" in fields else left
        if charge["disputed"]:
            raise Refused(400, "charge_disputed", f"Charge {charge['id']} has been charged back.")
        if left == 0:
            raise Refused(400, "charge_already_refunded", f"Charge {charge['id']} has already been refunded.")
        if amount > left:
            raise Refused(400, None, "Refund amount is greater than unrefunded amount on charge", param="amount")
        return self.refund(charge, amount, fields.get("metadata", {}))

    def get_refund(self, fields: Entity, name: str) -> Entity:
        """GET /v1/refunds/{id}."""
        return self._get("refund", name)

    def list_intents(self, fields: Entity) -> Entity:
        """GET /v1/payment_intents."""
        return self._list("payment_intent", "/v1/payment_intents", fields, {"created"})

    def list_refunds(self, fields: Entity) -> Entity:
        """GET /v1/refunds."""
        return self._list("refund", "/v1/refunds", fields, {"payment_intent", "charge", "created"})

    def list_disputes(self, fields: Entity) -> Entity:
        """GET /v1/disputes."""
        return self._list("dispute", "/v1/disputes", fields, {"payment_intent", "charge", "created"})

    def list_payouts(self, fields: Entity) -> Entity:
        """GET /v1/payouts."""
        return self._list("payout", "/v1/payouts", fields, {"arrival_date", "created", "status"})

    def list_transactions(self, fields: Entity) -> Entity:
        """GET /v1/balance_transactions; of a payout, only of one that was made by the schedule."""
        name = fields.pop("payout", None)
        if name is None:
            return self._list("balance_transaction", "/v1/balance_transactions", fields, {"created", "type"})
        if not self._get("payout", name)["automatic"]:
            invalid(
                "payout", "Balance transaction history can only be filtered on automatic transfers, not manual."
            )
        inside = {item for item, payout in self.in_payout.items() if payout == name}
        return self._list("balance_transaction", "/v1/balance_transactions", fields, {"created"}, inside)

    # --- parts of them

    def _get(self, kind: str, name: str, param: str | None = None) -> Entity:
        entity = self.objects.get(name)
        if entity is None or entity["object"] != kind or self._is_live(entity) != self.live:
            message = f"No such {kind}: '{name}'"
            raise Refused(
                404, "resource_missing", message, param=param or kind.removeprefix("payment_"), kept=False
            )
        return entity

    def _is_live(self, entity: Entity) -> bool:
        if "livemode" in entity:
            return bool(entity["livemode"])
        of = self.objects.get(entity.get("charge") or entity.get("source") or "")
        return self._is_live(of) if of is not None else False

    def _compatible(self, fields: Entity) -> list[str]:
        """What is switched on and goes with the rest; of what is allowed, Stripe leaves the others out."""
        found = set(fields.get("allowed_payment_method_types", {}).values() or self.methods_on)
        if fields["currency"] != "inr" or fields.get("capture_method") == "manual":
            found.discard("upi")
        if not found & self.methods_on:
            invalid("allowed_payment_method_types", "No valid payment method types for this Payment Intent.")
        return sorted(found & self.methods_on)

    def _unexpected(self, intent: Entity, verb: str, needed: str) -> NoReturn:
        message = f"This PaymentIntent could not be {verb} because it has a status of {intent['status']}."
        if intent["status"] == "succeeded":
            message = f"This PaymentIntent could not be {verb} because it has already been captured."
        message += f" Only a PaymentIntent with one of the following statuses may be {verb}: {needed}."
        raise Refused(400, "payment_intent_unexpected_state", message, payment_intent=frozen(intent))

    def _list(
        self, kind: str, url: str, fields: Entity, filters: set[str], among: set[str] | None = None
    ) -> Entity:
        limit, after = int(fields.pop("limit", 10)), fields.pop("starting_after", None)
        only(fields, " ".join(filters))
        if not 1 <= limit <= 100:
            invalid("limit", "Invalid limit")
        found = [one for one in reversed(self.all_of(kind)) if self._is_live(one) == self.live]
        found = [one for one in found if among is None or one["id"] in among]
        found = [one for one in found if all(fits(one[name], wanted) for name, wanted in fields.items())]
        if after is not None:
            places = [place for place, one in enumerate(found) if one["id"] == after]
            if not places:
                raise Refused(
                    400, "resource_missing", f"No such {kind}: '{after}'", param="starting_after", kept=False
                )
            found = found[places[0] + 1 :]
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}


ROUTES: tuple[tuple[str, str, str, Callable[..., Entity]], ...] = (
    ("GET", "/v1/account", "check", StripeCalls.get_account),
    ("POST", "/v1/payment_intents", "prepare", StripeCalls.create_intent),
    ("GET", "/v1/payment_intents", "list_since", StripeCalls.list_intents),
    ("GET", _INTENT, "look_up", StripeCalls.get_intent),
    ("POST", f"{_INTENT}/capture", "capture", StripeCalls.capture_intent),
    ("POST", f"{_INTENT}/cancel", "cancel", StripeCalls.cancel_intent),
    ("POST", "/v1/refunds", "refund", StripeCalls.create_refund),
    ("GET", "/v1/refunds", "look_up", StripeCalls.list_refunds),
    ("GET", r"/v1/refunds/(?P<name>[^/]+)", "look_up", StripeCalls.get_refund),
    ("GET", "/v1/disputes", "disputes_of", StripeCalls.list_disputes),
    ("GET", "/v1/payouts", "settlements", StripeCalls.list_payouts),
    ("GET", "/v1/balance_transactions", "settlements", StripeCalls.list_transactions),
)

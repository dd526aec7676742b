"""A Stripe of our own making: its API over `StripeState`, strict where the real one is.

A parameter that is not of a call is refused; a key that comes again with another request is refused, and with the
same one gets the first answer, a 500 included, for a day; an object of the other mode is not there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from tests.processors.fakes import stripe_objects as objects
from tests.processors.fakes.base import FakeReply, FakeRequest, FaultKind
from tests.processors.fakes.stripe_acts import StripeActs
from tests.processors.fakes.stripe_objects import Entity
from tests.processors.fakes.stripe_state import OPEN
from tests.processors.fakes.stripe_wire import (
    Refused,
    amount_of,
    api_key,
    fingerprint,
    fits,
    frozen,
    invalid,
    kept_reply,
    nested,
    only,
    text_of,
)

_KEPT_SECONDS = 24 * 3600
_LEAST = {"usd": 50, "eur": 50, "inr": 50, "gbp": 30, "jpy": 50}
_INTENT = r"/v1/payment_intents/(?P<name>[^/]+)"


@dataclass(slots=True)
class _Kept:
    """A key's first request and answer."""

    request: tuple[str, str]
    reply: FakeReply
    at: int


class StripeFake(StripeActs):
    """Answers as `api.stripe.com` does. Any key of the right shape opens it, except those in `refused_keys`."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[bool, str], _Kept] = {}
        self.refused_keys: set[str] = set()
        self.methods_on = {"card", "upi"}
        self.least = dict(_LEAST)
        self.live = False
        """Mode of the call that is answered."""

    # --- the frame

    def operation_of(self, request: FakeRequest) -> str:
        """A cancel of a hold is `void`, of anything else `close`: the call is the same."""
        for method, pattern, operation, _ in _ROUTES:
            if method == request.method and (found := re.fullmatch(pattern, request.path)):
                if operation == "cancel":
                    intent = self.objects.get(found["name"], {})
                    return "void" if intent.get("status") == "requires_capture" else "close"
                return operation
        return "unknown"

    def answer(self, request: FakeRequest) -> FakeReply:
        """With the key's mode, and once per idempotency key."""
        secret = api_key(request)
        if secret in self.refused_keys or re.fullmatch(r"(sk|rk)_(test|live)_\w+", secret) is None:
            return self.refused_key()
        self.live = "_live_" in secret
        self.key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if self.key is None:
            return self._route(request)[0]
        place, now = (self.live, self.key), self.now()
        kept = self.kept.get(place)
        if kept is not None and now - kept.at < _KEPT_SECONDS:
            if kept.request != fingerprint(request):
                message = (
                    "Keys for idempotent requests can only be used with the same parameters they were first used"
                )
                return Refused(400, None, message, type="idempotency_error").reply
            return FakeReply(kept.reply.status, kept.reply.body, {"idempotent-replayed": "true"})
        reply, is_kept = self._route(request)
        if is_kept:
            self.kept[place] = _Kept(fingerprint(request), kept_reply(reply), now)
        return reply

    def remember(self, request: FakeRequest, reply: FakeReply) -> None:
        """A 500 is kept as well."""
        if (key := request.headers.get("idempotency-key")) and (self.live, key) in self.kept:
            self.kept[self.live, key].reply = reply

    def _route(self, request: FakeRequest) -> tuple[FakeReply, bool]:
        for method, pattern, _, handler in _ROUTES:
            if method == request.method and (found := re.fullmatch(pattern, request.path)):
                fields = nested(request.fields if method == "POST" else request.query)
                expand = list(fields.pop("expand", {}).values())
                try:
                    entity = handler(self, fields, **found.groupdict())
                    return FakeReply(200, self._expanded(frozen(entity), expand)), True
                except Refused as refused:
                    return refused.reply, refused.kept
        message = f"Unrecognized request URL ({request.method}: {request.path})."
        return Refused(404, None, message, kept=False).reply, False

    def _expanded(self, entity: Any, paths: list[str]) -> Any:
        for path in paths:
            first, _, rest = path.partition(".")
            if first == "data" and isinstance(entity.get("data"), list):
                entity["data"] = [self._expanded(item, [rest]) for item in entity["data"]]
            elif first not in entity:
                raise Refused(400, None, f"This property cannot be expanded ({path}).", kept=False)
            elif isinstance(entity[first], str) and entity[first] in self.objects:
                inner = frozen(self.objects[entity[first]])
                entity[first] = self._expanded(inner, [rest]) if rest else inner
        return entity

    # --- what differs from other fakes

    def conflict(self) -> FakeReply:
        """The same key is under way."""
        message = "There is currently another in-progress request using this Idempotent Key"
        return Refused(409, "idempotency_key_in_use", message, type="idempotency_error").reply

    def refused_key(self) -> FakeReply:
        """A wrong key, of which Stripe tells a part."""
        return Refused(401, None, "Invalid API Key provided: sk_test_****wrong", kept=False).reply

    def twisted(self, body: Any, kind: FaultKind) -> Any:
        """Lists too, object by object."""
        if not isinstance(body, dict) or "error" in body:
            return body
        if isinstance(body.get("data"), list):
            return {**body, "data": [self.twisted(item, kind) for item in body["data"]]}
        body = dict(body)
        if kind == "unknown_value" and "status" in body:
            body["status"] = "a_status_of_tomorrow"
        if kind == "other_currency" and "currency" in body:
            body["currency"] = "eur" if body["currency"] == "usd" else "usd"
        if kind == "other_mode" and "livemode" in body:
            body["livemode"] = not body["livemode"]
        if kind == "other_amount":
            for name in ("amount", "amount_capturable", "amount_received"):
                if body.get(name):
                    body[name] += 1
        return body

    # --- the calls

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


_ROUTES: tuple[tuple[str, str, str, Callable[..., Entity]], ...] = (
    ("GET", "/v1/account", "check", StripeFake.get_account),
    ("POST", "/v1/payment_intents", "prepare", StripeFake.create_intent),
    ("GET", "/v1/payment_intents", "list_since", StripeFake.list_intents),
    ("GET", _INTENT, "look_up", StripeFake.get_intent),
    ("POST", f"{_INTENT}/capture", "capture", StripeFake.capture_intent),
    ("POST", f"{_INTENT}/cancel", "cancel", StripeFake.cancel_intent),
    ("POST", "/v1/refunds", "refund", StripeFake.create_refund),
    ("GET", "/v1/refunds", "look_up", StripeFake.list_refunds),
    ("GET", r"/v1/refunds/(?P<name>[^/]+)", "look_up", StripeFake.get_refund),
    ("GET", "/v1/disputes", "disputes_of", StripeFake.list_disputes),
    ("GET", "/v1/payouts", "settlements", StripeFake.list_payouts),
    ("GET", "/v1/balance_transactions", "settlements", StripeFake.list_transactions),
)


FAKE = StripeFake

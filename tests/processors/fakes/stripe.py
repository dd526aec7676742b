"""A Stripe of our own making: its API over `StripeState`, strict where the real one is.

A parameter that is not of a call is refused; a key that comes again with another request is refused, and with the
same one gets the first answer, a 500 included, for a day; an object of the other mode is not there.
"""

import re
from dataclasses import dataclass
from typing import Any

from tests.processors.fakes.exchange import FakeReply, FakeRequest
from tests.processors.fakes.faults import FaultKind
from tests.processors.fakes.stripe_calls import ROUTES, StripeCalls
from tests.processors.fakes.stripe_wire import (
    Refused,
    api_key,
    fingerprint,
    frozen,
    kept_reply,
    nested,
)

_KEPT_SECONDS = 24 * 3600


@dataclass(slots=True)
class _Kept:
    """A key's first request and answer."""

    request: tuple[str, str]
    reply: FakeReply
    at: int


class StripeFake(StripeCalls):
    """Answers as `api.stripe.com` does. Any key of the right shape opens it, except those in `refused_keys`."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[bool, str], _Kept] = {}
        self.refused_keys: set[str] = set()

    # --- the frame

    def operation_of(self, request: FakeRequest) -> str:
        """A cancel of a hold is `void`, of anything else `close`: the call is the same."""
        for method, pattern, operation, _ in ROUTES:
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
        for method, pattern, _, handler in ROUTES:
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


FAKE = StripeFake

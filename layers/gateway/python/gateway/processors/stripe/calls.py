"""Requests of one account at Stripe, and what its refusals mean.

A 400, 402 or 404 is a definite no only where its error says what was wrong with this request. A key that was used
with other parameters (`idempotency_error`) says nothing of what the first request did.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.processors.client import ProcessorClient, Reply
from gateway.processors.protocol import Misconfigured, Mode, Operation, Unknown
from gateway.processors.reading import read_id

Entity = Mapping[str, Any]
"""A JSON object of theirs: intent, charge, refund, dispute."""
Form = Mapping[str, str | int]

API_VERSION: Final = "2026-10-28.endive"
"""Sent with every request, so that an upgrade of the account in Stripe's dashboard changes no answer."""

_REFUSALS: Final = frozenset({"invalid_request_error", "card_error"})
_ID: Final = re.compile(r"[a-z]{2,8}_[A-Za-z0-9_]{1,100}")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Their definite no, about this request. `raw` is for people."""

    code: str | None
    raw: str


@dataclass(frozen=True, slots=True)
class Account:
    """One account's keys. `mode` is the one that the account is of, and that each operation has to be of."""

    client: ProcessorClient
    secret_key: str = field(repr=False)
    publishable_key: str
    mode: Mode

    async def get(self, path: str, **params: str | int) -> Entity:
        """GET one object or page. Raises `Unknown` where they refuse: what is asked for was known to be there."""
        answer = await self._send("GET", path, params=params)
        if isinstance(answer, Refusal):
            raise Unknown("Stripe does not find what it had", raw=answer.raw)
        return answer

    async def post(self, path: str, form: Form, key: str | None = None) -> Entity | Refusal:
        """POST a form. `key`: for 24 h at least, a repeat with it gets the first one's answer."""
        return await self._send("POST", path, form=form, key=key)

    async def pages(self, path: str, **params: str | int) -> AsyncIterator[Entity]:
        """Every object of a list, as it is sorted there (the newest first)."""
        page: dict[str, str | int] = {**params, "limit": 100}
        while True:
            answer = await self.get(path, **page)
            items = answer.get("data")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise Unknown("an answer that is no list")
            for item in items:
                yield item
            if answer.get("has_more") is False:
                return
            if answer.get("has_more") is not True or not items:
                raise Unknown("a list that does not say whether it is whole")
            page["starting_after"] = read_id(items[-1])

    async def _send(self, method: str, path: str, key: str | None = None, **sent: Any) -> Entity | Refusal:
        headers = {"Stripe-Version": API_VERSION} | ({"Idempotency-Key": key} if key else {})
        reply = await self.client.request(method, path, auth=(self.secret_key, ""), headers=headers, **sent)
        if not reply.is_success:
            return _refused(reply)
        if not isinstance(reply.body, dict):
            raise Unknown(f"{reply.status} with a body that is no object")
        return reply.body


def require_mode(account: Account, op: Operation) -> None:
    """Raises `Misconfigured` for an operation of the other mode: nothing is sent."""
    if op.mode != account.mode:
        raise Misconfigured(f"a {op.mode} operation for a {account.mode} account")


def safe_id(value: Any, what: str) -> str:
    """An id of theirs as a part of a path. Raises `Unknown` without one: then nothing can be asked."""
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise Unknown(f"no {what} of Stripe's is known")
    return value


def intent_id(op: Operation) -> str:
    """The intent that an operation is about: made by it (prepare), or done to (capture, void, refund)."""
    ids = [value for value in (op.parent, op.reference) if value is not None and value.startswith("pi_")]
    return safe_id(ids[0] if ids else None, "intent")


def _refused(reply: Reply) -> Refusal:
    error = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(error, dict):
        raise Unknown(f"{reply.status} without a reason")
    words = {name: str(error.get(name) or "")[:100] for name in ("type", "code", "decline_code", "param")}
    # The reason of a refusal by a card's bank is one level deeper.
    code = words["decline_code"] or words["code"] or None
    raw = f"{reply.status} {code or words['type']}" + (f" ({words['param']})" if words["param"] else "")
    if words["type"] not in _REFUSALS:
        raise Unknown("an answer that is no refusal", raw=raw)
    return Refusal(code, raw)

"""Requests of one account at Cashfree, and what its refusals mean.

An error is `{message, code, type}`, and a refusal only where its type says that the request was wrong: a key that
came with another body (`idempotency_error`) says nothing of what the first did.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from gateway.processors.client import ProcessorClient, Reply
from gateway.processors.protocol import Mode, Operation, Unknown
from gateway.processors.reading import read_list, read_text, safe_id

Entity = Mapping[str, Any]
"""A JSON object of theirs: order, payment, refund, dispute."""

API_VERSION: Final = "2026-01-01"
"""Sent with every request: an account has no version of its own."""
INDIA: Final = timezone(timedelta(hours=5, minutes=30))
PAGE: Final = 1000  # the most events that a report gives at once
CONFLICT: Final = 409  # there is one of this id, or it is on its way: which, a look has to tell
_REFUSALS: Final = ("invalid_request_error", "validation_error", "feature_not_enabled")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Their no, or a conflict. `raw` is for people."""

    status: int
    code: str
    raw: str


@dataclass(frozen=True, slots=True)
class Api:
    """One account. `mode` is that of its keys: each mode has an address of its own, and answers do not tell it."""

    client: ProcessorClient
    app_id: str
    secret: str = field(repr=False)
    mode: Mode

    async def get(self, path: str) -> Any:
        """GET what was known to be there. Raises `Unknown` where it is not found."""
        if isinstance(found := await self.find(path), Refusal):
            raise Unknown("Cashfree does not find what it had", raw=found.raw)
        return found

    async def find(self, path: str) -> Any:
        """GET an object or a list; a `Refusal` where there is none, which a wrong path is not told."""
        return (await self._find(path))[0]

    async def send(self, method: str, path: str, body: Entity, key: str | None = None) -> Entity | Refusal:
        """POST or PATCH. `key`: ours, of which the UUID is made that tells Cashfree a repeat."""
        answer = _read(await self._ask(method, path, key, body=body, readable=(CONFLICT,)))
        if not isinstance(answer, dict | Refusal):
            raise Unknown("an answer that is no object")
        return answer

    async def events(self, path: str, filters: Entity) -> AsyncIterator[Entity]:
        """Every event of a report, page by page."""
        cursor: str | None = None
        while True:
            page = {"limit": PAGE, "cursor": cursor}
            answer = await self.send("POST", path, {"pagination": page, "filters": filters})
            if isinstance(answer, Refusal):
                raise Unknown("Cashfree refuses a report", raw=answer.raw)
            for event in read_list(answer.get("data")):
                yield event
            if (cursor := read_text(answer, "cursor")) is None:
                return

    async def their_time(self) -> datetime:
        """Cashfree's clock; the end of time where it does not tell. Harmless, and needs the right credentials."""
        _, reply = await self._find("/pg/orders/no-such-order")
        try:
            return parsedate_to_datetime(reply.headers.get("Date") or "").astimezone(UTC)
        except ValueError:
            return datetime.max.replace(tzinfo=UTC)

    async def _find(self, path: str) -> tuple[Any, Reply]:
        reply = await self._ask("GET", path, None)
        answer = _read(reply)
        if isinstance(answer, Refusal) and not (reply.status == 404 and answer.code.endswith("_not_found")):
            raise Unknown("Cashfree refuses a look", raw=answer.raw)
        return answer, reply

    async def _ask(self, method: str, path: str, key: str | None, **sent: Any) -> Reply:
        headers = {"x-client-id": self.app_id, "x-client-secret": self.secret, "x-api-version": API_VERSION}
        headers |= {"x-idempotency-key": str(uuid5(NAMESPACE_URL, key))} if key else {}
        return await self.client.request(method, path, headers=headers, **sent)


def order_of(op: Operation) -> str | None:
    """The order that an operation is about, as it was told to us; None: not yet."""
    return op.reference if op.kind in ("prepare", "authorize", "close") else op.parent


def order_path(op: Operation) -> str:
    """Its path: its id there is our payment's. Raises `Unknown` for what is no id."""
    return f"/pg/orders/{safe_id(order_of(op) or op.payment_id, 'order')}"


def _read(reply: Reply) -> Any:
    if reply.is_success:
        return reply.body
    code, kind = read_text(reply.body, "code") or "", read_text(reply.body, "type") or ""
    raw = f"{reply.status} {code or kind}: {read_text(reply.body, 'message') or 'no reason given'}"[:300]
    if reply.status != CONFLICT and kind not in _REFUSALS:
        raise Unknown("an answer that is no refusal", raw=raw)
    return Refusal(reply.status, code, raw)

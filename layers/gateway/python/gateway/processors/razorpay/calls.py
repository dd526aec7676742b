"""Requests of one account at Razorpay, and what its refusals mean.

A wrong key is told with 401 and also, as its documents show, with 400 and a text; an operation that is under way
with 409 and also with 400 and a text. So a 400 is a refusal only when it is neither.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from gateway.processors.client import ProcessorClient, Reply
from gateway.processors.protocol import Misconfigured, Mode, Unknown
from gateway.processors.razorpay.codes import raw_of
from gateway.processors.reading import read_id, read_moment

Entity = Mapping[str, Any]
"""A JSON object of theirs: order, payment, refund, dispute."""

PAGE: Final = 100  # the most that a list answers at once; ten without being asked
_ID: Final = re.compile(r"[a-z]+_[A-Za-z0-9]{1,40}")
_WRONG_KEY: Final = re.compile(
    r"(authentication failed\.?$|the api .*(invalid|expired)|access denied|the requested url was not found)", re.I
)
_NOT_READY: Final = ("live_mode_not_enabled", "merchant_not_activated")
_UNDER_WAY: Final = re.compile(r"in progress|same idempotency key|try again", re.I)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Their definite no: a 400 or 404 that is about this request. `text` is theirs, and not for shoppers."""

    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class Api:
    """One account. `mode` is that of its key; Razorpay's answers do not tell it."""

    client: ProcessorClient
    key_id: str
    key_secret: str = field(repr=False)
    mode: Mode

    async def get(self, path: str, **params: str | int) -> Entity:
        """GET an object or a page. Raises `Unknown` where it is not found: it was known to be there."""
        return (await self.get_with_time(path, **params))[0]

    async def get_with_time(self, path: str, **params: str | int) -> tuple[Entity, datetime | None]:
        """The same, and Razorpay's clock when it answered; None: not told."""
        reply = await self._send("GET", path, params=params or None)
        if isinstance(reply, Refusal):
            raise Unknown(f"Razorpay does not find what it had: {reply.text}", raw=reply.raw)
        try:
            return reply.body, parsedate_to_datetime(reply.headers.get("Date") or "")
        except ValueError:
            return reply.body, None

    async def post(self, path: str, body: Entity, headers: Mapping[str, str] | None = None) -> Entity | Refusal:
        """POST a JSON object."""
        reply = await self._send("POST", path, body=body, headers=headers)
        return reply if isinstance(reply, Refusal) else reply.body

    async def pages(self, path: str, most: int = PAGE, **params: str | int) -> AsyncIterator[list[Entity]]:
        """Every page of a list, as it is sorted there (the newest first)."""
        page, skip = items_of(await self.get(path, count=most, skip=0, **params)), most
        yield page
        while len(page) >= most:
            page, skip = items_of(await self.get(path, count=most, skip=skip, **params)), skip + most
            yield page

    async def _send(self, method: str, path: str, **rest: Any) -> Reply | Refusal:
        reply = await self.client.request(method, path, auth=(self.key_id, self.key_secret), **rest)
        if not isinstance(reply.body, dict):
            raise Unknown(f"{reply.status} with a body that is no object")
        return reply if reply.is_success else _refused(reply.status, reply.body.get("error"))


def items_of(collection: Entity) -> list[Entity]:
    """The objects of a page. Raises `Unknown` for what is none."""
    items = collection.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Unknown("an answer that is no list")
    return items


def age(entity: Entity) -> tuple[datetime, str]:
    """To sort by, the oldest first and always the same. Raises `Unknown` where it is not told."""
    return read_moment(entity.get("created_at")), read_id(entity)


def safe_id(value: str | None, what: str) -> str:
    """An id of theirs as a part of a path. Raises `Unknown` where there is none: nothing can be asked then."""
    if value is None or _ID.fullmatch(value) is None:
        raise Unknown(f"no {what} of Razorpay's is known")
    return value


def _refused(status: int, error: Any) -> Refusal:
    if not isinstance(error, dict):
        raise Unknown(f"{status} without a reason")
    text, raw = str(error.get("description") or "")[:300], raw_of(error)
    if error.get("reason") in _NOT_READY or _WRONG_KEY.match(text):
        raise Misconfigured(f"{status}: {text}", raw=raw)
    if not str(error.get("code")).startswith("BAD_REQUEST") or _UNDER_WAY.search(text):
        raise Unknown(f"{status}: {text}", raw=raw)
    return Refusal(text, f"{raw}: {text}")

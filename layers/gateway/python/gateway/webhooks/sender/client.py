"""Send one webhook over HTTP: the project's HTTP client is chosen here, and nowhere else.

The transport is our own (`transport.py`), since httpx's pool falls apart under concurrency, and there is no
`AsyncClient` in between, since a cookie jar and redirects are what strangers must not have; URLs, TLS and
errors are httpx's: docs/decisions/0004-webhook-http-client.md has the figures. One deadline around
everything, no proxies from the environment, no decompression, and connections only to checked addresses.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, Final, Protocol

import httpx

from gateway.clock import utc_now
from gateway.database import require_no_connection
from gateway.log import redact
from gateway.settings import Settings
from gateway.webhooks.sender.addresses import AddressGuard, NameNotFound
from gateway.webhooks.sender.connection import KEPT_BODY_BYTES, Answer
from gateway.webhooks.sender.failures import ErrorClass
from gateway.webhooks.sender.target import Target, TargetRefused, plain_url
from gateway.webhooks.sender.transport import MOST_IDLE, Key, PinnedTransport, Request, StaleConnection, TlsError

USER_AGENT: Final = b"PaymentGateway-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `error_class` is None for a 2xx; `body` is text of up to 4 KiB.

    `is_stale`: the connection had been kept from an earlier attempt and ended before an answer. The receiver has
    seen the request or not; the next attempt, over a connection of its own, need not wait.
    """

    started_at: datetime
    duration_ms: int
    code: int | None = None
    error_class: ErrorClass | None = None
    error: str | None = None
    body: str | None = None
    retry_after: float | None = None
    is_stale: bool = False


class WebhookClient:
    """Sends attempts, many at once. One per process; up to `most_idle` connections are kept for a few seconds."""

    def __init__(self, settings: Settings, guard: AddressGuard, most_idle: int = MOST_IDLE) -> None:
        self._most_idle = most_idle
        self._timeout = settings.webhook_timeout_seconds
        self._ca_file = settings.webhook_ca_file
        self._guard = guard
        self._transport: _Transport | None = None
        self._check = lru_cache(maxsize=4096)(self._check_url)

    async def post(self, url: str, mode: str, headers: dict[str, str], body: bytes) -> Outcome:
        """One attempt; whatever happens to it is in the outcome. Never raises but for cancellation."""
        require_no_connection("a webhook's receiver")
        started_at, started = utc_now(), time.perf_counter()
        try:
            head, key = self._check(url, mode)
            deadline = asyncio.get_running_loop().time() + self._timeout
            request = Request(key, _encoded(head, headers, body), deadline)
            answer: Answer = await self._http().handle_async_request(request)
            return _answered(answer, started_at, _ms_since(started))
        except Exception as error:
            # What nobody has thought of is an attempt as well: unrecorded it would be made again and again.
            error_class, text = self._told(error)
            is_stale = isinstance(error, StaleConnection)
            text = _printable(text)[:500]
            return Outcome(started_at, _ms_since(started), None, error_class, text, is_stale=is_stale)

    def _told(self, error: Exception) -> tuple[ErrorClass, str]:
        """The class of a failure, and what is written down of it."""
        match error:
            case TimeoutError():
                return "timeout", f"no answer within {self._timeout:g} s"
            case TargetRefused():
                return "refused_address", str(error)
            case NameNotFound():
                return "dns", str(error)
            case httpx.HTTPError():
                return _class_of(error), str(error)
            case _:
                return "protocol", f"{type(error).__name__}: {error}"

    def _check_url(self, url: str, mode: str) -> tuple[bytes, Key]:
        """The first lines of each request to this URL, and its target."""
        target = self._guard.check_url(url, mode)
        return _first_lines(request_url(url, target)), (target.scheme, target.host, target.port, mode)

    def _http(self) -> "_Transport":
        if self._transport is None:
            context = httpx.create_ssl_context(trust_env=False)
            if self._ca_file:
                context.load_verify_locations(self._ca_file)
            self._transport = PinnedTransport(self._resolve, context, self._most_idle)
        return self._transport

    async def _resolve(self, key: Key) -> Sequence[str]:
        scheme, host, port, mode = key
        return await self._guard.resolve(Target.of(scheme, host, port), mode)

    async def close(self) -> None:
        """Close kept connections."""
        if self._transport is not None:
            await self._transport.aclose()


def request_url(url: str, target: Target) -> httpx.URL:
    """The URL as it is requested. Raises `TargetRefused` for one that httpx cannot request."""
    try:
        return httpx.URL(plain_url(url, target))
    except httpx.InvalidURL:
        raise TargetRefused("this is not a valid URL") from None


class _Transport(Protocol):
    """`PinnedTransport`, or what a test puts in its place; the names are those of httpx's transports."""

    async def handle_async_request(self, request: Any) -> Any:
        """Sends a `Request` once and returns an `Answer`."""

    async def aclose(self) -> None:
        """Closes what is kept."""


def _first_lines(url: httpx.URL) -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\nAccept-Encoding: identity\r\n" % (
        url.raw_path,
        url.netloc,
        USER_AGENT,
    )


def _encoded(head: bytes, headers: dict[str, str], body: bytes) -> bytes:
    """The request's bytes. Headers were checked when they were saved: no line breaks in them."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    return b"%sContent-Length: %d\r\n%s\r\n%s" % (head, len(body), lines.encode(), body)


def _answered(answer: Answer, started_at: datetime, duration_ms: int) -> Outcome:
    code = answer.status
    accepted = 200 <= code < 300
    asked = answer.retry_after if code in (429, 503) else None
    return Outcome(
        started_at,
        duration_ms,
        code,
        None if accepted else "status",
        None if accepted else f"answered {code}",
        _readable_again(answer.body) if len(answer.body) <= _SHORT_BODY_BYTES else readable(answer.body),
        None if asked is None else read_retry_after(asked.decode("latin-1"), started_at),
    )


def readable(content: bytes) -> str:
    """At most 4 KiB of an answer as text that Postgres can store, without what looks like a secret."""
    text = redact(content[:KEPT_BODY_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd"))
    return text.encode()[:KEPT_BODY_BYTES].decode("utf-8", "ignore")


_SHORT_BODY_BYTES: Final = 64
_readable_again: Final = lru_cache(maxsize=256)(readable)
"""Most receivers answer the same two bytes each time."""


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds of a `Retry-After` header, in either form of RFC 9110; None if it has none or nonsense."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        return max((parsedate_to_datetime(value) - now).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def _class_of(error: httpx.HTTPError) -> ErrorClass:
    if isinstance(error, TlsError):
        return "tls"
    if isinstance(error, httpx.ConnectError):
        return "connect"
    return "reset" if isinstance(error, httpx.ReadError) else "protocol"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _ms_since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)

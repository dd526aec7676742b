"""Send one webhook over HTTP: the project's HTTP client is chosen here, and nowhere else.

The client is httpx; its transport is httpx-aiohttp's, whose connection pool holds under hundreds
of requests in flight. No redirects, no proxies from the environment, no decompression, one
deadline around everything, and connections only to addresses that the guard has checked.
"""

import asyncio
import socket
import ssl
import time
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from gateway.clock import utc_now
from gateway.log import redact
from gateway.settings import Settings
from gateway.webhooks.addresses import AddressGuard, NameNotFound
from gateway.webhooks.model import ErrorClass
from gateway.webhooks.target import Target, TargetRefused

READ_BYTES: Final = 65_536
KEPT_BYTES: Final = 4_096
USER_AGENT: Final = "PaymentGateway-Webhooks/1"
_IDLE_SECONDS: Final = 4.0

_current: ContextVar[list[str]] = ContextVar("addresses")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `error_class` is None for a 2xx; `body` is text of up to 4 KiB."""

    started_at: datetime
    duration_ms: int
    code: int | None = None
    error_class: ErrorClass | None = None
    error: str | None = None
    body: str | None = None
    retry_after: float | None = None


class _Pinned(AbstractResolver):
    """Answers with the addresses that were checked for this attempt; asks nobody."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in _current.get()
        ]

    async def close(self) -> None:
        """Nothing is open."""


class WebhookClient:
    """Sends attempts, many at once. One per process."""

    def __init__(self, settings: Settings, guard: AddressGuard) -> None:
        self._settings = settings
        self._guard = guard
        self._client: httpx.AsyncClient | None = None

    async def post(self, url: str, mode: str, headers: dict[str, str], body: bytes) -> Outcome:
        """One attempt; whatever happens to it is in the outcome. Never raises but for cancellation."""
        started_at, started = utc_now(), time.perf_counter()

        def outcome(error_class: ErrorClass, error: object) -> Outcome:
            return Outcome(started_at, _ms_since(started), None, error_class, _printable(str(error))[:500])

        try:
            async with asyncio.timeout(self._settings.webhook_timeout_seconds):
                target = self._guard.check_url(url, mode)
                _current.set(list(await self._guard.resolve(target, mode)))
                return await self._send(url, target, headers, body, started_at, started)
        except TimeoutError:
            return outcome("timeout", f"no answer within {self._settings.webhook_timeout_seconds:g} s")
        except TargetRefused as error:
            return outcome("refused_address", error)
        except NameNotFound as error:
            return outcome("dns", error)
        except httpx.HTTPError as error:
            return outcome(_class_of(error), error.__cause__ or error)

    async def _send(
        self, url: str, target: Target, headers: dict[str, str], body: bytes, started_at: datetime, started: float
    ) -> Outcome:
        request = httpx.Request("POST", url, headers=headers | {"User-Agent": USER_AGENT}, content=body)
        response = await self._http().send(request, stream=True)
        try:
            content = await _read_some(response)
        finally:
            await response.aclose()
        code = response.status_code
        return Outcome(
            started_at,
            _ms_since(started),
            code,
            None if 200 <= code < 300 else "status",
            None if 200 <= code < 300 else f"answered {code}",
            readable(content),
            read_retry_after(response.headers.get("retry-after"), started_at) if code in (429, 503) else None,
        )

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            context = ssl.create_default_context(cafile=self._settings.webhook_ca_file or None)
            connector = aiohttp.TCPConnector(
                limit=0, resolver=_Pinned(), use_dns_cache=False, ssl=context, keepalive_timeout=_IDLE_SECONDS
            )
            session = aiohttp.ClientSession(connector=connector, trust_env=False, auto_decompress=False)
            self._client = httpx.AsyncClient(
                transport=AiohttpTransport(client=session),
                trust_env=False,
                timeout=None,
                follow_redirects=False,
            )
        return self._client

    async def close(self) -> None:
        """Close kept connections."""
        if self._client is not None:
            await self._client.aclose()


async def _read_some(response: httpx.Response) -> bytes:
    content = b""
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) >= READ_BYTES:
            break
    return content


def readable(content: bytes) -> str:
    """At most 4 KiB of an answer as text that Postgres can store, without what looks like a secret."""
    text = redact(content[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "\ufffd"))
    return text.encode()[:KEPT_BYTES].decode("utf-8", "ignore")


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds of a `Retry-After` header, in either form of RFC 9110; None if it has none or nonsense."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        return max((parsedate_to_datetime(value) - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None


def _class_of(error: httpx.HTTPError) -> ErrorClass:
    cause = error.__cause__
    if isinstance(cause, aiohttp.ClientSSLError | ssl.SSLError):
        return "tls"
    if isinstance(cause, aiohttp.ClientConnectorError):
        return "connect"
    if isinstance(cause, aiohttp.ClientConnectionError | OSError):
        return "reset"
    return "protocol"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _ms_since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)

"""The candidates: each gives a coroutine function that posts one signed-looking webhook and reads the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from gateway.settings import Settings
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.client import WebhookClient

Post = Callable[[], Awaitable[int]]

BODY: Final = (
    b'{"event":"payment.success","timestamp":1705315870,"data":{"payment":{"id":"pay_H8sK3jD9s2L1pQr4"}}}'
)
HEADERS: Final = {
    "Content-Type": "application/json",
    "X-Webhook-Signature": "0" * 64,
    "webhook-id": "evt_8sHk2LmNq0PzRtVw",
    "webhook-timestamp": "1705315870",
    "webhook-signature": "v1," + "0" * 44,
}
_NO_LIMITS: Final = httpx.Limits(max_connections=None, max_keepalive_connections=None)


@asynccontextmanager
async def httpx_own_pool(url: str) -> AsyncIterator[Post]:
    """httpx as it comes."""
    async with httpx.AsyncClient(trust_env=False, limits=_NO_LIMITS, timeout=15) as client:

        async def post() -> int:
            return (await client.post(url, content=BODY, headers=HEADERS)).status_code

        yield post


@asynccontextmanager
async def httpx_over_aiohttp(url: str) -> AsyncIterator[Post]:
    """httpx's interface on aiohttp's pool (package httpx-aiohttp)."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)
    transport = AiohttpTransport(client=session)
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=15) as client:

        async def post() -> int:
            return (await client.post(url, content=BODY, headers=HEADERS)).status_code

        yield post


@asynccontextmanager
async def aiohttp_alone(url: str) -> AsyncIterator[Post]:
    """aiohttp without httpx."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, trust_env=False) as session:

        async def post() -> int:
            async with session.post(url, data=BODY, headers=HEADERS, allow_redirects=False) as response:
                await response.read()
                return response.status

        yield post


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Post]:
    """What the sender uses, with the guard, the deadline and the bounds."""
    settings = Settings(test_mode=True)
    client = WebhookClient(settings, AddressGuard(settings))

    async def post() -> int:
        outcome = await client.post(url, "test", HEADERS, BODY)
        assert outcome.code is not None, outcome
        return outcome.code

    yield post
    await client.close()


CANDIDATES: Final[dict[str, Callable[[str], AbstractAsyncContextManager[Post]]]] = {
    "httpx, own pool": httpx_own_pool,
    "httpx over aiohttp": httpx_over_aiohttp,
    "aiohttp alone": aiohttp_alone,
    "ours": ours,
}

"""What `client` sends its requests over. Imported by whoever makes the first client: it is large."""

from collections.abc import Mapping
from typing import Final

import aiohttp
import httpx
from httpx import AsyncClient, HTTPError
from httpx_aiohttp import AiohttpTransport

__all__ = ["BROKEN_OFF", "AsyncClient", "HTTPError", "form_text", "make_transport", "was_not_sent"]

BROKEN_OFF: Final = aiohttp.ClientError
"""What the transport lets through as it is: the exchange had begun."""

_TLS: Final = httpx.create_ssl_context(trust_env=False)
"""Made once: it reads all authorities."""


def make_transport() -> httpx.AsyncBaseTransport:
    """httpx over aiohttp's pool: httpx's own looks at every connection for every request, so that 500 at once wait
    for themselves (measured: 30 s for what takes aiohttp's 4 s, at three to eight times the CPU).

    It would read all authorities anew (40 ms) for a context that nothing uses, if it were not given one.
    """
    return AiohttpTransport(verify=_TLS, client=_session)


def form_text(form: Mapping[str, str | int]) -> str:
    """The form as it is sent."""
    return str(httpx.QueryParams(dict(form)))


def was_not_sent(problem: httpx.HTTPError) -> bool:
    """Whether no connection came about. The transport tells a connection that broke off by the same name as one
    that was never there; what it was raised from does not."""
    return isinstance(problem.__cause__, aiohttp.ClientConnectorError | aiohttp.InvalidURL)


def _session() -> aiohttp.ClientSession:
    session = aiohttp.ClientSession(
        # An idle connection is dropped before the other side does that.
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=4, ssl=_TLS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )
    # It would send a GET again whose kept connection has ended; what is sent again is decided elsewhere.
    session._retry_connection = False
    return session

"""Bring webhooks to a developer's machine: follow the feed, sign, forward. Needs no public address."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx

from gateway.encode import encode_json
from gateway.webhooks.signatures.sign import webhook_headers
from gateway.webhooks.tools.api_client import ApiClient

_WAIT_SECONDS: Final = 20
_LONGEST_PAUSE_SECONDS: Final = 10.0
_FORWARD_SECONDS: Final = 15.0
_BESIDE_THE_BODY: Final = ("object_id", "created_at")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One event, and what the developer's receiver made of it. `code` is None where none was given."""

    at: datetime
    event: str
    event_id: str
    code: int | None
    ms: int
    error: str | None


def frozen_body(event: dict[str, Any]) -> bytes:
    """The exact bytes that a webhook of this event has, from what the feed shows of it."""
    return encode_json({name: value for name, value in event.items() if name not in _BESIDE_THE_BODY})


def forward(client: httpx.Client, url: str, secret: str, event: dict[str, Any]) -> Forwarded:
    """Send an event as a webhook would come, with the real headers."""
    body, started = frozen_body(event), time.perf_counter()
    headers = webhook_headers([secret], event["id"], int(time.time()), body)
    code, error = None, None
    try:
        headers["User-Agent"] = "PaymentGateway-Webhooks/1"
        code = client.post(url, content=body, headers=headers).status_code
    except httpx.HTTPError as failure:
        error = str(failure) or type(failure).__name__
        if "CERTIFICATE_VERIFY_FAILED" in error:
            error = "the certificate is not trusted here; --skip-verify takes it all the same"
    ms = round((time.perf_counter() - started) * 1000)
    return Forwarded(datetime.now().astimezone(), event["event"], event["id"], code, ms, error)


def follow(api: ApiClient, on_trouble: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """Events from now on, for ever; waits and tries again while the API is away."""
    cursor, pause = None, 0.5
    while True:
        try:
            if cursor is None:
                page = api.call("GET", "/events", after="latest")
            else:
                page = api.call("GET", "/events", after=cursor, wait=_WAIT_SECONDS, limit=100)
        except httpx.TransportError as error:
            on_trouble(f"the API is away ({error or type(error).__name__}); trying again")
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            continue
        pause = 0.5
        yield from page["data"]
        if cursor is None:
            yield {}  # the place is known: from here on nothing is missed
        cursor = page["next_cursor"]


def receiver_url(text: str) -> str:
    """What `--forward-to` means: a URL, or `localhost:4242/hook`, or a port. Raises `ValueError`."""
    text = text.strip()
    if text.isdecimal():
        text = f"localhost:{text}"
    if "://" not in text:
        text = f"http://{text}"
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ValueError(f"not a URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("must be an http or https URL, such as http://localhost:4242/webhooks")
    return text


def listen(
    api: ApiClient,
    url: str,
    wanted: frozenset[str],
    say: Callable[[str], None],
    *,
    skip_verify: bool = False,
) -> None:
    """Print the secret, then forward events to `url` until interrupted. An empty `wanted` is all events.

    `skip_verify`: take any certificate of the receiver, such as one that it has signed itself.
    """
    secret = api.call("GET", "/webhooks/config")["webhook_secret"]
    say(f"Signing secret: {secret}")
    with httpx.Client(timeout=_FORWARD_SECONDS, trust_env=False, verify=not skip_verify) as client:
        for event in follow(api, say):
            if not event:
                say(f"Ready. Forwarding to {url} (Ctrl-C ends)")
            elif not wanted or event["event"] in wanted:
                say(_line(forward(client, url, secret, event)))


def _line(one: Forwarded) -> str:
    result = f"[{one.code}]" if one.code is not None else f"[{one.error}]"
    return f"{one.at:%H:%M:%S}  {one.event:<24} {one.event_id}  {result} {one.ms} ms"

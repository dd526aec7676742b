"""Shoppers and a processor's webhooks, for a fake processor: who pays at once, and who tells of it.

Threads of the harness: one asks the fake what has happened; others pay each object that was made, and carry each
notice of a success to the gateway, as many at once as there are of them. Their CPU is the harness's.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.support.fake_door import FakeDoor

_LOOK_SECONDS = 0.02
_AT_ONCE = 8


def stripe_headers(body: str, secret: str) -> dict[str, str]:
    """As Stripe signs a notice: HMAC-SHA256 over time and body."""
    at = int(time.time())
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={digest}"}


class Shopper:
    """Use as a context manager; `url` takes the notices, which are signed with `secret`."""

    def __init__(self, fake: FakeDoor, url: str, secret: str) -> None:
        self._fake, self._url, self._secret = fake, url, secret
        self._over = threading.Event()
        self._done: list[Future[None]] = []
        self._mine = threading.local()
        self._several = ThreadPoolExecutor(_AT_ONCE)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Shopper:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(30)
        self._several.shutdown(wait=error is None, cancel_futures=error is not None)
        if error is None:
            for one in self._done:
                one.result()

    def _run(self) -> None:
        seen = 0
        while not self._over.is_set():
            events = self._fake.events(after=seen)
            seen += len(events)
            self._done += [self._several.submit(self._follow, event) for event in events]
            if not events:
                time.sleep(_LOOK_SECONDS)

    def _follow(self, event: dict[str, Any]) -> None:
        """The shopper pays what was made; the processor tells of what was paid."""
        about = event["data"]["object"]
        if event["type"] == "payment_intent.created":
            pays = {"what": "pay", "payment_id": about["metadata"]["payment_id"]}
            self._post(f"{self._fake.url}/_fake/act", json.dumps(pays), {})
        elif event["type"] == "payment_intent.succeeded":
            body = json.dumps(event, separators=(",", ":"))
            self._post(self._url, body, stripe_headers(body, self._secret))

    def _post(self, url: str, body: str, headers: dict[str, str]) -> None:
        parts = urlsplit(url)
        kept: dict[str, http.client.HTTPConnection] = self._mine.__dict__
        connection = kept.get(parts.netloc) or http.client.HTTPConnection(parts.netloc, timeout=30)
        kept[parts.netloc] = connection
        connection.request("POST", parts.path, body.encode(), {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{url} answered {answer.status}: {said!r}")

"""Shoppers and a processor's webhooks, for a fake processor: who pays at once, and who tells of it.

A thread of the harness: it asks the fake what has happened, pays each object that was made, and carries each
notice of a success to the gateway. Its CPU is the harness's.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import threading
import time
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.support.fake_door import FakeDoor

_LOOK_SECONDS = 0.02


def stripe_headers(body: str, secret: str) -> dict[str, str]:
    """As Stripe signs a notice: HMAC-SHA256 over time and body."""
    at = int(time.time())
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={digest}"}


class Shopper:
    """Use as a context manager; `url` takes the notices, which are signed with `secret`."""

    def __init__(self, fake: FakeDoor, url: str, secret: str) -> None:
        self._fake, self._url, self._secret = fake, urlsplit(url), secret
        self._over = threading.Event()
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Shopper:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(30)
        if self._failed is not None and error is None:
            raise self._failed

    def _run(self) -> None:
        gateway = http.client.HTTPConnection(self._url.hostname or "", self._url.port, timeout=30)
        seen = 0
        try:
            while not self._over.is_set():
                events = self._fake.events(after=seen)
                seen += len(events)
                for event in events:
                    self._follow(gateway, event)
                if not events:
                    time.sleep(_LOOK_SECONDS)
        except Exception as error:  # told where the harness waits
            self._failed = error
        finally:
            gateway.close()

    def _follow(self, gateway: http.client.HTTPConnection, event: dict[str, Any]) -> None:
        about = event["data"]["object"]
        if event["type"] == "payment_intent.created":
            self._fake.act("pay", payment_id=about["metadata"]["payment_id"])
        elif event["type"] == "payment_intent.succeeded":
            body = json.dumps(event, separators=(",", ":"))
            headers = {"Content-Type": "application/json", **stripe_headers(body, self._secret)}
            gateway.request("POST", self._url.path, body.encode(), headers)
            answer = gateway.getresponse()
            if answer.status != 200:
                raise RuntimeError(f"a notice was answered {answer.status}: {answer.read()!r}")
            answer.read()

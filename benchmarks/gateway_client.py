"""The control side of the gateway under test: a plain synchronous client, never used inside a measurement."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.load.connection import Address


class GatewayRefused(RuntimeError):
    """The gateway answered what the harness cannot go on with."""


@dataclass(frozen=True)
class Gateway:
    """A gateway speaking the contract, and the merchant whose key is used."""

    base_url: str
    key: str
    secret: str
    receiver_host: str = "localhost"

    @property
    def headers(self) -> dict[str, str]:
        """What every authenticated request carries."""
        return {"X-Api-Key": self.key, "X-Api-Secret": self.secret}

    def request(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and parsed JSON body (None where it is not JSON). Raises OSError when not reachable."""
        address = Address.of(self.base_url)
        connection = http.client.HTTPConnection(address.host, address.port, timeout=30)
        try:
            payload = None if body is None else json.dumps(body)
            headers = {**self.headers, "Content-Type": "application/json"}
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        try:
            return answer.status, json.loads(raw)
        except ValueError:
            return answer.status, None

    def expect(self, method: str, path: str, body: object = None) -> Any:
        """The parsed body of a 2xx answer; raises GatewayRefused on any other."""
        status, parsed = self.request(method, path, body)
        if not 200 <= status < 300:
            raise GatewayRefused(f"{method} {path} answered {status}: {parsed}")
        return parsed

    def unfinished_work(self) -> int | None:
        """Payments, refunds and deliveries still to do by `jobs/status`; None where it is not offered."""
        status, parsed = self.request("GET", "/api/v1/test/jobs/status")
        if status != 200 or not isinstance(parsed, dict):
            return None
        return int(parsed.get("pending", 0)) + int(parsed.get("processing", 0))

    def wait_until_idle(self, seconds: float) -> bool:
        """True when nothing is left to do; False at the time limit, or after 2 s where nobody can tell."""
        if self.unfinished_work() is None:
            time.sleep(min(2.0, seconds))
            return False
        return wait_for(lambda: self.unfinished_work() == 0, seconds)


def wait_for(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Poll until the condition holds (True) or the time is over (False)."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        time.sleep(every)
    return True

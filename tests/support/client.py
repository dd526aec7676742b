"""A merchant's developer: talks to the API over HTTP, builds what a test needs."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

CARD: dict[str, Any] = {
    "number": "4242 4242 4242 4242",
    "expiry_month": 12,
    "expiry_year": 2030,
    "cvv": "123",
    "holder_name": "Asha Rao",
}


@dataclass
class Merchant:
    """One merchant with its key. `api` is the HTTP client with the credentials set."""

    base_url: str
    id: str
    key: str
    secret: str = field(repr=False)

    @classmethod
    def from_json(cls, base_url: str, text: str) -> "Merchant":
        """From what `gateway merchants create` prints."""
        made = json.loads(text)
        return cls(base_url, made["merchant_id"], made["api_key"], made["api_secret"])

    @cached_property
    def api(self) -> httpx.Client:
        headers = {"X-Api-Key": self.key, "X-Api-Secret": self.secret}
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
        return httpx.Client(base_url=f"{self.base_url}/api/v1", headers=headers, timeout=30, limits=limits)

    def order(self, amount: int = 50_000, **fields: Any) -> dict[str, Any]:
        """A fresh order."""
        return _created(self.api.post("/orders", json={"amount": amount, **fields}))

    def upi(self, order: dict[str, Any], vpa: str = "success@bank") -> dict[str, Any]:
        """A pending UPI payment of the order."""
        body = {"order_id": order["id"], "method": "upi", "vpa": vpa}
        return _created(self.api.post("/payments", json=body))

    def card(self, order: dict[str, Any], number: str = CARD["number"]) -> dict[str, Any]:
        """A pending card payment of the order."""
        body = {"order_id": order["id"], "method": "card", "card": CARD | {"number": number}}
        return _created(self.api.post("/payments", json=body))

    def offer(self, *methods: str) -> None:
        """Have shoppers pay by these methods only."""
        self.api.put("/checkout/settings", json={"methods": methods}).raise_for_status()

    def by(self, method: str, order: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A pending payment of the order by this method."""
        return _created(self.api.post("/payments", json={"order_id": order["id"], "method": method, **fields}))

    def payment(self, payment_id: str) -> dict[str, Any]:
        """The payment as it is now."""
        answer: dict[str, Any] = self.api.get(f"/payments/{payment_id}").raise_for_status().json()
        return answer

    def settled(self, payment: dict[str, Any], status: str = "success", seconds: float = 20) -> dict[str, Any]:
        """The payment, once it has this status."""
        from tests.support.stack import eventually

        def ask() -> dict[str, Any] | None:
            now = self.payment(payment["id"])
            return now if now["status"] == status else None

        return eventually(ask, seconds, f"payment {status}")

    def paid(self, amount: int = 50_000, **fields: Any) -> dict[str, Any]:
        """A successful payment of a fresh order: by UPI, which pays rupees only, else by card."""
        order = self.order(amount, **fields)
        return self.settled(self.upi(order) if order["currency"] == "INR" else self.card(order))


def _created(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    """Run `act(0) … act(count - 1)` in parallel threads; their results in order."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(act, range(count)))

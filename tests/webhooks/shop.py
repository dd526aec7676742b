"""What a merchant's developer does with webhooks, for tests."""

from collections.abc import Callable
from typing import Any

from tests.support.client import Merchant
from tests.support.stack import eventually

SUCCESS = ["payment.success"]


def configure(merchant: Merchant, url: str | None, **fields: Any) -> dict[str, Any]:
    response = merchant.api.put("/webhooks/config", json={"webhook_url": url, **fields})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def log_of(merchant: Merchant, **query: Any) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = merchant.api.get("/webhooks", params=query).raise_for_status().json()["data"]
    return data


def ended(merchant: Merchant, count: int, seconds: float = 20, **query: Any) -> list[dict[str, Any]]:
    """The log, once it has `count` deliveries and none of them is pending."""

    def ask() -> list[dict[str, Any]] | None:
        found = log_of(merchant, limit=100, **query)
        return found if len(found) >= count and all(one["status"] != "pending" for one in found) else None

    return eventually(ask, seconds, f"{count} ended deliveries")


def one_where(merchant: Merchant, holds: Callable[[dict[str, Any]], bool], seconds: float = 10) -> dict[str, Any]:
    """The newest delivery in the log for which this holds, once there is one."""

    def ask() -> dict[str, Any] | None:
        return next((one for one in log_of(merchant, limit=100) if holds(one)), None)

    return eventually(ask, seconds, "the delivery")


def new_endpoint(merchant: Merchant, url: str, **fields: Any) -> dict[str, Any]:
    response = merchant.api.post("/webhooks/endpoints", json={"url": url, **fields})
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


def endpoint_of(merchant: Merchant, endpoint_id: str) -> dict[str, Any]:
    body: dict[str, Any] = merchant.api.get(f"/webhooks/endpoints/{endpoint_id}").raise_for_status().json()
    return body

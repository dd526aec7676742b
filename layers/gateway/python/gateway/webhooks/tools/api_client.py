"""The API as the developer's commands call it: over HTTP, with a key, from anywhere."""

from typing import Any

import httpx


class ApiError(Exception):
    """The API refused; the text is its description."""


class ApiClient:
    """One merchant's key at one gateway. `away` (an `httpx.TransportError`) is the caller's to handle."""

    def __init__(self, base_url: str, key: str, secret: str) -> None:
        headers = {"X-Api-Key": key, "X-Api-Secret": secret}
        self._http = httpx.Client(base_url=f"{base_url.rstrip('/')}/api/v1", headers=headers, timeout=30)

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The answer's JSON. Raises `ApiError` for a refusal."""
        response = self._http.request(method, path, json=body, params=query or None)
        if response.is_success:
            return response.json()
        try:
            description = response.json()["error"]["description"]
        except (ValueError, KeyError, TypeError):
            description = f"{response.status_code} {response.reason_phrase}"
        if response.status_code >= 500:
            raise httpx.ReadError(f"the API answered {response.status_code}")
        raise ApiError(description)

    def close(self) -> None:
        """Close what is open."""
        self._http.close()

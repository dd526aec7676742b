"""The API as the developer's commands call it: over HTTP, with a key, from anywhere."""

import ipaddress
from typing import Any

import httpx


def is_on_this_machine(url: str) -> bool:
    """Whether the URL's host is this machine by its name or address. Raises `httpx.InvalidURL`."""
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class ApiError(Exception):
    """The API refused; the text is its description."""


class ApiClient:
    """One merchant's key at one gateway. `away` (an `httpx.TransportError`) is the caller's to handle.

    A proxy of the environment (`HTTPS_PROXY`) is used for a gateway elsewhere, never for one on this machine.
    """

    def __init__(self, base_url: str, key: str, secret: str) -> None:
        headers = {"X-Api-Key": key, "X-Api-Secret": secret}
        self._http = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/api/v1",
            headers=headers,
            timeout=30,
            trust_env=not is_on_this_machine(base_url),
        )

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

"""Where a shopper comes back to from the page of a bank or a processor."""

from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from gateway.errors import BadRequest

MAX_LENGTH: Final = 2048
_TEXT: Final = f"return_url must be an https URL of at most {MAX_LENGTH} characters"


def read_return_url(value: Any, mode: str) -> str | None:
    """https, in test mode also http on this machine; None: nothing was given. Raises `BadRequest`."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_LENGTH or not value.isascii() or " " in value:
        raise BadRequest(_TEXT, field="return_url")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadRequest(_TEXT, field="return_url") from None
    plain = parts.scheme == "http" and mode == "test" and _is_this_machine(host)
    if not host or parts.username is not None or not (parts.scheme == "https" or plain):
        raise BadRequest(_TEXT, field="return_url")
    return value


def _is_this_machine(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False

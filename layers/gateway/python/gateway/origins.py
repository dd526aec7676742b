"""Origins and base URLs as people write them, in the one form in which browsers send and compare them."""

import re
from typing import Final
from urllib.parse import urlsplit

_PLACE: Final = re.compile(
    r"(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{0,6}))?", re.ASCII
)
_USUAL_PORTS: Final = {"http": 80, "https": 443}


def read_origin(text: str) -> str:
    """`https://shop.example` of `HTTPS://Shop.Example:443/`. Raises `ValueError`: why it can never match."""
    origin, path = _read(text)
    if path.strip("/"):
        raise ValueError(f"{text.strip()!r} has a path: an origin ends with its host or port")
    return origin


def read_base_url(text: str) -> str:
    """A base URL without a slash at its end; host and port as in `read_origin`. Raises `ValueError`."""
    origin, path = _read(text)
    return origin + path.rstrip("/")


def origin_of(base_url: str) -> str:
    """The origin of a base URL that was read."""
    return _read(base_url)[0]


def _read(text: str) -> tuple[str, str]:
    text = text.strip()
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ValueError("must be without a user name and a password")  # and is not quoted
    if text in ("*", "null"):
        raise ValueError(f"{text!r} is no origin: list those that may, such as https://shop.example")
    if not text.isascii():
        raise ValueError(f"{text!r} has letters that browsers send as xn--…: write it like that")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError(f"{text!r} has a host that there is not") from None
    scheme = parts.scheme.lower()
    if scheme not in _USUAL_PORTS:
        raise ValueError(f"{text!r} must begin with https:// or http://")
    match = _PLACE.fullmatch(parts.netloc.lower())
    if match is None or "?" in text or "#" in text:
        raise ValueError(f"{text!r} must be scheme, host and port alone, such as https://shop.example")
    port = int(match["port"] or _USUAL_PORTS[scheme])
    if port > 65_535:
        raise ValueError(f"{text!r} has a port that there is not")
    shown = "" if port == _USUAL_PORTS[scheme] else f":{port}"
    return f"{scheme}://{match['host']}{shown}", parts.path

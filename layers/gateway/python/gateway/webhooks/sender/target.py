"""Read a webhook URL strictly: what the sender would connect to must be beyond doubt.

Whatever browsers or libraries read in different ways (odd number forms, user info, backslashes,
control characters, zone ids) is refused rather than understood.
"""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import idna

MAX_URL_LENGTH: Final = 2048

_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_ALLOWED_CHARACTERS: Final = re.compile(r"[^\x00-\x20\x7f\\<>\"^`{|}]+")

# Services that speak no HTTP, and our own: a webhook has no business there (after the Fetch
# standard's list of bad ports, with databases, brokers and orchestrators added).
_REFUSED_PORTS: Final = frozenset(
    {1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104}
    | {109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513}
    | {514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 873, 989, 990, 993, 995, 1433}
    | {1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 4369, 5060}
    | {5061, 5432, 5672, 5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 8000, 8086}
    | {9042, 9092, 9200, 9300, 10080, 10250, 11211, 15672, 26379, 27017}
)


class TargetRefused(Exception):
    """The URL or address is not one that webhooks may be sent to; the text says why and is safe to show."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an attempt goes. `host` is lower-case ASCII, without brackets; `address` if it is a literal."""

    scheme: str
    host: str
    port: int
    address: ipaddress.IPv4Address | ipaddress.IPv6Address | None

    @classmethod
    def of(cls, scheme: str, host: str, port: int) -> "Target":
        """From parts that `parse_target` has given out before."""
        try:
            return cls(scheme, host, port, ipaddress.ip_address(host))
        except ValueError:
            return cls(scheme, host, port, None)


def parse_target(url: str, *, any_port: bool = False) -> Target:
    """The target of an `http` or `https` URL; with `any_port` it is the operator's own. Raises `TargetRefused`."""
    if len(url) > MAX_URL_LENGTH:
        raise TargetRefused(f"a webhook URL has at most {MAX_URL_LENGTH} characters")
    wrong = next((char for char in url if not _ALLOWED_CHARACTERS.fullmatch(char)), None)
    if wrong is not None:
        written = quote(wrong, safe="") if wrong.isprintable() else "%.."
        raise TargetRefused(f"a webhook URL must not contain {wrong!a}: write it as {written}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetRefused("this is not a valid URL") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise TargetRefused("a webhook URL starts with https:// (or http:// in test mode)")
    if "@" in parts.netloc:
        raise TargetRefused("a webhook URL must not contain a user name or password")
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    if not any_port and (port == 0 or port in _REFUSED_PORTS):
        raise TargetRefused(f"webhooks are not sent to port {port}")
    host = parts.netloc.rpartition(":")[0] if parts.port is not None else parts.netloc.removesuffix(":")
    name, address = _parse_host(host)
    return Target(parts.scheme, name, port, address)


def plain_url(url: str, target: Target) -> str:
    """The URL with its host as it is looked up, in ASCII: what is saved is what will be called.

    Full-width letters, ligatures and soft hyphens in a name are read (UTS 46) once, here, and by no library
    after us. A URL whose host is ASCII stays to the letter. `target` is what `parse_target` made of this URL.
    """
    parts = urlsplit(url)
    if parts.netloc.isascii():
        return url
    netloc = target.host if parts.port is None else f"{target.host}:{parts.port}"
    return parts._replace(netloc=netloc).geturl()


def _parse_host(host: str) -> tuple[str, ipaddress.IPv4Address | ipaddress.IPv6Address | None]:
    if host.startswith("["):
        return _parse_ipv6(host)
    if "%" in host or "[" in host or "]" in host:
        raise TargetRefused("the host of a webhook URL must be written plainly")
    name = _to_ascii(host)
    if not name or len(name) > 253:
        raise TargetRefused("the host of a webhook URL is missing or too long")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _parse_ipv4(name)
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise TargetRefused("the host of a webhook URL is not a valid name")
    return name, None


def _to_ascii(host: str) -> str:
    """The name as it is looked up: lower case, punycode, without the root's dot."""
    try:
        name = host.lower() if host.isascii() else idna.encode(host, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise TargetRefused("the host of a webhook URL is not a valid name") from None
    return name.removesuffix(".")


def _parse_ipv4(text: str) -> tuple[str, ipaddress.IPv4Address]:
    """Dotted quads only: 127.1, 0x7f000001 and 2130706433 mean different things to different programs."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        raise TargetRefused("an IPv4 address is written as four decimal numbers") from None
    return str(address), address


def _parse_ipv6(text: str) -> tuple[str, ipaddress.IPv6Address]:
    if not text.endswith("]") or "%" in text:
        raise TargetRefused("an IPv6 address is written in brackets, without a zone")
    try:
        address = ipaddress.IPv6Address(text[1:-1])
    except ValueError:
        raise TargetRefused("this is not a valid IPv6 address") from None
    return str(address), address

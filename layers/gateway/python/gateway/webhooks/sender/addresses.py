"""Which addresses webhooks may be sent to, and the one look-up that an attempt relies on.

The list is our own: `ipaddress.is_global` of Python 3.11 takes NAT64 and 6to4 forms of private
addresses for public ones. A name is looked up once, is refused if any of its addresses is, and
the connection goes to an address of that look-up: a second answer of the name server is never used.
"""

import asyncio
import contextlib
import ipaddress
import socket
import threading
import time
from collections.abc import Sequence
from typing import Final

from gateway.database import require_no_connection
from gateway.settings import Settings
from gateway.webhooks.sender.inbox_url import inbox_base, is_inbox
from gateway.webhooks.sender.target import Target, TargetRefused, parse_target

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registries (RFC 6890 and its updates), and cloud metadata services in public space.
_REFUSED_V4: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "168.63.129.16/32",  # Azure's platform address
    )
)
_PUBLIC_V6: Final = ipaddress.IPv6Network("2000::/3")  # all that IANA has given out
_REFUSED_V6: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # Teredo, ORCHID, benchmarking and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_REFUSED_SUFFIXES: Final = (".localhost", ".local", ".internal", ".home.arpa", ".localdomain", ".lan", ".intranet")

_CACHE_SECONDS: Final = 30.0
_FAILURE_CACHE_SECONDS: Final = 2.0
_CACHE_ENTRIES: Final = 10_000
_LOOK_UPS: Final = 64  # getaddrinfo blocks, and a dead name server holds its thread for many seconds


class NameNotFound(Exception):
    """The host has no address, or the name server gave no answer."""


def is_refused(address: Address) -> bool:
    """Whether webhooks must not be sent to this address: anything that is not plainly public."""
    if isinstance(address, ipaddress.IPv4Address):
        return any(address in network for network in _REFUSED_V4)
    return address not in _PUBLIC_V6 or any(address in network for network in _REFUSED_V6)


class AddressGuard:
    """The rules of one deployment, and its look-ups (kept for half a minute)."""

    def __init__(self, settings: Settings) -> None:
        listed = (name.strip().lower() for name in settings.webhook_allowed_hosts.split(","))
        self._allowed = frozenset(name for name in listed if name)
        self._test_mode = settings.test_mode
        self._settings = settings
        self._inbox = _own_target(inbox_base(settings))
        self._free = asyncio.Semaphore(_LOOK_UPS)
        self._cache: dict[str, tuple[float, asyncio.Future[list[str]]]] = {}

    def check_url(self, url: str, mode: str) -> Target:
        """Everything about a URL that can be told without a look-up. Raises `TargetRefused`.

        The inbox is where the operator says it is, on whatever host and port: it is this product itself.
        """
        if self._inbox is not None and mode == "test" and is_inbox(url, self._settings):
            return self._inbox
        target = parse_target(url)
        if target.host in self._allowed or self._is_own_machine(target, mode):
            return target
        if mode == "live" and target.scheme != "https":
            raise TargetRefused("a webhook URL starts with https:// in live mode")
        if target.address is not None and is_refused(target.address):
            raise TargetRefused("webhooks are not sent to private or reserved addresses")
        if target.address is None and ("." not in target.host or target.host.endswith(_REFUSED_SUFFIXES)):
            raise TargetRefused("the host of a webhook URL must be a public name")
        return target

    async def check_saved_url(self, url: str, mode: str, seconds: float = 2.0) -> Target:
        """What saving an endpoint asks: `check_url`, and the addresses that the name has now.

        A name that cannot be found (yet) is accepted; every attempt looks again. Returns the URL's target. Raises
        `TargetRefused`.
        """
        target = self.check_url(url, mode)
        try:
            async with asyncio.timeout(seconds):
                await self.resolve(target, mode)
        except (NameNotFound, TimeoutError):
            pass
        return target

    async def resolve(self, target: Target, mode: str) -> Sequence[str]:
        """The addresses to connect to, in order. Raises `TargetRefused` if any may not be, and `NameNotFound`."""
        addresses = [str(target.address)] if target.address is not None else await self._look_up(target.host)
        if target.host in self._allowed or (mode == "test" and target == self._inbox):
            return addresses
        if self._is_own_machine(target, mode):
            return [text for text in addresses if ipaddress.ip_address(text).is_loopback]
        if any(is_refused(ipaddress.ip_address(text)) for text in addresses):
            raise TargetRefused("the host has a private or reserved address")
        return addresses

    def _is_own_machine(self, target: Target, mode: str) -> bool:
        """In test mode a developer's own receiver, by its plain names only; other names never lead there."""
        return self._test_mode and mode == "test" and target.host in _LOOPBACK_NAMES

    async def _look_up(self, host: str) -> list[str]:
        """One look-up for all that ask in the same moment; it goes on if the one who asked gives up."""
        require_no_connection("a name server")
        now = time.monotonic()
        kept = self._cache.get(host)
        if kept is None or (kept[1].done() and kept[0] < now):
            if len(self._cache) >= _CACHE_ENTRIES:
                self._cache.clear()
            future = asyncio.ensure_future(self._ask(host))
            future.add_done_callback(lambda done: self._keep(host, done))
            kept = (now, future)
            self._cache[host] = kept
        return await asyncio.shield(kept[1])

    def _keep(self, host: str, done: "asyncio.Future[list[str]]") -> None:
        failed = done.cancelled() or done.exception() is not None
        self._cache[host] = (time.monotonic() + (_FAILURE_CACHE_SECONDS if failed else _CACHE_SECONDS), done)

    async def _ask(self, host: str) -> list[str]:
        async with self._free:
            found = await _getaddrinfo(host)
        if not found:
            raise NameNotFound("the name has no address")
        return found


def _own_target(url: str) -> Target | None:
    """Where the inbox is; None if the setting is no URL."""
    try:
        return parse_target(url, any_port=True)
    except TargetRefused:
        return None


async def _getaddrinfo(host: str) -> list[str]:
    """In a daemon thread: unlike an executor's, it cannot keep a process that was told to end from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str], error: Exception | None) -> None:
        if not future.done():
            future.set_result(found) if error is None else future.set_exception(error)

    def ask() -> None:
        found: list[str] = []
        failure: Exception | None = None
        try:
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in entries))
        except (OSError, UnicodeError) as error:
            failure = NameNotFound(str(error))
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(settle, found, failure)

    threading.Thread(target=ask, daemon=True, name="dns").start()
    return await future

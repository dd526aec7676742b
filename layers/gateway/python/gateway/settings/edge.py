"""The settings of the product's edge: its keys, its addresses, and how much it lets in.

The second part of `gateway.settings.Settings`.
"""

import base64
import re
from ipaddress import ip_address, ip_network
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator, model_validator

from gateway.origins import read_base_url, read_origin
from gateway.settings.contract import ContractSettings

_HOST_NAME = re.compile(r"(?:[A-Za-z0-9_-]+\.)*(?!\d+$)[A-Za-z0-9_-]+")
_RATE = re.compile(r"[1-9]\d{0,8}/[1-9]\d{0,5}")
_DEVELOPMENT_KEY = base64.b64encode(b"test-mode-only-not-a-secret-key!").decode()


class EdgeSettings(ContractSettings):
    """Keys, addresses, rate limits and sizes of requests."""

    master_key: str = Field(
        "",
        repr=False,
        description="32 bytes, base64. Encrypts card data and secrets at rest and peppers key hashes. "
        "Required outside test mode. `gateway keys generate-master` makes one.",
    )
    master_key_previous: str = Field(
        "",
        repr=False,
        description="Further master keys, comma separated, that may be read and never seal: the one before, and "
        "first of all the next one, while GATEWAY_MASTER_KEY is exchanged (`gateway keys rotate-master`).",
    )
    host: str = Field("0.0.0.0", description="Address that the API and the web servers listen on.")  # noqa: S104 - a server
    api_url: str = Field("http://localhost:8000", description="Public base URL of the API.")
    inbox_url: str = Field(
        "",
        description="Base URL at which webhook senders reach this API, for the webhook inbox of test keys; empty: "
        "GATEWAY_API_URL.",
    )
    checkout_url: str = Field("http://localhost:3001", description="Public base URL of the checkout.")
    dashboard_url: str = Field("http://localhost:3000", description="Public base URL of the dashboard.")
    test_mode_public: bool = Field(
        False,
        description="Lets test mode start although a public URL leads to other machines than this one: whoever "
        "reaches it may use the seeded key, whose secret everybody knows.",
    )
    cors_origins: str = Field(
        "",
        description="Origins, comma separated, whose pages may call the API besides the dashboard's. Public "
        "routes answer any origin, without credentials.",
    )
    dashboard_password: str = Field(
        "",
        repr=False,
        description="In test mode: password of the seeded log-in test@example.com; empty: one that follows from "
        "the master key, printed by `gateway seed`.",
    )
    trusted_proxies: str = Field(
        "127.0.0.0/8,::1/128",
        description="Networks or host names, comma separated, whose X-Forwarded-For is believed: where the "
        "servers of dashboard and checkout and a load balancer stand. A visitor's address counts for log-in "
        "lock-out, declined cards and rate limits, and stands in the audit log. The log warns of others who "
        "send it.",
    )
    rate_limits: Literal["auto", "redis", "process", "off"] = Field(
        "auto",
        description="Where rate limits are counted: in Redis for all processes, in each process, or not at all. "
        "auto: redis with QUEUE_BACKEND=rq, else process. Functions on Lambda count in each instance.",
    )
    rate_limit_key: str = Field(
        "",
        description="Requests/seconds of one API key or one person. Empty: 6000/60, in test mode 1000000/60.",
    )
    rate_limit_address: str = Field(
        "",
        description="Requests/seconds of one address (IPv6: one /64) on public routes and with credentials that "
        "are refused. Empty: 1200/60, in test mode 1000000/60.",
    )
    rate_limit_order: str = Field(
        "",
        description="Payments/seconds of one order. Empty: 20/600, in test mode 1000000/60.",
    )
    rate_limit_control: str = Field(
        "",
        description="Changes/seconds of keys, endpoints, team and settings by one key or person. Refused (503) "
        "while Redis, which counts them, is away. Empty: 120/60, in test mode 1000000/60.",
    )
    rate_limit_sign_in: str = Field(
        "",
        description="Log-ins/seconds of one address, besides the lock-out; refused (503) while Redis is away. "
        "Empty: 30/60, in test mode 1000000/60.",
    )
    docs_url: str = Field("", description="Base of `docs_url` in errors; empty: the API's own /docs/errors.")
    receive_seconds: float = Field(
        20,
        gt=0,
        description="How long the head of a request may take to arrive, and how long its body may pause: over it "
        "is a 408.",
    )
    max_body_bytes: int = Field(262_144, ge=1024, description="Largest request body; over it is a 413.")

    @field_validator("api_url", "inbox_url", "checkout_url", "dashboard_url", "docs_url")
    @classmethod
    def _is_a_base_url(cls, value: str) -> str:
        return read_base_url(value) if value else value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        return ",".join(read_origin(part) for part in value.split(",") if part.strip())

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks_or_names(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            if not is_host_name(part):
                ip_network(part, strict=False)  # raises ValueError, which says what is wrong
        return value

    @field_validator(
        "rate_limit_key", "rate_limit_address", "rate_limit_order", "rate_limit_control", "rate_limit_sign_in"
    )
    @classmethod
    def _is_a_rate(cls, value: str) -> str:
        if value and _RATE.fullmatch(value) is None:
            raise ValueError("must be requests/seconds, such as 6000/60")
        return value

    @field_validator("master_key", "master_key_previous")
    @classmethod
    def _is_32_bytes(cls, value: str, info: ValidationInfo) -> str:
        parts = [value] if info.field_name == "master_key" else value.split(",")
        try:
            valid = value == "" or all(len(base64.b64decode(part, validate=True)) == 32 for part in parts)
        except ValueError:  # no base64, or not even ASCII
            valid = False
        if not valid:
            raise ValueError("must be 32 bytes in base64")
        return value

    @model_validator(mode="after")
    def _is_public_on_purpose(self) -> Self:
        if self.test_mode and not self.test_mode_public and (found := self._public_urls()):
            raise ValueError(
                f"TEST_MODE is on and {', '.join(found)} leads to other machines: everybody knows the seeded key. "
                "Turn it off, or say GATEWAY_TEST_MODE_PUBLIC=true"
            )
        return self

    @property
    def test_mode_is_public(self) -> bool:
        """Whether whoever reaches this deployment may use the seeded key, and that is not this machine alone."""
        return self.test_mode and bool(self._public_urls())

    def warnings(self) -> list[str]:
        """What an operator should know of these settings, for the log, `/health` and the dashboard."""
        if self.test_mode_is_public:
            return ["Test mode is public: everybody knows the seeded key and log-in"]
        return []

    def _public_urls(self) -> list[str]:
        urls = {
            "GATEWAY_API_URL": self.api_url,
            "GATEWAY_CHECKOUT_URL": self.checkout_url,
            "GATEWAY_DASHBOARD_URL": self.dashboard_url,
        }
        return [name for name, url in urls.items() if not is_loopback(url)]

    def master_key_bytes(self) -> bytes:
        """The 32 bytes of the master key. In test mode a fixed, public one stands in for a missing one."""
        if self.master_key:
            return base64.b64decode(self.master_key)
        if not self.test_mode:
            raise ValueError("GATEWAY_MASTER_KEY is required outside test mode (gateway keys generate-master)")
        return base64.b64decode(_DEVELOPMENT_KEY)

    def master_keys(self) -> list[bytes]:
        """What a `Keyring` is made of: the key that seals, then those that may be read."""
        others = [part for part in self.master_key_previous.split(",") if part]
        return [self.master_key_bytes(), *(base64.b64decode(part) for part in others)]


def is_loopback(url: str) -> bool:
    """Whether this URL leads to the machine that asks, and to no other."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_host_name(text: str) -> bool:
    """Whether this is the name of a host; an address and a network are none (their end is a number)."""
    return _HOST_NAME.fullmatch(text) is not None

"""Every setting of the product: read from the environment once, typed, with its meaning.

`gateway settings` prints this table; `docs/settings.md` is generated from it. A value may also name
where it is kept: `ssm:/name` or `secretsmanager:name#key` (see `secret_references`).
"""

import base64
import binascii
import re
from functools import lru_cache
from ipaddress import ip_network
from typing import Any, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.failpoint import read_failpoint

_REFERENCE = re.compile(r"(?:^|\$\{)(?:ssm|secretsmanager):")
_HOST_NAME = re.compile(r"(?:[A-Za-z0-9_-]+\.)*(?!\d+$)[A-Za-z0-9_-]+")
_RATE = re.compile(r"[1-9]\d{0,8}/[1-9]\d{0,5}")
_DEVELOPMENT_KEY = base64.b64encode(b"test-mode-only-not-a-secret-key!").decode()


class Settings(BaseSettings):
    """Configuration of one process. Durations are in the unit that the name ends in."""

    model_config = SettingsConfigDict(
        env_prefix="GATEWAY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    # --- the contract's names
    database_url: str = Field(
        "postgresql://gateway:gateway@localhost:5432/gateway",
        validation_alias="DATABASE_URL",
        description="Postgres, which holds every duty.",
    )
    redis_url: str = Field(
        "redis://localhost:6379/0",
        validation_alias="REDIS_URL",
        description="Redis, which carries hints for RQ. Nothing is lost with it.",
    )
    port: int = Field(8000, validation_alias="PORT", description="Port of the process that listens.")
    test_mode: bool = Field(
        False,
        validation_alias="TEST_MODE",
        description="Seed the test merchant, answer /api/v1/test/*, decide payments by the TEST_ settings.",
    )
    test_processing_delay: int = Field(
        1000,
        ge=0,
        validation_alias="TEST_PROCESSING_DELAY",
        description="Milliseconds the simulated bank takes in test mode; 0 means 0.",
    )
    test_payment_success: bool = Field(
        True,
        validation_alias="TEST_PAYMENT_SUCCESS",
        description="In test mode: whether payments without a magic number or VPA succeed.",
    )
    webhook_retry_intervals_test: bool = Field(
        False,
        validation_alias="WEBHOOK_RETRY_INTERVALS_TEST",
        description="Retry webhooks after 0, 5, 10, 15, 20 s instead of 0, 1, 5, 30, 120 min.",
    )
    upi_success_rate: float = Field(
        0.90,
        ge=0,
        le=1,
        validation_alias="UPI_SUCCESS_RATE",
        description="Share of UPI payments that the simulator approves outside test mode.",
    )
    card_success_rate: float = Field(
        0.95,
        ge=0,
        le=1,
        validation_alias="CARD_SUCCESS_RATE",
        description="Share of card payments that the simulator approves outside test mode.",
    )
    processing_delay_min: int = Field(
        5000,
        ge=0,
        validation_alias="PROCESSING_DELAY_MIN",
        description="Least milliseconds the simulator takes outside test mode.",
    )
    processing_delay_max: int = Field(
        10000,
        ge=0,
        validation_alias="PROCESSING_DELAY_MAX",
        description="Most milliseconds the simulator takes outside test mode.",
    )
    queue_backend: Literal["rq", "sqs"] = Field(
        "rq", validation_alias="QUEUE_BACKEND", description="What carries hints that something is due."
    )
    sqs_payments_url: str = Field(
        "", validation_alias="SQS_PAYMENTS_URL", description="Queue for payment hints (QUEUE_BACKEND=sqs)."
    )
    sqs_refunds_url: str = Field(
        "", validation_alias="SQS_REFUNDS_URL", description="Queue for refund hints (QUEUE_BACKEND=sqs)."
    )
    sqs_webhooks_url: str = Field(
        "", validation_alias="SQS_WEBHOOKS_URL", description="Queue for webhook hints (QUEUE_BACKEND=sqs)."
    )

    # --- ours
    master_key: str = Field(
        "",
        description="32 bytes, base64. Encrypts card data and secrets at rest and peppers key hashes. "
        "Required outside test mode. `gateway keys generate-master` makes one.",
    )
    master_key_previous: str = Field(
        "",
        description="Further master keys, comma separated, that may be read and never seal: the one before, and "
        "first of all the next one, while GATEWAY_MASTER_KEY is exchanged (`gateway keys rotate-master`).",
    )
    host: str = Field("0.0.0.0", description="Address that the API listens on.")  # noqa: S104 - a server
    api_url: str = Field("http://localhost:8000", description="Public base URL of the API.")
    inbox_url: str = Field(
        "",
        description="In test mode: base URL at which webhook senders reach this API, for the built-in webhook "
        "inbox; empty: GATEWAY_API_URL.",
    )
    checkout_url: str = Field("http://localhost:3001", description="Public base URL of the checkout.")
    dashboard_url: str = Field("http://localhost:3000", description="Public base URL of the dashboard.")
    cors_origins: str = Field(
        "",
        description="Origins, comma separated, whose pages may call the API besides the dashboard's and the "
        "checkout's. Public routes answer any origin, without credentials.",
    )
    dashboard_password: str = Field(
        "",
        description="In test mode: password of the seeded log-in test@example.com; empty: one that follows from "
        "the master key, printed by `gateway seed`.",
    )
    trusted_proxies: str = Field(
        "127.0.0.0/8,::1/128",
        description="Networks or host names, comma separated, whose X-Forwarded-For is believed: where the "
        "dashboard's server and a load balancer stand. Addresses count for log-in lock-out and stand in the "
        "audit log.",
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
    max_body_bytes: int = Field(262_144, ge=1024, description="Largest request body; over it is a 413.")
    database_pool_size: int = Field(6, ge=1, description="Connections of one local process at most.")
    database_pool_wait_seconds: float = Field(
        5, gt=0, description="How long a request waits for a connection before it is a 503."
    )
    database_pooler: bool = Field(
        False, description="DATABASE_URL is a pooler in transaction mode: no prepared statements."
    )
    default_capture: Literal["automatic", "manual"] = Field(
        "automatic", description="Capture of an order that does not say."
    )
    authorization_hours: float = Field(
        168, gt=0, description="An authorisation that is not captured by then is cancelled."
    )
    action_seconds: float = Field(
        900, gt=0, description="How long a shopper may take for a challenge or a UPI approval."
    )
    card_vault_seconds: float = Field(900, gt=0, description="Card data is deleted after this, whatever happens.")
    idempotency_hours: float = Field(72, ge=24, description="How long an idempotency key is kept.")
    request_log_hours: float = Field(
        72,
        ge=0,
        description="How long the request log keeps a line; 0: there is none. On Lambda each request writes its "
        "line before the answer leaves (some milliseconds).",
    )
    lease_seconds: float = Field(20, ge=1, description="A claim that is not renewed falls due again after this.")
    sweep_seconds: float = Field(1, gt=0, description="How often a worker looks for due work without a hint.")
    in_flight: int = Field(500, ge=1, description="Items of one kind that one process works on at once.")
    processor_timeout_seconds: float = Field(
        30, gt=0, description="A processor that has not answered by then is looked up: unknown, not failed."
    )
    processor_attempts: int = Field(
        12, ge=1, description="Calls without an answer before a payment or refund waits for a person."
    )
    shutdown_seconds: float = Field(7, gt=0, description="How long SIGTERM lets work in flight end.")
    keep_alive_seconds: int = Field(
        75,
        ge=1,
        description="How long the API keeps an idle connection. Longer than any client, proxy or balancer does, "
        "or one of them now and then sends into a connection that is just being closed.",
    )
    webhook_timeout_seconds: float = Field(
        15,
        gt=0,
        le=60,
        description="One deadline around name, connection, sending and the whole answer of a webhook attempt. "
        "5 is what earlier gateways of this contract used.",
    )
    webhook_schedule_seconds: str = Field(
        "",
        description="Delay before each webhook attempt, comma separated, such as "
        "0,5,300,1800,7200,18000,36000,50400,72000,86400 (three days); empty: the contract's schedule.",
    )
    webhook_endpoint_in_flight: int = Field(
        4, ge=1, le=100, description="Attempts at one webhook endpoint at the same time, per sender process."
    )
    webhook_breaker_seconds: float | None = Field(
        None,
        ge=0,
        description="After 10 failures in a row an endpoint gets one attempt per this many seconds; 0 turns it "
        "off. Unset: 30, and off with WEBHOOK_RETRY_INTERVALS_TEST, whose schedule would be stretched.",
    )
    webhook_disable_days: float = Field(
        5, gt=0, description="An endpoint that only failed for this many days is disabled."
    )
    webhook_test_hosts: str = Field(
        "",
        description="Like GATEWAY_WEBHOOK_ALLOWED_HOSTS, and ignored outside test mode.",
    )
    webhook_allowed_hosts: str = Field(
        "",
        description="Host names or addresses, comma separated, that webhooks may reach although their address is "
        "private (compose networks). Any port but those of databases and mail.",
    )
    webhook_ca_file: str = Field(
        "",
        description="PEM file of certificate authorities that webhook receivers may use besides the public ones.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")
    failpoint: str = Field(
        "",
        description="Test mode only, for `make faults`: the named point at which this process kills itself, such "
        "as payments.answered@3 (the third time).",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _resolve_references(cls, value: Any) -> Any:
        if isinstance(value, str) and _REFERENCE.search(value):
            from gateway.secret_references import resolve  # brings boto3: only where it is used

            return resolve(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks_or_names(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            if not is_host_name(part):
                ip_network(part, strict=False)  # raises ValueError, which says what is wrong
        return value

    @field_validator("webhook_allowed_hosts")
    @classmethod
    def _test_hosts_too_in_test_mode(cls, value: str, info: ValidationInfo) -> str:
        test_hosts = info.data.get("webhook_test_hosts") if info.data.get("test_mode") else ""
        return ",".join(filter(None, (value, test_hosts)))

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
        except binascii.Error:
            valid = False
        if not valid:
            raise ValueError("must be 32 bytes in base64")
        return value

    @model_validator(mode="after")
    def _dies_in_test_mode_only(self) -> Self:
        if self.failpoint:
            read_failpoint(self.failpoint)
            if not self.test_mode:
                raise ValueError("GATEWAY_FAILPOINT is refused outside test mode")
        return self

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


def is_host_name(text: str) -> bool:
    """Whether this is the name of a host; an address and a network are none (their end is a number)."""
    return _HOST_NAME.fullmatch(text) is not None


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process. Raises `pydantic.ValidationError` naming each wrong variable."""
    return Settings()

"""Every setting of the product: read from the environment once, typed, with its meaning.

`gateway settings` prints this table; `docs/settings.md` is generated from it. Its parts inherit in the
table's order: the contract's names (`contract`), the edge (`edge`), real processors (`processors`), then what
works inside. A value may also name where it is kept: `ssm:/name` or `secretsmanager:name#key` (see
`references`).
"""

import sys
from functools import lru_cache
from ipaddress import ip_address
from typing import Literal, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from gateway.failpoint import read_failpoint
from gateway.settings.contract import unless_wrong
from gateway.settings.edge import is_host_name
from gateway.settings.processors import ProcessorSettings
from gateway.settings.urls import trouble_with_database_url

__all__ = ["Settings", "is_host_name", "load_settings", "settings_or_exit", "variable_of", "wrong_settings"]


def read_delays(text: str) -> tuple[float, ...]:
    """Seconds before each webhook attempt; none for an empty text. Raises `ValueError`."""
    try:
        delays = tuple(float(part) for part in text.split(",")) if text else ()
    except ValueError:
        delays = (-1.0,)
    if any(not 0 <= delay <= 7 * 86_400 for delay in delays) or len(delays) > 20:
        raise ValueError("must be up to 20 delays of 0 seconds to 7 days, comma separated")
    return delays


class Settings(ProcessorSettings):
    """Configuration of one process. Durations are in the unit that the name ends in."""

    database_read_url: str = Field(
        "",
        validation_alias="DATABASE_READ_URL",
        repr=False,
        description="A streaming replica of DATABASE_URL, with the same user and database, for lists, exports, "
        "search, overview, events, logs and reports. Empty: all is read from DATABASE_URL.",
    )
    read_lag_seconds: float = Field(
        2,
        ge=0.5,
        le=300,
        description="What is read from the replica is not older than this. While the replica is further behind, "
        "and for a merchant who wrote within this and a second, the primary is read.",
    )
    database_pool_size: int = Field(6, ge=1, description="Connections of one local process at most.")
    database_pool_wait_seconds: float = Field(
        5, gt=0, description="How long a request waits for a connection before it is a 503."
    )
    database_pooler: bool = Field(
        False, description="DATABASE_URL is a pooler in transaction mode: no prepared statements."
    )
    accept_batch_size: int = Field(
        50,
        ge=1,
        le=500,
        description="Orders or payments of one merchant and mode that arrive in the same moment are accepted in "
        "one statement with one commit, up to so many. 1: each by itself.",
    )
    password_hashes_at_once: int = Field(
        2,
        ge=1,
        description="Passwords that one process checks or hashes at the same time: each takes 64 MiB and "
        "some 50 ms of CPU.",
    )
    password_wait_seconds: float = Field(
        10, gt=0, description="How long a log-in waits for its turn to be checked before it is a 503."
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
    codes_per_order: int = Field(
        10,
        ge=1,
        le=10,
        description="UPI codes of one order, the first of each payment included; then its page takes UPI no more. "
        "Each holds the order for at most `GATEWAY_ACTION_SECONDS`.",
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
    handover: bool = Field(
        True,
        description="With RQ, while fewer than 40 rows of a kind come in a second: work goes straight to a "
        "process that waits for it, over a list in Redis; a look finds what that misses. Off: everything waits "
        "for a look.",
    )
    in_flight: int = Field(500, ge=1, description="Items of one kind that one process works on at once.")
    heartbeat_folder: str = Field(
        "",
        description="Where a worker touches a file for each kind of work with its heartbeat, for the health check "
        "of its container (in the images: /tmp). Empty: nowhere.",
    )
    processor_timeout_seconds: float = Field(
        30, gt=0, description="A processor that has not answered by then is looked up: unknown, not failed."
    )
    processor_attempts: int = Field(
        12, ge=1, description="Calls without an answer before a payment or refund waits for a person."
    )
    shutdown_seconds: float = Field(
        6,
        gt=0,
        description="How long SIGTERM lets work in flight end. Ending itself takes 0.2 s of CPU more.",
    )
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

    @field_validator("database_read_url")
    @classmethod
    def _leads_to_a_replica(cls, value: str) -> str:
        return unless_wrong(value, trouble_with_database_url(value)) if value else value

    @field_validator("webhook_schedule_seconds")
    @classmethod
    def _are_delays(cls, value: str) -> str:
        read_delays(value)
        return value

    @field_validator("webhook_allowed_hosts", "webhook_test_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        return ",".join(_read_host(part.strip()) for part in value.split(",") if part.strip())

    @field_validator("webhook_allowed_hosts")
    @classmethod
    def _test_hosts_too_in_test_mode(cls, value: str, info: ValidationInfo) -> str:
        test_hosts = info.data.get("webhook_test_hosts") if info.data.get("test_mode") else ""
        return ",".join(filter(None, (value, test_hosts)))

    @model_validator(mode="after")
    def _dies_in_test_mode_only(self) -> Self:
        if self.failpoint:
            read_failpoint(self.failpoint)
            if not self.test_mode:
                raise ValueError("GATEWAY_FAILPOINT is refused outside test mode")
        return self


def _read_host(text: str) -> str:
    """A name or an address in the form in which a webhook URL's host is compared."""
    if is_host_name(text.removesuffix(".")):
        return text.removesuffix(".").lower()
    try:
        return str(ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        raise ValueError(
            f"{text!r} can never match: list names and addresses alone, without scheme or port"
        ) from None


def wrong_settings(error: ValidationError) -> list[str]:
    """A line for each wrong variable: its name and what is wrong, without its value."""
    variables = {name: variable_of(name) for name in Settings.model_fields}
    lines = []
    for wrong in error.errors(include_input=False, include_url=False, include_context=False):
        name = ".".join(map(str, wrong["loc"]))
        lines.append(
            " ".join(filter(None, (variables.get(name, name), wrong["msg"].removeprefix("Value error, "))))
        )
    return lines


def variable_of(name: str) -> str:
    """The environment variable of a field of `Settings`."""
    return str(Settings.model_fields[name].validation_alias or f"GATEWAY_{name.upper()}")


def settings_or_exit() -> Settings:
    """The settings of this process; with wrong ones it ends: code 2, and a line for each on stderr."""
    try:
        settings = load_settings()
        settings.master_key_bytes()
    except ValidationError as error:
        lines = wrong_settings(error)
    except ValueError as error:
        lines = [str(error)]
    else:
        return settings
    print("\n".join(f"setting: {line}" for line in lines), file=sys.stderr)  # noqa: T201 - for a person
    raise SystemExit(2)


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process. Raises `pydantic.ValidationError` naming each wrong variable."""
    return Settings()

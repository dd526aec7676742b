"""The settings whose names every gateway of this contract has, and how any setting is read.

The first part of `gateway.settings.Settings`, which the others inherit: their order is the table's.
"""

import re
from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.settings.redis_urls import trouble_with_redis_url
from gateway.settings.urls import trouble_with_database_url

_REFERENCE = re.compile(r"(?:^|\$\{)(?:ssm|secretsmanager):")


class ContractSettings(BaseSettings):
    """The contract's names: stores, test mode, the simulated bank, the queue."""

    model_config = SettingsConfigDict(
        env_prefix="GATEWAY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str = Field(
        "postgresql://gateway:gateway@localhost:5432/gateway",
        validation_alias="DATABASE_URL",
        repr=False,
        description="Postgres, which holds every duty. User name and password are percent-encoded.",
    )
    redis_url: str = Field(
        "redis://localhost:6379/0",
        validation_alias="REDIS_URL",
        repr=False,
        description="Redis, which carries hints for RQ. Nothing is lost with it. Also "
        "redis+sentinel://host:26379,host:26379/mymaster/0 and redis+cluster://host:6379,host:6379; with TLS "
        "rediss+….",
    )
    port: int = Field(8000, validation_alias="PORT", description="Port of the process that listens.")
    test_mode: bool = Field(
        False,
        validation_alias="TEST_MODE",
        description="Seed the test merchant, answer /api/v1/test/* without a key, have the TEST_ settings say "
        "what the simulator does. Test keys work with and without it; live keys never reach the simulator.",
    )
    test_processing_delay: int = Field(
        1000,
        ge=0,
        validation_alias="TEST_PROCESSING_DELAY",
        description="With TEST_MODE: milliseconds the simulator takes; 0 means 0.",
    )
    test_payment_success: bool = Field(
        True,
        validation_alias="TEST_PAYMENT_SUCCESS",
        description="With TEST_MODE: whether payments without a magic number or VPA succeed.",
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
        description="Share of UPI payments that the simulator approves without TEST_MODE.",
    )
    card_success_rate: float = Field(
        0.95,
        ge=0,
        le=1,
        validation_alias="CARD_SUCCESS_RATE",
        description="Share of card payments that the simulator approves without TEST_MODE.",
    )
    processing_delay_min: int = Field(
        5000,
        ge=0,
        validation_alias="PROCESSING_DELAY_MIN",
        description="Least milliseconds the simulator takes without TEST_MODE.",
    )
    processing_delay_max: int = Field(
        10000,
        ge=0,
        validation_alias="PROCESSING_DELAY_MAX",
        description="Most milliseconds the simulator takes without TEST_MODE.",
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

    @field_validator("*", mode="before")
    @classmethod
    def _resolve_references(cls, value: Any) -> Any:
        if isinstance(value, str) and _REFERENCE.search(value):
            from gateway.settings.references import resolve

            return resolve(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _leads_to_a_database(cls, value: str) -> str:
        return unless_wrong(value, trouble_with_database_url(value))

    @field_validator("redis_url")
    @classmethod
    def _leads_to_redis(cls, value: str) -> str:
        return unless_wrong(value, trouble_with_redis_url(value))


def unless_wrong(value: str, trouble: str | None) -> str:
    """The value. Raises `ValueError` with what is wrong with it."""
    if trouble is not None:
        raise ValueError(trouble)
    return value

"""Shapes of the API's health: for the documents, not for checking."""

from typing import Literal

from pydantic import Field

from api.http.shapes import Moment, OpenShape


class HealthAnswer(OpenShape):
    """State of the parts, each asked just now. `degraded`: reads are answered, writes are a 503. What an operator
    has to mend or to know stands in `reason`, `master_key` and `warnings`, left out where there is none."""

    status: Literal["healthy", "degraded", "unhealthy"]
    database: Literal["connected", "read_only", "disconnected"]
    redis: Literal["connected", "disconnected"]
    worker: Literal["running", "stopped"]
    processors: dict[Literal["test", "live"], Literal["simulator", "accounts"] | None] = Field(
        description="What decides payments: in live mode each merchant's own accounts, or nobody."
    )
    timestamp: Moment
    reason: str | None = None
    master_key: Literal["wrong", "missing"] | None = None
    warnings: list[str] | None = None

"""Shapes of the API's health: for the documents, not for checking."""

from typing import Literal

from api.http.shapes import Moment, OpenShape


class HealthAnswer(OpenShape):
    """State of the parts, each asked just now."""

    status: Literal["healthy", "unhealthy"]
    database: Literal["connected", "disconnected"]
    redis: Literal["connected", "disconnected"]
    worker: Literal["running", "stopped"]
    processors: dict[Literal["test", "live"], Literal["simulator"] | None]
    timestamp: Moment

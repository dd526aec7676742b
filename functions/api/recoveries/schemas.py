"""Shapes of the API's recoveries: for the documents, not for checking."""

from typing import Literal

from api.http.shapes import OpenShape


class RecoveryAnswer(OpenShape):
    """Progress: `scheduled` of `total` are due again. `planned`, without an id: a dry run."""

    id: str | None
    endpoint_id: str | None
    since: str
    until: str
    events: list[str] | None
    wanted: Literal["missed", "failed", "success", "all"]
    status: Literal["planned", "running", "completed", "cancelled"]
    dry_run: bool
    total: int
    total_is_exact: bool
    scheduled: int
    created_at: str
    finished_at: str | None


class RecoveryListAnswer(OpenShape):
    """The latest twenty."""

    data: list[RecoveryAnswer]

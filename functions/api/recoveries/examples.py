"""Examples in the documents: recoveries."""

from typing import Any, Final

from api.http.shapes import ENDPOINT_ID

RECOVER: Final[dict[str, Any]] = {
    "since": "2026-01-15T08:00:00Z",
    "until": "2026-01-15T10:00:00Z",
    "endpoint_id": ENDPOINT_ID,
    "status": "missed",
    "dry_run": False,
}
RECOVERY: Final[dict[str, Any]] = {
    "id": "rec_8sHk2LmNq0PzRtVw",
    "endpoint_id": ENDPOINT_ID,
    "since": "2026-01-15T08:00:00.000Z",
    "until": "2026-01-15T10:00:00.000Z",
    "events": None,
    "wanted": "missed",
    "status": "running",
    "dry_run": False,
    "total": 1280,
    "total_is_exact": True,
    "scheduled": 500,
    "created_at": "2026-01-15T11:00:00.000Z",
    "finished_at": None,
}

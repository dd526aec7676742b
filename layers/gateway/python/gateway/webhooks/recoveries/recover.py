"""Send again what endpoints have missed: a range of events, counted first, worked off in steps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from gateway.clock import iso, iso_or_none
from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.ids import is_id, new_id
from gateway.pages.filters import read_moment
from gateway.tenancy.model import Caller
from gateway.validation import ClosedModel, validate
from gateway.webhooks.endpoints.bodies import MESSAGES, Events
from gateway.webhooks.endpoints.change import find_endpoint
from gateway.webhooks.recoveries import queries

COUNTED: Final = 100_000
"""Up to here the deliveries of a recovery are counted before it starts."""

Wanted = Literal["missed", "failed", "success", "all"]
_WANTS: Final[dict[Wanted, frozenset[str]]] = {
    "missed": frozenset({"failed", "missing"}),
    "failed": frozenset({"failed"}),
    "success": frozenset({"success"}),
    "all": frozenset({"failed", "missing", "success"}),
}


class RecoverBody(ClosedModel):
    """Body of `POST /webhooks/recover`."""

    messages: ClassVar[dict[str, str]] = MESSAGES | {
        "status": "status must be one of missed, failed, success, all",
        "endpoint_id": "endpoint_id must be the id of one of your endpoints",
        "since": "since must be an ISO 8601 time such as 2026-01-15T10:30:00Z",
        "until": "until must be an ISO 8601 time such as 2026-01-15T10:30:00Z, or null",
        "dry_run": "dry_run must be true or false",
    }

    since: str = Field(description="Events that happened then or later (ISO 8601).")
    until: str | None = Field(None, description="Events that happened before (ISO 8601); absent: now.")
    endpoint_id: str | None = Field(None, description="Only to this endpoint; absent: to all that are enabled.")
    events: Events | None = Field(None, description="Only these types.")
    status: Wanted = Field(
        "missed",
        description="`missed`: deliveries that failed, and events that were never sent to the endpoint "
        "(it was disabled). `failed`: only the former. `success`: those that arrived, again. `all`: all three.",
    )
    dry_run: bool = Field(False, description="Only count.")


@dataclass(frozen=True, slots=True)
class Recovery:
    """A row of `webhook_recoveries`, as it is shown."""

    id: str
    endpoint_id: str | None
    since: datetime
    until: datetime
    events: list[str] | None
    wants_failed: bool
    wants_missing: bool
    wants_success: bool
    status: Literal["running", "completed", "cancelled"]
    total: int
    scheduled: int
    created_at: datetime
    finished_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Progress: `scheduled` of `total` are due again (or already on their way)."""
        wants = {"failed": self.wants_failed, "missing": self.wants_missing, "success": self.wants_success}
        asked = frozenset(name for name, wanted in wants.items() if wanted)
        return {
            "id": self.id,
            "endpoint_id": self.endpoint_id,
            "since": iso(self.since),
            "until": iso(self.until),
            "events": self.events,
            "wanted": next(name for name, wanted in _WANTS.items() if wanted == asked),
            "status": self.status,
            "dry_run": False,
            "total": self.total,
            "total_is_exact": self.total < COUNTED,
            "scheduled": self.scheduled,
            "created_at": iso(self.created_at),
            "finished_at": iso_or_none(self.finished_at),
        }


async def recover_deliveries(
    tx: Connection, caller: Caller, body: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Count what the body asks for and, unless it is a dry run, have it worked off. Raises `BadRequest`."""
    wanted = validate(RecoverBody, body)
    since = _moment("since", wanted.since)
    until = min(_moment("until", wanted.until), now) if wanted.until is not None else now
    if since >= until:
        raise BadRequest("since must be before until, and in the past", field="since")
    if wanted.endpoint_id is not None:
        endpoint = await find_endpoint(tx, caller, wanted.endpoint_id)
        if endpoint.status != "enabled":
            raise BadRequest("The endpoint is disabled: enable it first", field="endpoint_id")
    wants = _WANTS[wanted.status]
    values: dict[str, Any] = {
        "id": new_id("rec"),
        "merchant_id": caller.merchant_id,
        "mode": caller.mode,
        "endpoint_id": wanted.endpoint_id,
        "since": since,
        "until": until,
        "events": wanted.events,
        "wants_failed": "failed" in wants,
        "wants_missing": "missing" in wants,
        "wants_success": "success" in wants,
        "now": now,
        "counted": COUNTED,
    }
    values["total"] = await queries.count_targets(tx, values)
    if wanted.dry_run:
        return _planned(values, wanted.status)
    await queries.insert_recovery(tx, values)
    return (await find_recovery(tx, caller, values["id"])).as_json()


def _planned(values: dict[str, Any], wanted: str) -> dict[str, Any]:
    """The answer of a dry run: a recovery without an id."""
    return {
        "id": None,
        "endpoint_id": values["endpoint_id"],
        "since": iso(values["since"]),
        "until": iso(values["until"]),
        "events": values["events"],
        "wanted": wanted,
        "status": "planned",
        "dry_run": True,
        "total": values["total"],
        "total_is_exact": values["total"] < COUNTED,
        "scheduled": 0,
        "created_at": iso(values["now"]),
        "finished_at": None,
    }


async def find_recovery(tx: Connection, caller: Caller, recovery_id: str) -> Recovery:
    """The caller's recovery. Raises `NotFound`."""
    row = await queries.select_recovery(tx, caller, recovery_id) if is_id(recovery_id, "rec") else None
    if row is None:
        raise NotFound("Recovery not found")
    return Recovery(**row)


async def list_recoveries(tx: Connection, caller: Caller) -> list[Recovery]:
    """The caller's latest recoveries, newest first."""
    return [Recovery(**row) for row in await queries.select_recoveries(tx, caller)]


async def cancel_recovery(tx: Connection, caller: Caller, recovery_id: str, now: datetime) -> Recovery:
    """Schedule nothing more; what is due already is sent. Raises `NotFound`; one that has ended stays as it is."""
    await find_recovery(tx, caller, recovery_id)
    await queries.cancel(tx, recovery_id, now)
    return await find_recovery(tx, caller, recovery_id)


def _moment(name: str, text: str) -> datetime:
    try:
        return read_moment(text)
    except ValueError as error:
        raise BadRequest(f"{name} must {error}", field=name) from None

"""Is it well?"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.health.look import look_at_database
from api.health.schemas import HealthAnswer
from api.http.dependencies import json_response, runtime_of
from api.reference.openapi import operation
from gateway.clock import iso, utc_now
from gateway.processors.choose import processors_by_mode

router = APIRouter(tags=["Operations"])

_EXAMPLE = {
    "status": "healthy",
    "database": "connected",
    "redis": "connected",
    "worker": "running",
    "processors": {"test": "simulator", "live": "accounts"},
    "timestamp": "2026-01-15T10:30:00.000Z",
}


_UNHEALTHY = _EXAMPLE | {
    "status": "unhealthy",
    "database": "disconnected",
    "worker": "stopped",
    "reason": "The database is not reachable at the moment",
}


@router.get(
    "/health",
    summary="State of the gateway",
    **operation(
        answer=HealthAnswer,
        example=_EXAMPLE,
        errors=(),
        other_answers={
            503: ("The database is away, or cannot be worked with: `reason` says why", HealthAnswer, _UNHEALTHY)
        },
        public=True,
    ),
)
async def get_health(request: Request) -> Response:
    """503 while no request with a key can be answered: the database is away, or sealed under another master key.
    A database that takes no writes is `degraded`. Without Redis everything still works, a little later."""
    runtime = runtime_of(request)
    state = await look_at_database(runtime)
    body: dict[str, Any] = {
        "status": state.status,
        "database": state.database,
        "redis": "connected" if await runtime.queue.is_reachable() else "disconnected",
        "worker": "running" if {"payments", "refunds"} <= state.alive else "stopped",
        "processors": processors_by_mode(runtime.settings),
        "timestamp": iso(utc_now()),
    }
    told = {"reason": state.reason, "master_key": state.master_key, "warnings": runtime.settings.warnings()}
    body |= {name: value for name, value in told.items() if value}
    return json_response(body, 503 if state.status == "unhealthy" else 200)

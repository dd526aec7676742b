"""Is it well?"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.health.schemas import HealthAnswer
from api.http.dependencies import json_response, runtime_of
from api.reference.openapi import operation
from gateway.clock import iso, utc_now
from gateway.errors import Unavailable
from gateway.jobs.status_queries import select_alive_kinds
from gateway.processors.choose import processors_by_mode

router = APIRouter(tags=["Operations"])

_EXAMPLE = {
    "status": "healthy",
    "database": "connected",
    "redis": "connected",
    "worker": "running",
    "processors": {"test": "simulator", "live": None},
    "timestamp": "2026-01-15T10:30:00.000Z",
}


_UNHEALTHY = _EXAMPLE | {"status": "unhealthy", "database": "disconnected", "worker": "stopped"}


@router.get(
    "/health",
    summary="State of the gateway",
    **operation(
        answer=HealthAnswer,
        example=_EXAMPLE,
        errors=(),
        other_answers={503: ("The database is away", HealthAnswer, _UNHEALTHY)},
        public=True,
    ),
)
async def get_health(request: Request) -> Response:
    """503 only when the database is away. Without Redis everything still works, a little later."""
    runtime = runtime_of(request)
    try:
        async with runtime.database.connection(None) as tx:
            alive = await select_alive_kinds(tx)
        database = True
    except Unavailable:
        alive, database = set(), False
    body = {
        "status": "healthy" if database else "unhealthy",
        "database": "connected" if database else "disconnected",
        "redis": "connected" if await runtime.queue.is_reachable() else "disconnected",
        "worker": "running" if {"payments", "refunds"} <= alive else "stopped",
        "processors": processors_by_mode(),
        "timestamp": iso(utc_now()),
    }
    return json_response(body, 200 if database else 503)

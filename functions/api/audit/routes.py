"""The audit log: who did what."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.audit.examples import AUDIT_LINE
from api.audit.schemas import AuditAnswer
from api.http.dependencies import authenticated, json_response, runtime_of
from api.http.query import read_whole, refuse_unknown
from api.reference.openapi import READ_ERRORS, operation
from gateway.audit.queries import select_audit

router = APIRouter(prefix="/api/v1/audit", tags=["Audit log"])

_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 50},
        "description": "Rows of one page.",
    },
    {
        "name": "cursor",
        "in": "query",
        "schema": {"type": "string"},
        "description": "`next_cursor` of the page before.",
    },
    {
        "name": "action",
        "in": "query",
        "schema": {"type": "string"},
        "description": "`key.rotated` or `key`",
    },
    {"name": "actor", "in": "query", "schema": {"type": "string"}, "description": "E-mail address or key id"},
    {
        "name": "object_id",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Only what was done to this object.",
    },
]


@router.get(
    "",
    summary="Read the audit log",
    **operation(
        answer=AuditAnswer,
        example={"data": [AUDIT_LINE], "next_cursor": None, "has_more": False},
        errors=(*READ_ERRORS, 400),
        parameters=_PARAMETERS,
    ),
)
async def get_audit(request: Request) -> Response:
    """Every control action, newest first: keys, endpoints, settings, team, log-ins, captures, refunds."""
    caller = await authenticated(request, "admin")
    query = request.query_params
    refuse_unknown(request, {str(parameter["name"]) for parameter in _PARAMETERS})
    limit = read_whole(query.get("limit", "50"), "limit", 100)
    before = read_whole(query["cursor"], "cursor", 2**62) if "cursor" in query else None
    lines = await runtime_of(request).reads.run(
        caller,
        lambda tx: select_audit(
            tx,
            caller.merchant_id,
            before=before,
            limit=limit + 1,
            action=query.get("action"),
            actor=query.get("actor"),
            object_id=query.get("object_id"),
        ),
    )
    page, more = lines[:limit], len(lines) > limit
    return json_response(
        {
            "data": [line.as_json() for line in page],
            "next_cursor": str(page[-1].id) if more else None,
            "has_more": more,
        }
    )

"""Query parameters of the webhook log."""

from typing import Final

from api.reference.parameters import EVENT_NAME, TIME, parameter

LOG_PARAMETERS: Final = [
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}, "Rows of one page.", 10),
    parameter("offset", {"type": "integer", "minimum": 0, "maximum": 1_000_000, "default": 0}, "Rows to skip.", 0),
    parameter("cursor", {"type": "string", "maxLength": 512}, "`next_cursor` of the page before; without offset."),
    parameter("status", {"type": "string", "enum": ["pending", "success", "failed"]}, "Only in this state."),
    parameter("event", EVENT_NAME, "Only of this event type."),
    parameter("event_id", {"type": "string", "minLength": 1, "maxLength": 64}, "Only of this event."),
    parameter("endpoint_id", {"type": "string", "minLength": 1, "maxLength": 64}, "Only to this endpoint."),
    parameter("created_after", TIME, "Not older than this.", "2026-01-15T00:00:00Z"),
    parameter("created_before", TIME, "Older than this.", "2026-01-16T00:00:00Z"),
]

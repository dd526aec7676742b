"""Query parameters in the documents."""

from typing import Any, Final

from gateway.events.model import EVENT_TYPES


def parameter(name: str, schema: dict[str, Any], description: str, example: Any = None) -> dict[str, Any]:
    """A query parameter."""
    shown = {} if example is None else {"example": example}
    return {"name": name, "in": "query", "schema": schema, "description": description, **shown}


TIME: Final = {"type": "string", "format": "date-time"}
EVENT_NAME: Final = {"type": "string", "enum": list(EVENT_TYPES)}

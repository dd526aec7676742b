"""The person at an open session types the password again, before changing who gets in.

A session may be borrowed or stolen for a minute; what it could leave behind for good takes the password. An API
key has no password and is asked for none."""

from typing import Any

from starlette.requests import Request

from api.http.dependencies import runtime_of
from api.http.visitor import client_address
from gateway.clock import utc_now
from gateway.errors import BadRequest
from gateway.users.model import Session
from gateway.users.prove import require_password


def read_secret(body: dict[str, Any], name: str) -> str:
    """A password or code of a body. Raises `BadRequest`."""
    value = body.get(name)
    if not isinstance(value, str) or not value or len(value) > 1000:
        raise BadRequest(f"{name} is required", field=name)
    return value


async def require_own_password(request: Request, body: dict[str, Any]) -> None:
    """Raises `BadRequest` unless `current_password` is that of the session's user, and `LoginLocked` after too
    many wrong ones; `Unavailable`. Hold no connection meanwhile."""
    session: Session | None = getattr(request.state, "session", None)
    if session is None:
        return
    password = read_secret(body, "current_password")
    await require_password(runtime_of(request).door, session.user, password, client_address(request), utc_now())

"""Query parameters of routes that are no lists."""

from collections.abc import Collection

from starlette.requests import Request

from gateway.errors import BadRequest


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Raises `BadRequest` for a parameter that the route does not know."""
    unknown = set(request.query_params) - set(known)
    if unknown:
        raise BadRequest(f"Unknown query parameter {min(unknown)}", field=min(unknown))


def read_whole(text: str, name: str, largest: int) -> int:
    """A whole number from 1 to `largest`. Raises `BadRequest`."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= largest):
        raise BadRequest(f"{name} is not valid", field=name)
    return int(text)


def read_switch(request: Request, name: str) -> bool:
    """`true` or `false`, which it is if it is absent. Raises `BadRequest`."""
    value = request.query_params.get(name, "false")
    if value not in ("true", "false"):
        raise BadRequest(f"{name} must be true or false", field=name)
    return value == "true"

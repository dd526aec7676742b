"""Ids in paths."""

from uuid import UUID

from gateway.errors import NotFound


def read_uuid(text: str) -> UUID:
    """Raises `NotFound` for what is none: a wrong shape is an unknown id."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("Not found") from None

"""Fields of Stripe's answers. What is not as it should be makes the whole answer one that cannot be read."""

from datetime import UTC, datetime
from typing import Any

from gateway.processors.protocol import Mode, Unknown
from gateway.processors.stripe.calls import Entity


def text(entity: Entity, name: str) -> str:
    """A text that has to be there. Raises `Unknown`."""
    value = entity.get(name)
    if not isinstance(value, str) or not value:
        raise Unknown(f"an answer without {name}")
    return value


def integer(entity: Entity, name: str) -> int:
    """An integer that has to be there; amounts are nothing else. Raises `Unknown`."""
    value = entity.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unknown(f"an answer whose {name} is no integer")
    return value


def mode(entity: Entity) -> Mode | None:
    """Of which mode an object is; None where it does not say."""
    live = entity.get("livemode")
    return ("live" if live else "test") if isinstance(live, bool) else None


def link(value: Any) -> str | None:
    """The id of another object: written there as its id, or as the object (`expand`)."""
    if isinstance(value, dict):
        value = value.get("id")
    return value[:255] if isinstance(value, str) and value else None


def inner(value: Any, *names: str) -> Entity:
    """The object at this path of names; empty where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def own(entity: Any, name: str) -> str | None:
    """One of our ids, which we had sent along in `metadata`."""
    return link(inner(entity, "metadata").get(name))


def moment(entity: Entity, name: str) -> datetime:
    """Their time: seconds since 1970. Raises `Unknown`."""
    try:
        return datetime.fromtimestamp(integer(entity, name), UTC)
    except (OverflowError, ValueError, OSError):
        raise Unknown(f"an answer whose {name} is no time") from None

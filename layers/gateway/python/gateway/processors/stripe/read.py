"""Fields of Stripe's answers, beyond what `processors.reading` reads."""

from typing import Any

from gateway.processors.protocol import Mode, Unknown
from gateway.processors.reading import own_id, read_text
from gateway.processors.stripe.calls import Entity


def text(entity: Entity, name: str) -> str:
    """A text that has to be there. Raises `Unknown`."""
    value = read_text(entity, name)
    if value is None:
        raise Unknown(f"an answer without {name}")
    return value


def mode(entity: Entity) -> Mode | None:
    """Of which mode an object is; None where it does not say."""
    live = entity.get("livemode")
    return ("live" if live else "test") if isinstance(live, bool) else None


def link(value: Any) -> str | None:
    """The id of another object: written there as its id, or as the object (`expand`)."""
    value = read_text(value, "id") or value
    return value[:255] if isinstance(value, str) and value else None


def inner(value: Any, *names: str) -> Entity:
    """The object at this path of names; empty where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def own(entity: Any, kind: str) -> str | None:
    """Our id of this kind (`payment`, `refund`), which we had sent along; None where there is none of ours."""
    carried = read_text(inner(entity, "metadata"), f"{kind}_id")
    prefixes = {"payment": ("pay",), "refund": ("rfnd", "unex")}[kind]
    return next((carried for prefix in prefixes if own_id(prefix, carried)), None)

"""An answer's JSON, read with care: what is not as it should be is `Unknown`, never a refusal or a default."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from gateway.ids import is_id
from gateway.processors.codes import CODES, Code
from gateway.processors.protocol import Declined, Misconfigured, Mode, NotSent, Operation, Unknown

_SAFE: Final = re.compile(r"[A-Za-z0-9_-]{1,50}", re.ASCII)
_MAJOR: Final = re.compile(r"-?\d{1,15}(\.\d{1,10})?([eE][+-]?\d{1,2})?", re.ASCII)
_MOST_MAJOR: Final = 10**15
_NETWORKS: Final = {
    **{name: name for name in ("visa", "mastercard", "amex", "rupay")},
    "americanexpress": "amex",
}


def read_integer(value: Any) -> int:
    """An amount or a number. Raises `Unknown` for what is no integer, `true` included."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Unknown("an answer with something else in place of an integer")


def read_currency(value: Any) -> str:
    """A code of three letters, as it stands there. Raises `Unknown` for what is none."""
    if isinstance(value, str) and len(value) == 3:
        return value
    raise Unknown("an answer without a currency")


def read_sum(entity: Mapping[str, Any]) -> tuple[int, str]:
    """Its `amount` and `currency`. Raises `Unknown` where either is missing."""
    return read_integer(entity.get("amount")), read_currency(entity.get("currency"))


def read_id(entity: Mapping[str, Any]) -> str:
    """Its `id`. Raises `Unknown` where there is none."""
    value = entity.get("id")
    if isinstance(value, str) and value:
        return value
    raise Unknown("an answer without an id")


def read_text(entity: Any, name: str) -> str | None:
    """A field that may be missing or empty, of what may be no object at all."""
    value = entity.get(name) if isinstance(entity, dict) else None
    return value if isinstance(value, str) and value else None


def read_network(entity: Any, name: str) -> str | None:
    """A card's network by the name that we have for it (`cards.check`), however the processor writes it."""
    told = read_text(entity, name)
    return None if told is None else _NETWORKS.get(told.lower().replace(" ", "").replace("_", ""), "unknown")


def read_moment(value: Any) -> datetime:
    """Unix seconds. Raises `Unknown` for what is none."""
    try:
        return datetime.fromtimestamp(read_integer(value), UTC)
    except (OverflowError, OSError, ValueError):
        raise Unknown("an answer with a time that is none") from None


def read_iso(value: Any, zone: tzinfo) -> datetime:
    """A time as ISO 8601 writes it, in `zone` where it names none. Raises `Unknown` for what is none."""
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        raise Unknown("an answer with a time that is none") from None


def read_major(value: Any, digits: int) -> int:
    """A number in major units (an integer, or a fraction, which the client keeps as text) in minor ones.

    `1.0E7` is one, as Java writes from ten millions on. Raises `Unknown` for what is no number, for one of more
    than 15 digits before its point, and for a fraction of the least unit: nothing is rounded.
    """
    if isinstance(value, bool) or not isinstance(value, int | str) or not _MAJOR.fullmatch(str(value)):
        raise Unknown("an answer with something else in place of an amount")
    major = Decimal(value)
    if abs(major) >= _MOST_MAJOR:
        raise Unknown("an answer with an amount that nobody pays")
    minor = major.scaleb(digits)
    if minor != int(minor):
        raise Unknown("an answer with a fraction of the least unit")
    return int(minor)


def read_name(entity: Mapping[str, Any], name: str) -> str:
    """An id that is a text, or a number in some answers. Raises `Unknown` where there is none."""
    value = entity.get(name)
    if value and isinstance(value, int | str) and not isinstance(value, bool):
        return str(value)
    raise Unknown(f"an answer without {name}")


def safe_id(value: str | None, what: str) -> str:
    """An id as a part of a path. Raises `Unknown` where there is none: nothing can be asked then."""
    if value is None or _SAFE.fullmatch(value) is None:
        raise Unknown(f"no {what} of the processor's is known")
    return value


def read_list(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list. Raises `Unknown` for what is none."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unknown("an answer that is no list")
    return value


def inner(entity: Any, name: str) -> Mapping[str, Any]:
    """The object of this name inside; empty where there is none."""
    value = entity.get(name) if isinstance(entity, dict) else None
    return value if isinstance(value, dict) else {}


def own_id(prefix: str, *values: str | None) -> str | None:
    """The first of these that has the shape of an id of ours; None: somebody else made this object."""
    return next((value for value in values if value is not None and is_id(value, prefix)), None)


def said_of(mode: Mode, currency: str, amount: int, raw: str | None, **ids: str | None) -> dict[str, Any]:
    """What every answer carries (`protocol.Said`). `ids`: `reference`, and `charge` of what has one."""
    return {**ids, "amount": amount, "currency": currency, "mode": mode, "raw": None if raw is None else raw[:100]}


def declined(code: Code, **said: Any) -> Declined:
    """A refusal with the text that may be shown. `said`: what every answer carries (`protocol.Said`)."""
    return Declined(code=code, description=CODES[code], **said)


def require_mode(op: Operation, mode: Mode) -> None:
    """Before anything is sent that moves money or leads to it. Raises `Misconfigured` for the other mode."""
    if op.mode != mode:
        raise Misconfigured(f"a {mode} key for a {op.mode} payment")


@contextmanager
def after_sending() -> Iterator[None]:
    """Inside, nothing is `NotSent` any more: something was sent before, and this only asks what came of it."""
    try:
        yield
    except (NotSent, Misconfigured) as problem:
        raise Unknown(f"sent, and what came of it could not be asked: {problem.reason}") from problem


def plain_key(key: str) -> str:
    """Our key in ten to 64 of `[A-Za-z0-9_-]`, for processors that take no others: the same for the same one."""
    plain = key.replace(":", "-")
    return plain if re.fullmatch(r"[A-Za-z0-9_-]{10,64}", plain) else hashlib.sha256(key.encode()).hexdigest()

"""Turn a JSON body into a validated model, or into one clear `BadRequest`."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.errors import BadRequest

M = TypeVar("M", bound="RequestModel")

_LONG_ENOUGH: Final = 5
"""Letters of a name from which one edit is a slip of the pen rather than another name."""


class RequestModel(BaseModel):
    """Base of request bodies: nothing is converted (a string is never a number).

    Unknown fields are ignored, but for near misses: clients of other gateways send more than we read.
    `messages` gives the text for a field where clients rely on one.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    messages: ClassVar[dict[str, str]] = {}


class ClosedModel(RequestModel):
    """A body in which an unknown field is an error: taken for absent, it would mean something else.

    `read_only` are fields of the answer, which may come back with it.
    """

    model_config = ConfigDict(extra="forbid")

    read_only: ClassVar[frozenset[str]] = frozenset()


def validate(model: type[M], body: dict[str, Any]) -> M:
    """The body as `model`. Raises `BadRequest` naming the first unknown or wrong field."""
    if issubclass(model, ClosedModel):
        body = {name: value for name, value in body.items() if name not in model.read_only}
        refuse_unknown(body, model.model_fields)
    else:
        refuse_near_misses(body, model.model_fields)
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        field = str(first["loc"][0]) if first["loc"] else None
        text = model.messages.get(f"{field}:{first['type']}") or model.messages.get(field or "")
        raise BadRequest(text or f"{path}: {first['msg']}", field=path or None) from None


def validate_each(model: type[M], items: Sequence[Any], name: str) -> list[M]:
    """A list of objects as models. Raises `BadRequest` naming the first wrong field."""
    found = []
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            raise BadRequest(f"{name} must be a list of objects", field=name)
        try:
            found.append(validate(model, item))
        except BadRequest as error:
            where = f"{name}.{number}" if error.field is None else f"{name}.{number}.{error.field}"
            raise BadRequest(f"{name}.{number}: {error.description}", field=where) from None
    return found


def refuse_unknown(body: dict[str, Any], known: Collection[str]) -> None:
    """Raises `BadRequest` for a field that is not among the known ones."""
    for name in body:
        if name not in known:
            meant = next((one for one in known if one not in body and is_one_edit(name, one)), None)
            raise BadRequest(_unknown(name, meant), field=name[:64] or None)


def refuse_near_misses(
    body: dict[str, Any], known: Collection[str], within: str = "", code: str | None = None
) -> None:
    """Raises `BadRequest` for an unknown field that is one slip from a known, absent one of five letters or more.

    `within` and a dot lead to the field, where the body is part of another.
    """
    for name in body:
        if name in known:
            continue
        for one in known:
            if one not in body and len(one) >= _LONG_ENOUGH and is_one_edit(name, one):
                raise BadRequest(_unknown(name, one), field=f"{within}.{name}" if within else name, code=code)


def is_one_edit(one: str, other: str) -> bool:
    """Whether a letter more, less or other, or two that changed places (Damerau), make one text the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    if one[1:] == other or one == other[1:] or one[1:] == other[1:]:
        return True
    return one[:2] == other[1::-1] and one[2:] == other[2:]


def _unknown(name: str, meant: str | None) -> str:
    text = f"Unknown field {name[:64]!r}"
    return text if meant is None else f"{text}: did you mean {meant}?"

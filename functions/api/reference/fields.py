"""Field tables: what a body may hold, and what an answer holds, read from the schemas of the OpenAPI document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from api.reference.html import escape, phrase, table

_MOST_DEPTH: Final = 3
_MOST_VALUES: Final = 12
_LIMITS: Final = (
    ("minimum", "from {}"),
    ("maximum", "to {}"),
    ("exclusiveMinimum", "above {}"),
    ("maxLength", "at most {} characters"),
    ("maxItems", "at most {} entries"),
    ("maxProperties", "at most {} entries"),
)

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One row: the name with dots leading inwards, its type and limits, and what it means."""

    name: str
    type: str
    required: bool
    meaning: str


def field_tables(document: Schema, schema: Schema, *, answers: bool = False) -> str:
    """The tables of a body or an answer; one for each kind where there are several. Empty: it has no fields.

    `answers`: nothing is required of whom the answer is for, so nothing is marked.
    """
    parts = []
    for title, kind in _kinds(document, schema):
        rows = [
            (
                f"<code>{escape(one.name)}</code>{' <em>required</em>' if one.required and not answers else ''}",
                one.type,
                phrase(one.meaning),
            )
            for one in _fields(document, kind)
        ]
        if rows:
            parts.append((f"<p>{escape(title)}</p>" if title else "") + table(("Field", "Type", "Meaning"), rows))
    return "".join(parts)


def _kinds(document: Schema, schema: Schema) -> list[tuple[str, Schema]]:
    """(title, schema) of each kind of an object; a list is described by its entries."""
    schema = _resolved(document, schema)
    if "oneOf" in schema:
        kinds = [_resolved(document, one) for one in schema["oneOf"]]
        return [(one.get("description", ""), one) for one in kinds if one.get("type") != "array"]
    return [("", _resolved(document, schema["items"]) if schema.get("type") == "array" else schema)]


def _fields(document: Schema, schema: Schema, before: str = "", depth: int = 1) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, described in schema.get("properties", {}).items():
        found = _resolved(document, described)
        inner = _without_null(document, found)
        listed = inner.get("type") == "array"
        inside = _without_null(document, _resolved(document, inner.get("items", {}))) if listed else inner
        full = f"{before}{name}"
        meaning = described.get("description") or found.get("description") or inner.get("description", "")
        yield Field(full, _type_of(document, found), name in required, meaning)
        if inside.get("properties") and depth < _MOST_DEPTH:
            yield from _fields(document, inside, f"{full}[]." if listed else f"{full}.", depth + 1)


def _resolved(document: Schema, schema: Schema) -> Schema:
    """The schema that a `$ref` leads to; what stands beside the reference holds."""
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rpartition("/")[2]
    return {**document["components"]["schemas"][name], **{key: schema[key] for key in schema if key != "$ref"}}


def _without_null(document: Schema, schema: Schema) -> Schema:
    """What a field that may be null is otherwise."""
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            return _resolved(document, one)
    return schema


def _type_of(document: Schema, schema: Schema) -> str:
    """The type as HTML, with allowed values and limits."""
    if "anyOf" in schema:
        kinds = [_type_of(document, _resolved(document, one)) for one in schema["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    if 0 < len(values) <= _MOST_VALUES:
        return " ".join(f"<code>{escape(value)}</code>" for value in values)
    if schema.get("type") == "array":
        inside = _type_of(document, _resolved(document, schema.get("items", {})))
        return f"list of {inside}{_limits(schema)}"
    kinds = schema.get("type", "any")
    name = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{escape(schema.get('format') or name)}{_limits(schema)}"


def _limits(schema: Schema) -> str:
    given = [(schema[name], text) for name, text in _LIMITS if schema.get(name)]
    words = [text.format(f"{limit:,}" if limit >= 10_000 else limit) for limit, text in given]
    return f", {escape(', '.join(words))}" if words else ""

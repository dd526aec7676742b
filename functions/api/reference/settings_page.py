"""The settings as Markdown."""

from typing import Any, get_args, get_origin

from pydantic.fields import FieldInfo

from gateway.settings import Settings

_HEAD = """\
# Settings

<!-- Written by `python -m api.reference` from `gateway/settings/`. -->

Every process reads its configuration from the environment, once, at its start; a wrong value ends it with a line
that names the variable. `gateway settings` prints this list.

"""


def settings_markdown() -> str:
    """`docs/settings.md`: a row per variable, those of the public contract first."""
    ours = {name: field for name, field in Settings.model_fields.items() if field.validation_alias is None}
    contract = {name: field for name, field in Settings.model_fields.items() if name not in ours}
    return (
        f"{_HEAD}## Names that every gateway of this contract has\n\n{_table(contract)}\n## Ours\n\n{_table(ours)}"
    )


def variable_of(name: str, field: FieldInfo) -> str:
    """The environment variable of a setting."""
    return str(field.validation_alias or f"GATEWAY_{name.upper()}")


def _table(fields: dict[str, FieldInfo]) -> str:
    rows = []
    for name, field in fields.items():
        cells = (f"`{variable_of(name, field)}`", _kind(field), _default(field), _cell(field.description or ""))
        rows.append(f"| {' | '.join(cells)} |\n")
    return "| variable | value | default | meaning |\n|---|---|---|---|\n" + "".join(rows)


def _kind(field: FieldInfo) -> str:
    bounds = []
    for rule in field.metadata:
        for attribute, sign in (("gt", ">"), ("ge", "≥"), ("lt", "<"), ("le", "≤")):
            if hasattr(rule, attribute):
                bounds.append(f"{sign} {getattr(rule, attribute)}")
    return " ".join([_type_name(field.annotation), ", ".join(bounds)]).strip()


def _type_name(annotation: Any) -> str:
    names = {bool: "true or false", int: "whole number", float: "number", str: "text"}
    if annotation in names:
        return names[annotation]
    parts = [part for part in get_args(annotation) if part is not type(None)]
    is_choice = get_origin(annotation) is not None and all(isinstance(part, str) for part in parts)
    return " or ".join(f"`{part}`" if is_choice else _type_name(part) for part in parts)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == "":
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

"""The SQL of the layer, read from its source: which statement touches tenants' rows, and whether it says whose."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gateway
from gateway.tenancy.rules import RULES

LAYER: Final = Path(gateway.__file__).parent
TENANT_TABLES: Final = frozenset(
    name.removeprefix("public.") for name, one in RULES.items() if one.rows is not None
)

_BEGINS: Final = re.compile(r"\s*(--[^\n]*\n\s*)*(WITH|SELECT|INSERT INTO|UPDATE|DELETE FROM)\b")
_TABLE: Final = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:public\.)?([a-z_]+)\b")
_INSERTS: Final = re.compile(r"INSERT INTO [\w.]+( AS \w+)?\s*\([^)]*\bmerchant_id\b|INSERT INTO [\w.]+ \(\{\}\)")
_COMPARES: Final = re.compile(r"merchant_id(::uuid)?\)?\s*(=|IN\b)|=\s*(\(?\w+\.)?merchant_id|%\(merchant_id\)")


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """A text that begins as SQL does, in a file of the layer; `name` is its function's, or its constant's."""

    file: str
    name: str
    text: str

    @property
    def place(self) -> str:
        """What it is listed under."""
        return f"{self.file}:{self.name}"

    @property
    def tables(self) -> set[str]:
        """Tables with tenants' rows that it touches."""
        return set(_TABLE.findall(self.text)) & TENANT_TABLES

    @property
    def says_whose(self) -> bool:
        """Whether it compares a merchant, or writes one down."""
        return bool(_COMPARES.search(self.text) or _INSERTS.search(self.text))


def statements() -> Iterator[Statement]:
    """All of the layer."""
    for path in sorted(LAYER.rglob("*.py")):
        file = str(path.relative_to(LAYER))
        for node in ast.parse(path.read_text()).body:
            for name, text in _texts(node, _name_of(node)):
                if _BEGINS.match(text):
                    yield Statement(file, name, text)


def _texts(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    text = _text(node)
    if text is not None:
        yield name, text
        return
    inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else name
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, inner)


def _text(node: ast.AST) -> str | None:
    """The text of a constant or an f-string; what is filled in is `{}`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Assign):
        return str(getattr(node.targets[0], "id", ""))
    return str(getattr(getattr(node, "target", None), "id", ""))

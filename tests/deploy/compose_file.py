"""docker-compose.yml as Compose reads it: variables put in, anchors merged."""

import re
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.tools import ROOT

FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::?-([^}]*))?\}")


def interpolate(text: str, environment: dict[str, str]) -> str:
    """`${NAME:-default}` and `$$` as Compose treats them. Raises KeyError for a variable without a default."""

    def value(found: re.Match[str]) -> str:
        name, default = found.groups()
        if name in environment:
            return environment[name]
        if default is None:
            raise KeyError(name)
        return str(default)

    return _VARIABLE.sub(value, text).replace("$$", "$")


def read_compose(environment: dict[str, str] | None = None, file: Path = FILE) -> dict[str, Any]:
    """The file with this environment and nothing else. As in Compose, what is put in stays text."""

    def fill(node: Any) -> Any:
        if isinstance(node, dict):
            return {name: fill(value) for name, value in node.items()}
        if isinstance(node, list):
            return [fill(value) for value in node]
        return interpolate(node, environment or {}) if isinstance(node, str) else node

    content: dict[str, Any] = fill(yaml.safe_load(file.read_text()))
    return content


def variables() -> set[str]:
    """Names that the file takes from the environment or `.env`."""
    return {found.group(1) for found in _VARIABLE.finditer(FILE.read_text())}

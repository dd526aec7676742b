"""Every command of an operator of real processors says how it is called, and stands in the documents."""

import pytest
from typer.main import get_command

from gateway.cli.main import app
from tests.support.stack import ROOT

_COMMANDS = [
    (group, name, command)
    for group in ("processors", "live")
    for name, command in get_command(app).commands[group].commands.items()  # type: ignore[attr-defined]
]


@pytest.mark.parametrize(
    ("group", "name", "command"), _COMMANDS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_command_has_an_example_and_is_documented(group: str, name: str, command: object) -> None:
    told = str(getattr(command, "help", ""))
    assert f"Example: gateway {group} {name}" in told
    documents = (ROOT / "docs/processors.md").read_text()
    assert f"gateway {group} {name}" in documents or f"`{name}`" in documents

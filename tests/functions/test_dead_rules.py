"""No table of rules has a line that nothing meets: each decides for at least one operation of the API."""

import re
from collections.abc import Sequence

import pytest

from api.http.limits import _CONTROL, _SIGN_IN
from gateway.audit.model import ACTIONS
from gateway.users.roles import PERMISSIONS, RULES, permission_for
from tests.contract.operations import operations

ASKED = [
    (one.method.upper(), re.sub(r"\{\w+\}", "x1", one.path.removeprefix("/api/v1")))
    for one in operations()
    if one.path.startswith("/api/v1")
]


def _deciding(rules: Sequence[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """The rules that are the first match of some operation."""
    found = set()
    for method, path in ASKED:
        for rule in rules:
            if rule[0] in ("*", method) and re.fullmatch(rule[1], path):
                found.add(rule)
                break
    return found


@pytest.mark.parametrize("rules", [RULES, ACTIONS], ids=["roles", "audit"])
def test_every_rule_decides_for_an_operation(rules: Sequence[tuple[str, str, str]]) -> None:
    dead = [rule for rule in rules if rule not in _deciding(rules)]
    assert not dead, "these match no operation, or only what an earlier rule has decided"


def test_every_permission_is_needed_by_an_operation() -> None:
    needed = {permission_for(method, f"/api/v1{path}") for method, path in ASKED}
    assert needed >= set().union(*PERMISSIONS.values())


def test_every_path_of_the_limits_is_a_routes() -> None:
    paths = {one.path for one in operations()}
    assert paths >= _SIGN_IN
    assert [prefix for prefix in _CONTROL if not any(path.startswith(prefix) for path in paths)] == []

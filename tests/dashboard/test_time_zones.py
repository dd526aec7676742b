"""Every time zone that a browser may name is known, also on a machine without zone data of its own."""

from collections.abc import Callable

import pytest

from tests.contract.operations import Operation, operations
from tests.support.envelope import expect_error
from tests.support.stack import Stack

WITH_ZONE = [one for one in operations() if any(parameter["name"] == "time_zone" for parameter in one.parameters)]
OLD_NAMES = ["Asia/Calcutta", "Asia/Katmandu", "Asia/Saigon", "Europe/Kiev", "America/Buenos_Aires", "US/Eastern"]
NO_ZONES = ["", "Mars/Olympus", "America", "../UTC", "/etc/localtime", "zone.tab", "UTC/x", "é", "x" * 5000]


def _as_file(operation: Operation) -> dict[str, str]:
    """The zone of a list is that of its file."""
    is_list = any(parameter["name"] == "cursor" for parameter in operation.parameters)
    return {"Accept": "text/csv"} if is_list else {}


@pytest.fixture
def bare(new_stack: Callable[..., tuple[Stack, object]]) -> Stack:
    """The API on a machine without zone data."""
    stack, _ = new_stack(PYTHONTZPATH="")
    stack.start("api")
    return stack


def test_old_and_new_names_are_known_without_the_machines_zone_data(bare: Stack) -> None:
    api = bare.test_merchant().api
    assert WITH_ZONE
    for operation in WITH_ZONE:
        path = operation.path.removeprefix("/api/v1")
        for name in ("UTC", "Asia/Kolkata", *OLD_NAMES):
            answer = api.request(operation.method, path, params={"time_zone": name}, headers=_as_file(operation))
            assert answer.status_code == 200, (str(operation), name, answer.text)


def test_what_is_no_time_zone_is_refused_by_name(bare: Stack) -> None:
    api = bare.test_merchant().api
    for operation in WITH_ZONE:
        for name in NO_ZONES:
            path = operation.path.removeprefix("/api/v1")
            answer = api.request(operation.method, path, params={"time_zone": name}, headers=_as_file(operation))
            expect_error(answer, "BAD_REQUEST_ERROR", field="time_zone")

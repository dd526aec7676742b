"""Nobody reaches another merchant's objects, by whatever route: generated from the OpenAPI document."""

import pytest

from tests.contract.operations import Operation, operations
from tests.contract.world import World
from tests.support.envelope import expect_error

WITH_IDS = [one for one in operations() if one.path_parameters and not one.is_public]
WITH_ID_FILTERS = [
    (one, parameter["name"])
    for one in operations()
    for parameter in one.parameters
    if parameter["in"] == "query" and parameter["name"].endswith("_id")
]
WITH_IDS_IN_BODIES = [
    (one, name)
    for one in operations()
    for name in (one.body() or {})
    if name.endswith("_id") and not one.is_public
]


@pytest.mark.parametrize("operation", WITH_IDS, ids=str)
def test_an_id_of_another_merchant_is_a_404(world: World, stranger: World, operation: Operation) -> None:
    ids, body = world.ids(operation), operation.body()
    expect_error(stranger.send(operation, ids, body), "NOT_FOUND_ERROR")
    # The id is real: its owner is answered otherwise.
    assert world.send(operation, ids, body).status_code != 404


@pytest.mark.parametrize(("operation", "name"), WITH_ID_FILTERS, ids=str)
def test_an_id_of_another_merchant_filters_to_nothing(
    world: World, stranger: World, operation: Operation, name: str
) -> None:
    path = operation.path.removeprefix("/api/v1")
    answer = stranger.client(operation).get(path, params={name: world.id(name)})
    assert answer.status_code in (200, 404), answer.text
    if answer.status_code == 200:
        assert answer.json()["data"] == []


@pytest.mark.parametrize(("operation", "name"), WITH_IDS_IN_BODIES, ids=str)
def test_an_id_of_another_merchant_in_a_body_is_a_404(
    world: World, stranger: World, operation: Operation, name: str
) -> None:
    body = operation.body() | {name: world.id(name)}
    expect_error(stranger.send(operation, stranger.ids(operation), body), "NOT_FOUND_ERROR")


def test_the_other_mode_is_another_world(world: World) -> None:
    """A live key of the same merchant sees nothing of its test mode."""
    live = world.stack.merchant("live")
    world.stack.sql("UPDATE api_keys SET merchant_id = %s WHERE id = %s", (world.merchant.id, live.key))
    for path in (f"/payments/{world.paid['id']}", f"/orders/{world.paid['order_id']}"):
        assert world.merchant.api.get(path).status_code == 200
        expect_error(live.api.get(path), "NOT_FOUND_ERROR")
    assert live.api.get("/payments").json() == []

"""What a dashboard needs before live, asked of the API as a function: the answers are those of the process."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from dev.postgres import PostgresServer
from gateway.tenancy.model import TEST_KEY_ID, TEST_SECRET
from tests.deploy.cloud.events import http_event_v2
from tests.deploy.cloud.function import Function
from tests.processors.rows import Shelf
from tests.support.stack import copy_database, database_of


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    """A database of these tests' own."""
    return copy_database(database_of(postgres.url, "postgres"), "gateway")


@pytest.fixture(scope="module")
def api(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    """One instance of the API's function."""
    log: Path = tmp_path_factory.mktemp("lambda") / "api.log"
    function = Function("api", "api.handler.handler", {"DATABASE_URL": url, "TEST_MODE": "true"}, log).start()
    yield function
    function.stop()


def ask(api: Function, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and JSON of the seeded merchant's request."""
    head = {"Host": "localhost", "X-Api-Key": TEST_KEY_ID, "X-Api-Secret": TEST_SECRET}
    raw = b"" if body is None else json.dumps(body).encode()
    if raw:
        head["Content-Type"] = "application/json"
    answer = api.invoke(http_event_v2(method, f"/api/v1{path}", "", head, raw))
    return int(answer["statusCode"]), json.loads(answer["body"])


def test_the_function_tries_proves_and_settles_as_the_process_does(api: Function, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (TEST_KEY_ID,))
        account = Shelf(connection, chance=Random()).account()
        connection.execute(
            "INSERT INTO processor_notices (account_id, event_id, merchant_id, mode, type, topic, objects, "
            "review_reason) SELECT id, 'evt_1', merchant_id, mode, 'x', 'payment', '{}', 'not found' "
            "FROM processor_accounts WHERE id = %s",
            (account,),
        )
    path = f"/processor-accounts/{account}"
    status, routes = ask(api, "PUT", "/processor-routes", {"rules": [{"account_id": account}]})
    assert status == 200
    stale = {"rules": [], "version": "stale"}
    assert ask(api, "PUT", "/processor-routes", stale)[0] == 409
    assert ask(api, "GET", "/processor-routes")[1] == routes
    status, trial = ask(api, "POST", f"{path}/trial")
    assert (status, trial["order"]["amount"]) == (201, 100)
    assert ask(api, "GET", f"{path}/trial")[1]["order"] == trial["order"]
    status, proof = ask(api, "GET", f"{path}/proof")
    assert (status, proof["payment"]) == (200, None)
    assert [one["event_id"] for one in ask(api, "GET", "/processor-notices")[1]["data"]] == ["evt_1"]
    settled = ask(api, "POST", f"/processor-notices/{account}/settle", {"event_id": "evt_1"})
    assert settled == (200, {"event_id": "evt_1", "status": "settled"})
    assert ask(api, "GET", "/live/checklist")[0] == 403, "a test key"

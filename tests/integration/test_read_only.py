"""A database that takes no writes: reads go on, writes are refused, after a fail-over all is well by itself."""

from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest

from dev.redis import RedisServer
from tests.contract.operations import operations
from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack, eventually

SECONDS = 30


class ReadOnly:
    """A product over a database whose writes can be turned off as a standby, a role or a setting does it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.merchant: Merchant = stack.test_merchant()
        self.name = stack.database_url.rpartition("/")[2].partition("?")[0]

    def turn(self, state: str, *, cut: bool = True) -> None:
        """`on` or `off`; with `cut` sessions end, as in a fail-over."""
        with psycopg.connect(self.stack.database_url, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(
                f'ALTER DATABASE "{self.name}" SET default_transaction_read_only = {state}'.encode()
            )
            if cut:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = %s AND pid <> pg_backend_pid()",
                    (self.name,),
                )

    def health(self) -> httpx.Response:
        return httpx.get(f"{self.stack.base_url}/health", timeout=10)

    def wait_for(self, database: str) -> None:
        def told() -> bool:
            try:
                return bool(self.health().json()["database"] == database)
            except httpx.HTTPError:
                return False  # it is just starting

        eventually(told, SECONDS, database)


@pytest.fixture
def shop(new_stack: Callable[..., tuple[Stack, RedisServer]]) -> Iterator[ReadOnly]:
    stack, _ = new_stack()
    stack.start()
    shop = ReadOnly(stack)
    yield shop
    shop.turn("off")


def test_reads_go_on_and_writes_are_a_503_that_says_when_to_come_back(shop: ReadOnly) -> None:
    merchant = shop.merchant
    shop.stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}'")
    paid = merchant.paid()
    shop.turn("on")
    shop.wait_for("read_only")
    shop.stack.api.kill()  # so that no key and no session has been noted lately
    shop.stack.api.start()
    shop.wait_for("read_only")
    body = shop.health()
    assert body.status_code == 200 and body.json()["status"] == "degraded" and body.json()["reason"]
    for path in ("/orders", "/payments", f"/payments/{paid['id']}", "/refunds", "/events",
                 "/ledger/balances", "/overview", f"/payments/{paid['id']}/public"):  # fmt: skip
        answer = merchant.api.get(path)
        assert answer.status_code == 200, (path, answer.text)
    for path, given in (
        ("/orders", {"amount": 500}),
        (f"/payments/{paid['id']}/refunds", {"amount": 100}),
        ("/keys", {"label": "x"}),
    ):
        for headers in ({}, {"Idempotency-Key": path}):
            answer = merchant.api.post(path, json=given, headers=headers)
            assert answer.status_code == 503, (path, answer.text)
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert merchant.api.get("/orders").status_code == 200
    assert '"exception"' not in shop.stack.api.log.read_text()


def test_every_list_is_answered_as_before(shop: ReadOnly) -> None:
    shop.merchant.paid()
    paths = [
        one.path for one in operations() if one.method == "get" and "{" not in one.path and one.path != "/health"
    ]
    assert len(paths) > 15

    def answers() -> dict[str, int]:
        found = {}
        for path in paths:
            with shop.merchant.api.stream("GET", f"{shop.stack.base_url}{path}") as answer:
                found[path] = answer.status_code
        return found

    before = answers()
    shop.turn("on")
    shop.wait_for("read_only")
    # What shows a secret is written down first, and so is refused with everything that writes.
    shown = {
        f"/api/v1/{path}": 503 for path in ("webhooks/config", "checkout/settings", "checkout/signing-secret")
    }
    assert answers() == before | shown


def test_after_a_fail_over_the_pool_gets_connections_that_write(shop: ReadOnly) -> None:
    shop.turn("on")
    shop.wait_for("read_only")
    shop.turn("off", cut=False)  # as an old primary does: it keeps its sessions and takes no writes

    def takes_writes() -> bool:
        return all(shop.merchant.api.post("/orders", json={"amount": 500}).status_code == 201 for _ in range(20))

    eventually(takes_writes, SECONDS, "writes on every connection")
    assert shop.merchant.paid()["status"] == "success"
    assert shop.health().json()["status"] == "healthy"


def test_noting_the_use_of_a_key_fails_no_request(shop: ReadOnly) -> None:
    """Whatever the reason: here a role that may not write this one column."""
    role = "gateway_app"
    shop.stack.sql(f"REVOKE UPDATE ON api_keys FROM {role}")
    for column in shop.stack.sql(
        "SELECT column_name FROM information_schema.column_privileges WHERE grantee = %s "
        "AND table_name = 'api_keys' AND privilege_type = 'UPDATE'", (role,)
    ):  # fmt: skip
        shop.stack.sql(f"REVOKE UPDATE ({column[0]}) ON api_keys FROM {role}")
    assert shop.stack.merchant().api.get("/orders").status_code == 200


def test_a_role_that_may_only_read_reads_and_is_told_to_come_back_for_writes(shop: ReadOnly) -> None:
    merchant = shop.stack.merchant()
    assert merchant.api.post("/orders", json={"amount": 500}).status_code == 201
    shop.stack.sql("REVOKE INSERT, UPDATE, DELETE ON orders, payments, refunds, idempotency_keys FROM gateway_app")
    for body in ({"amount": 500}, {"amount": 700, "receipt": "again"}):
        answer = merchant.api.post("/orders", json=body)
        expect_error(answer, "SERVICE_UNAVAILABLE")
        assert int(answer.headers["retry-after"]) >= 1
    assert merchant.api.get("/orders").status_code == 200

"""Lists come from the replica, all else from the primary; who wrote reads what he wrote, at every process."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import psycopg

from dev.ports import free_port
from gateway.database.scope import begin_statements
from gateway.tenancy.model import Caller
from tests.replicas.conftest import Pair, orders_of
from tests.support.client import Merchant
from tests.support.stack import eventually

BOUND = 6
"""Seconds: long enough to find a replica behind that is still within it."""


def test_lists_come_from_the_replica_and_single_objects_from_the_primary(new_pair: Callable[..., Pair]) -> None:
    """With replay paused the replica shows the past, for as long as the bound allows, and not a moment longer."""
    pair = new_pair(bound=BOUND)
    merchant = pair.reader()
    pair.wait_for_replica(merchant)
    pair.pause()

    def is_past() -> str | None:
        """An order that its merchant's list does not show. Redis may be late on a busy machine: then it does."""
        order = pair.slip_in(merchant)
        return None if order in orders_of(merchant) else order

    order = eventually(is_past, BOUND, "a list from the replica")
    written_at = time.monotonic()
    assert merchant.api.get(f"/orders/{order}").status_code == 200
    # The bound counts from the last moment that was covered, which lies before the write.
    while (asked_at := time.monotonic()) and order not in orders_of(merchant):
        assert asked_at - written_at < BOUND
        time.sleep(0.1)
    pair.replica.sql("SELECT pg_wal_replay_resume()")
    pair.wait_for_replica(merchant)
    assert order in orders_of(merchant)


READS = {
    "/orders": "orders",
    "/payments": "payments",
    "/payments?limit=5": "payments",
    "/refunds": "refunds",
    "/disputes": "disputes",
    "/unexpected-payments": "unexpected_money",
    "/processor-operations": "processor_operations",
    "/ledger/entries": "ledger_entries",
    "/ledger/balances": "ledger_balances",
    "/events": "events",
    "/events?order=desc": "events",
    "/events?after=latest": "event_feed",
    "/webhooks": "deliveries",
    "/requests": "request_log",
    "/audit": "audit_log",
    "/overview": "payments",
    "/search?q=receipt": "orders",
    "/changes": "events",
}
"""Each way to read that may be a moment old, and a table that it reads."""


def test_every_list_is_answered_by_the_replica_without_a_write(new_pair: Callable[..., Pair]) -> None:
    pair = new_pair()
    merchant = pair.reader()
    pair.stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}'")
    pair.wait_for_replica(merchant)
    for path, table in READS.items():
        for accept in ("application/json", "text/csv"):
            asked = pair.replica.log.read_text().count(f"FROM {table}")

            def is_read(path: str = path, table: str = table, accept: str = accept, asked: int = asked) -> bool:
                answer = merchant.api.get(path, headers={"Accept": accept})
                if accept == "text/csv" and answer.status_code in (400, 406):
                    return True  # it is no file
                assert answer.status_code == 200, (path, answer.text)
                return pair.replica.log.read_text().count(f"FROM {table}") > asked

            eventually(is_read, what=f"{path} from the replica")  # Redis may be late on a busy machine
    logs = pair.stack.api.log.read_text()
    assert "a read that writes" not in logs and '"exception"' not in logs


def test_row_level_security_is_the_same_there(new_pair: Callable[..., Pair]) -> None:
    pair = new_pair()
    one, other = pair.reader(), pair.reader()
    assert not set(orders_of(one)) & set(orders_of(other))
    with psycopg.connect(pair.replica.url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(begin_statements("gateway_app", Caller(UUID(one.id), "test")))
        seen = connection.execute("SELECT DISTINCT merchant_id::text FROM orders").fetchall()
        assert seen == [(one.id,)]


def test_who_writes_reads_what_he_wrote_at_every_process_under_load(new_pair: Callable[..., Pair]) -> None:
    """The replica shows everything 300 ms late: each read that went there too early would miss the order."""
    pair = new_pair(bound=2, delay_ms=300)
    second = pair.stack.another("api", PORT=str(free_port()))
    second.start()
    apis = [pair.stack.base_url, f"http://127.0.0.1:{second.env['PORT']}"]
    eventually(lambda: _is_up(apis[1]), seconds=pair.stack.ready_seconds, what="a second API")
    still = pair.reader()
    for api in apis:
        pair.wait_for_replica(still, api)
    merchants = [pair.stack.merchant() for _ in range(4)]
    ends_at = time.monotonic() + 6

    def write_and_read(merchant: Merchant) -> int:
        """Writes at one process and reads at the other, with pauses around the end of a mark's life."""
        count = 0
        pauses = (0.0, 0.05, 0.3, 0.0, 0.6)
        while time.monotonic() < ends_at:
            here, there = apis[count % 2], apis[(count + 1) % 2]
            made = merchant.api.post(f"{here}/api/v1/orders", json={"amount": 500})
            assert made.status_code == 201, made.text
            time.sleep(pauses[count % len(pauses)])
            assert made.json()["id"] in orders_of(merchant, there), f"read {count} missed its own write"
            count += 1
        return count

    with ThreadPoolExecutor(5) as threads:
        quiet = threads.submit(lambda: [orders_of(still) for _ in range(100)])
        counts = list(threads.map(write_and_read, merchants))
        quiet.result()
    assert min(counts) > 5
    # Each is back at the replica when its mark has ended.
    pair.wait_for_replica(merchants[0], apis[0])
    assert len(orders_of(merchants[0])) == min(100, counts[0])


def _is_up(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False

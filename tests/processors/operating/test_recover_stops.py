"""A recover that does not get to its end says what is stopped and how to go on; its stops are its own."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.processors.operating.support import SINCE, gateway, recover
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, open_shop
from tests.support.stack import ROOT, Stack, eventually

pytestmark = pytest.mark.parametrize("fake", ["stripe"], indirect=True)


@pytest.fixture
def live(over_fakes: Stack, fake: FakeDoor) -> Iterator[Shop]:
    """A merchant in live mode."""
    shop = open_shop(over_fakes, fake, "live")
    yield shop
    fake.mend()
    for table, column in (("processor_stops", "account_id"), ("processor_recoveries", "scope")):
        over_fakes.sql(f"DELETE FROM {table} WHERE {column} = %s", (shop.account_id,))
    shop.put_aside()


def _stops(shop: Shop) -> int:
    rows = shop.stack.sql("SELECT count(*) FROM processor_stops WHERE account_id = %s", (shop.account_id,))
    return int(rows[0][0])


def _audited(shop: Shop, action: str) -> list[Any]:
    """What the audit log says of the account's stops, oldest first: action, switch, reason, who."""
    found = shop.merchant.api.get("/audit", params={"action": action}).raise_for_status().json()["data"]
    return [(one["action"], one["details"]["covers"], one["details"]["reason"], one["actor"]) for one in found][
        ::-1
    ]


def test_one_that_failed_says_how_to_go_on_and_the_next_ends_its_stops(live: Shop) -> None:
    live.fake.fail("error_before", times=100)
    ran = recover(live.stack, "--account", live.account_id)
    assert ran.returncode == 1
    told = [line.strip() for line in ran.stdout.splitlines() if not line.startswith("{")]
    assert told[0].startswith(
        f"recover has not ended: live payments and refunds of {live.account_id} are stopped since"
    )
    again = f"gateway processors recover --since 2020-01-01T00:00:00.000Z --account {live.account_id}"
    assert told[1].startswith(f"it goes on with: {again}")
    assert f"to lift the stop without it: gateway processors resume {live.account_id} --refunds" in told
    refused = live.merchant.api.post("/payments", json={"order_id": live.order()["id"], "method": "card"})
    assert (refused.status_code, _stops(live)) == (503, 2)
    status = gateway(live.stack, "live", "status").stdout
    assert again in status and "after a restore" in status
    live.fake.mend()
    went_on = recover(live.stack, "--account", live.account_id)
    assert (went_on.returncode, _stops(live)) == (0, 0)
    assert again not in gateway(live.stack, "live", "status").stdout
    paused, resumed = (_audited(live, f"processor_account.{what}") for what in ("paused", "resumed"))
    assert [one[:2] for one in paused] == [(paused[0][0], "payments"), (paused[0][0], "refunds")]
    assert {one[1] for one in resumed} == {"payments", "refunds"}
    assert all("restore" in one[2] and one[3]["kind"] == "system" for one in paused + resumed)
    assert paused[0][3]["label"].startswith("cli")


def test_what_somebody_else_has_stopped_stays(live: Shop) -> None:
    assert gateway(live.stack, "processors", "pause", live.account_id, "--reason", "Drill").returncode == 0
    assert recover(live.stack, "--account", live.account_id).returncode == 0
    rows = live.stack.sql("SELECT covers, reason FROM processor_stops WHERE account_id = %s", (live.account_id,))
    assert rows == [("payments", "Drill")]


def test_accounts_that_were_compared_are_left_out_by_whoever_goes_on(live: Shop) -> None:
    started = live.stack.sql(
        "INSERT INTO processor_recoveries (scope, since, started_at, by_whom, compared) "
        "VALUES (%s, %s, now(), 'cli', ARRAY[%s]) RETURNING started_at",
        (live.account_id, SINCE, live.account_id),
    )
    live.stack.sql(
        "INSERT INTO processor_stops (merchant_id, account_id, covers, by_whom, created_at) "
        "VALUES (%s, %s, 'payments', 'cli', %s)",
        (live.merchant.id, live.account_id, started[0][0]),
    )
    live.fake.forget()
    ran = recover(live.stack, "--account", live.account_id)
    assert (ran.returncode, ran.stdout, _stops(live)) == (0, "", 0)
    assert live.fake.requests("list_since") == []


def test_a_second_one_at_once_is_refused(live: Shop) -> None:
    with psycopg.connect(live.stack.database_url) as first:
        first.execute("SELECT pg_advisory_xact_lock(hashtextextended('processor_recoveries', 0))")
        ran = recover(live.stack, "--account", live.account_id)
        assert (ran.returncode, "another recover is at work" in ran.stderr) == (1, True)
    assert _stops(live) == 0


def test_one_that_was_killed_is_followed_by_one_that_works(live: Shop) -> None:
    live.fake.delay(0.8)  # under the second in which a processor has to answer, and long enough to be killed in
    command = [sys.executable, "-m", "gateway.cli", "processors", "recover", "--since", SINCE]
    with subprocess.Popen([*command, "--account", live.account_id], env=live.stack.env, cwd=ROOT) as killed:
        eventually(lambda: _stops(live) == 2, what="its stops")
        killed.kill()
    assert (killed.returncode, _stops(live)) == (-9, 2)
    assert live.account_id in gateway(live.stack, "live", "status").stdout
    live.fake.mend()
    assert recover(live.stack, "--account", live.account_id).returncode == 0
    assert _stops(live) == 0


def test_one_that_cannot_end_is_given_up(live: Shop) -> None:
    live.fake.fail("error_before", times=100)
    assert recover(live.stack, "--account", live.account_id).returncode == 1
    other = recover(live.stack, "--account", live.account_id, "--give-up", since="2021-01-01T00:00:00Z")
    assert (other.returncode, "there is no such recover" in other.stderr) == (1, True)
    given_up = recover(live.stack, "--account", live.account_id, "--give-up")
    assert (given_up.returncode, _stops(live)) == (0, 0)
    assert "given up" in _audited(live, "processor_account.resumed")[0][2]
    live.fake.mend()
    assert live.pay_order(live.order())["status"] == "pending"

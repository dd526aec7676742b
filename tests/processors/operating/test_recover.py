"""After a restore: what the processor knows and our books do not, before live work goes on."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.processors.conformance.conftest import SETTINGS
from tests.support.client import Merchant
from tests.support.fake_door import FakeDoor, urls_of
from tests.support.processors import Shop, open_shop
from tests.support.stack import ROOT, Stack, copy_database, database_of, eventually, temporary_folder

COUNT = 6
SINCE = "2020-01-01T00:00:00Z"


def _recover(stack: Stack, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway.cli", "processors", "recover", "--since", SINCE, *options]
    return subprocess.run(command, env=stack.env, cwd=ROOT, capture_output=True, text=True)


def _lines(ran: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]


@contextmanager
def _product(url: str, redis: RedisServer, fake: FakeDoor) -> Iterator[Stack]:
    with temporary_folder() as folder:
        stack = Stack(url, redis.url, folder, SETTINGS | urls_of(fake))
        try:
            yield stack
        finally:
            stack.stop()


def _at(shop: Shop, stack: Stack) -> Shop:
    """The same merchant and account in another copy of the database."""
    merchant = Merchant(stack.base_url, shop.merchant.id, shop.merchant.key, shop.merchant.secret)
    return replace(shop, stack=stack, merchant=merchant)


@pytest.mark.parametrize("mode", ["test", "live"])
def test_what_was_paid_after_the_backup_is_found_and_charged_once(
    postgres: PostgresServer, redis_server: RedisServer, fake: FakeDoor, mode: Any
) -> None:
    """The backup is of when nothing was prepared. Then all is paid, some of it refunded, and more is sold: all of
    that is lost here. Nothing is charged twice, nothing is forgotten, and what is lost for good is told."""
    server = database_of(postgres.url, "postgres")
    with _product(copy_database(server, TEMPLATE), redis_server, fake) as before:
        before.start("api")
        shop = open_shop(before, fake, mode)
        kept = [shop.pay_order(shop.order()) for _ in range(COUNT)]
        before.stop()
        backup = copy_database(server, before.database_url.rpartition("/")[2])
        before.start()
        for payment in kept:
            shop.merchant.settled(payment, "requires_action")
            fake.pay(payment["id"])
            shop.ends(payment, "success")
        refund = shop.refund(kept[0], 20_000)
        shop.refund_ends(refund, "processed")
        lost = shop.paid(30_000)
        before.stop()
    with _product(backup, redis_server, fake) as after:
        restored = _at(shop, after)
        told = _recover(after, "--dry-run", "--account", shop.account_id)
        assert (told.returncode, told.stderr) == (0, "")
        assert after.sql("SELECT count(*) FROM processor_operations") == [(0,)]
        ran = _recover(after, "--account", shop.account_id)
        assert (ran.returncode, ran.stderr) == (0, "")
        findings = {line["payment_id"]: line for line in _lines(ran) if "payment_id" in line}
        assert {findings[payment["id"]]["finding"] for payment in kept} == {"adopted"}
        gone = findings[lost["id"]]
        assert (gone["finding"], gone["amount"], gone["currency"]) == ("lost", 30_000, "INR")
        assert (gone["state"], bool(gone["reference"])) == ("approved", True)
        assert after.sql("SELECT count(*) FROM processor_stops") == [(0,)]
        after.start()
        for payment in kept:
            restored.ends(payment, "success")

        def is_refunded() -> bool:
            after.sql("UPDATE processor_notices SET try_at = now() WHERE try_at > now()")  # time goes by
            return bool(restored.merchant.payment(kept[0]["id"])["amount_refunded"] == 20_000)

        eventually(is_refunded, what="the refund that was lost")
        for payment in kept:
            book = fake.book(payment["id"])
            assert (book["captured"], book["charges"], book["objects"]) == (50_000, 1, 1)
        lines = _lines(_recover(after, "--account", shop.account_id))
        again = {line["payment_id"] for line in lines if "payment_id" in line}
        assert lost["id"] in again
        assert not again & {payment["id"] for payment in kept}
        restored.put_aside()


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_live_work_stays_stopped_while_an_account_could_not_be_listed(over_fakes: Stack, fake: FakeDoor) -> None:
    """It ends with 1 and says why; run again when the processor answers, live work goes on."""
    shop = open_shop(over_fakes, fake, "live")
    fake.fail("error_before", times=100)
    ran = _recover(over_fakes, "--account", shop.account_id)
    assert ran.returncode == 1
    assert "live work stays stopped" in ran.stdout
    stops = "SELECT count(*) FROM processor_stops WHERE account_id = %s"
    assert over_fakes.sql(stops, (shop.account_id,)) == [(2,)]
    refused = shop.merchant.api.post("/payments", json={"order_id": shop.order()["id"], "method": "card"})
    assert refused.status_code == 503
    fake.mend()
    assert _recover(over_fakes, "--account", shop.account_id).returncode == 0
    # Set by the run that failed, and so not this one's to end.
    assert over_fakes.sql(stops, (shop.account_id,)) == [(2,)]
    over_fakes.sql("DELETE FROM processor_stops WHERE account_id = %s", (shop.account_id,))
    shop.put_aside()


def test_what_the_processor_knows_at_another_account_is_held_for_a_person(over_fakes: Stack, shop: Shop) -> None:
    """It would be made anew at the account that our books have."""
    waiting = shop.prepared()
    other = open_shop(over_fakes, shop.fake)
    over_fakes.sql("UPDATE payments SET account_id = %s WHERE id = %s", (other.account_id, waiting["id"]))
    ran = _recover(over_fakes, "--account", shop.account_id)
    findings = {line["payment_id"]: line["finding"] for line in _lines(ran) if "payment_id" in line}
    assert findings[waiting["id"]] == "elsewhere"
    assert shop.account_id in shop.merchant.payment(waiting["id"])["review_reason"]

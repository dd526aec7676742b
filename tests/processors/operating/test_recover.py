"""After a restore: what the processor knows and our books do not, before live work goes on."""

from typing import Any

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.processors.operating.support import at, lines, product, recover
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, open_shop
from tests.support.stack import Stack, copy_database, database_of, eventually

COUNT = 6


@pytest.mark.parametrize("mode", ["test", "live"])
def test_what_was_paid_after_the_backup_is_found_and_charged_once(
    postgres: PostgresServer, redis_server: RedisServer, fake: FakeDoor, mode: Any
) -> None:
    """The backup is of when nothing was prepared. Then all is paid, some of it refunded, and more is sold: all of
    that is lost here. Nothing is charged twice, nothing is forgotten, and what is lost for good is told."""
    server = database_of(postgres.url, "postgres")
    with product(copy_database(server, TEMPLATE), redis_server, fake) as before:
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
    with product(backup, redis_server, fake) as after:
        restored = at(shop, after)
        dry = recover(after, "--dry-run", "--account", shop.account_id)
        assert (dry.returncode, dry.stderr) == (0, "")
        assert after.sql("SELECT count(*) FROM processor_operations") == [(0,)]
        ran = recover(after, "--account", shop.account_id)
        assert (ran.returncode, ran.stderr) == (0, "")
        payments = [line for line in lines(ran) if "state" in line and "refund_id" not in line]
        findings = {line["payment_id"]: line for line in payments}
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
        told = lines(recover(after, "--account", shop.account_id))
        again = {line["payment_id"] for line in told if "payment_id" in line}
        assert lost["id"] in again
        assert not again & {payment["id"] for payment in kept}
        restored.put_aside()


def test_what_the_processor_knows_at_another_account_is_held_for_a_person(over_fakes: Stack, shop: Shop) -> None:
    """It would be made anew at the account that our books have."""
    waiting = shop.prepared()
    shop.fake.act("decline", payment_id=waiting["id"])  # Cashfree lists no order that nobody has tried to pay
    other = open_shop(over_fakes, shop.fake)
    over_fakes.sql("UPDATE payments SET account_id = %s WHERE id = %s", (other.account_id, waiting["id"]))
    ran = recover(over_fakes, "--account", shop.account_id)
    findings = {line["payment_id"]: line["finding"] for line in lines(ran) if "payment_id" in line}
    assert findings[waiting["id"]] == "elsewhere"
    assert shop.account_id in shop.merchant.payment(waiting["id"])["review_reason"]

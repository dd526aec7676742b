"""After a restore: what was asked after the backup of payments that are older than it."""

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.processors.operating.support import at, lines, product, recover
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, open_shop
from tests.support.stack import Stack, copy_database, database_of, eventually


def _held(shop: Shop) -> dict[str, str]:
    """An authorised payment that waits for its capture."""
    payment = shop.prepared(capture="manual")
    shop.fake.pay(payment["id"])
    shop.ends(payment, "success")
    return payment


def _capture(shop: Shop, payment: dict[str, str]) -> None:
    shop.merchant.api.post(f"/payments/{payment['id']}/capture", json={"amount": 50_000}).raise_for_status()
    shop.becomes(payment["id"], lambda now: bool(now["capture_status"] == "succeeded"), "captured")


def test_what_was_asked_of_older_payments_after_the_backup_is_found_and_done_once(
    postgres: PostgresServer, redis_server: RedisServer, fake: FakeDoor
) -> None:
    """By when a payment was made none of it is listed: captures and voids are found by looking at what is held,
    refunds by when they were made. All of it stands here when `recover` has ended, before any worker runs."""
    server = database_of(postgres.url, "postgres")
    can_void = fake.name != "razorpay"
    with product(copy_database(server, TEMPLATE), redis_server, fake) as before:
        before.start()
        shop = open_shop(before, fake, "live")
        captured, voided, idle = _held(shop), _held(shop), _held(shop)
        refunded, promised = shop.paid(), shop.paid()
        before.stop()  # what is refunded now is asked for, and not sent: the backup has it as pending
        before.start("api")
        fake.act("refunds_become", status="pending")
        asked = shop.refund(promised, 30_000)
        before.stop()
        backup = copy_database(server, before.database_url.rpartition("/")[2])
        before.start()
        shop.refund_ends(shop.refund(promised, 10_000), "pending")
        eventually(lambda: len(fake.act("refunds", payment_id=promised["id"])) == 2, what="both are sent")
        fake.act("refunds_become", status="succeeded")
        _capture(shop, captured)
        shop.refund_ends(shop.refund(refunded, 20_000), "processed")
        if can_void:
            shop.merchant.api.post(f"/payments/{voided['id']}/cancel").raise_for_status()
            shop.becomes(voided["id"], lambda now: bool(now["void_status"] == "succeeded"), "voided")
        before.stop()
    since = "2999-01-01T00:00:00Z"  # by when it was made, no payment is listed
    with product(backup, redis_server, fake) as after:
        restored = at(shop, after)
        after.start("api")
        nothing = recover(after, "--account", shop.account_id, since=since)
        assert nothing.returncode == 0, nothing.stderr
        found = {line["payment_id"]: line["changed"] for line in lines(nothing) if "changed" in line}
        assert found[captured["id"]]["capture_status"] == [None, "succeeded"]
        assert (voided["id"] in found) == can_void and idle["id"] not in found
        ran = recover(after, "--account", shop.account_id)
        assert ran.returncode == 0, ran.stderr
        ours = (refunded["id"], promised["id"])  # the fake has those of other tests as well
        told = {
            line["refund_id"]: line["finding"]
            for line in lines(ran)
            if line.get("refund_id") and line["payment_id"] in ours
        }
        assert told[asked["id"]] == "refund_asked"
        assert sorted(told.values()) == ["refund_adopted", "refund_adopted", "refund_asked"]
        now = restored.merchant.payment
        assert (now(captured["id"])["capture_status"], now(captured["id"])["captured"]) == ("succeeded", True)
        assert now(refunded["id"])["amount_refunded"] == 20_000
        pending = "SELECT amount_refund_pending FROM payments WHERE id = %s"
        assert after.sql(pending, (promised["id"],)) == [(40_000,)]
        assert now(voided["id"])["status"] == ("cancelled" if can_void else "success")
        too_much = restored.merchant.api.post(f"/payments/{promised['id']}/refunds", json={"amount": 20_000})
        assert too_much.status_code == 400, "what the processor has promised is promised here"
        after.start()
        _everything_ends(restored, fake, promised["id"])
        for payment, back in ((captured, 0), (refunded, 20_000), (promised, 40_000)):
            book = fake.book(payment["id"])
            assert (book["captured"], book["refunded"], book["charges"]) == (50_000, back, 1)
        restored.put_aside()


def _everything_ends(shop: Shop, fake: FakeDoor, payment_id: str) -> None:
    for one in fake.act("refunds", payment_id=payment_id):
        fake.act("settle_refund", refund=one["id"])

    def is_refunded() -> bool:
        shop.look_refunds(payment_id)
        return bool(shop.merchant.payment(payment_id)["amount_refunded"] == 40_000)

    eventually(is_refunded, what="both refunds that were pending")
    assert shop.stack.sql("SELECT * FROM ledger_audit()") == []


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_a_hold_that_is_gone_at_the_processor_is_no_success_here(over_fakes: Stack, shop: Shop) -> None:
    """Cancelled in the processor's own dashboard, say: what a notice tells of is looked at."""
    payment = _held(shop)
    shop.fake.act("cancel_in_dashboard", payment_id=payment["id"])
    told = [one for one in shop.told_of(payment["id"]) if one["type"] == "payment_intent.canceled"]
    shop.tell(told[0])
    shop.becomes(payment["id"], lambda now: bool(now["void_status"] == "succeeded"), "released")
    assert shop.merchant.payment(payment["id"])["status"] == "cancelled"

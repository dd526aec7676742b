"""Without a processor nothing is sold in live mode, and nobody plays the bank there."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dev.redis import RedisServer
from gateway.database import SingleDatabase
from gateway.migrations import run
from gateway.processors.protocol import Absent, Instrument, Misconfigured, Operation
from gateway.processors.simulator.processor import Simulator
from gateway.settings import Settings
from tests.support.client import CARD, Merchant
from tests.support.envelope import expect_error
from tests.support.live import turn_live
from tests.support.stack import Stack, eventually

NewStack = Callable[..., tuple[Stack, RedisServer]]
OWN_KEY = {"GATEWAY_MASTER_KEY": base64.b64encode(bytes(32)).decode()}
REFUSE = Path(run.__file__).parent / "0520_refuse_simulated_live.sql"
MODES = [
    pytest.param({"TEST_MODE": "true", "TEST_PAYMENT_SUCCESS": "true"}, id="with test mode"),
    pytest.param({"TEST_MODE": "false", "CARD_SUCCESS_RATE": "1", **OWN_KEY}, id="without test mode"),
]


@pytest.mark.parametrize("env", MODES)
def test_a_live_order_is_refused_and_nothing_is_stored(new_stack: NewStack, env: dict[str, str]) -> None:
    stack, _ = new_stack(**env)
    stack.start("api")
    live = stack.merchant("live")
    for _ in range(2):  # what a processor may change is not kept under a key
        answer = live.api.post("/orders", json={"amount": 50_000}, headers={"Idempotency-Key": "one"})
        error = expect_error(answer, "PROCESSOR_REQUIRED")
        assert error["description"] == "Live is off: connect a processor to take live payments"
        assert "retry-after" not in answer.headers and "idempotent-replayed" not in answer.headers
    expect_error(live.api.post("/orders", json={"amount": 1}), "BAD_REQUEST_ERROR")
    assert stack.sql("SELECT count(*) FROM orders") == [(0,)]
    assert stack.sql("SELECT count(*) FROM idempotency_keys") == [(0,)]


@pytest.mark.parametrize("env", MODES)
def test_a_live_payment_is_refused_by_every_way_and_nothing_is_stored(
    new_stack: NewStack, env: dict[str, str]
) -> None:
    stack, _ = new_stack(PROCESSING_DELAY_MIN="0", PROCESSING_DELAY_MAX="0", **env)
    shop = stack.merchant()
    stack.start()
    order = shop.order(methods=["card", "upi"])
    stack.stop()
    shop = turn_live(stack, shop)
    stack.start()
    card = {"order_id": order["id"], "method": "card", "card": CARD}
    upi = {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}
    for body in (card, upi, card | {"card": CARD | {"number": "4012888888881881"}}):
        for path in ("/payments", "/payments/public"):
            expect_error(shop.api.post(path, json=body), "PROCESSOR_REQUIRED")
    expect_error(shop.api.post("/payments", json=card | {"order_id": "order_" + "x" * 16}), "NOT_FOUND_ERROR")
    for table in ("payments", "card_vault", "checkout_attempts", "events", "simulator.operations"):
        assert stack.sql(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert shop.api.get(f"/orders/{order['id']}").json()["status"] == "created"


def test_the_page_of_a_live_order_says_that_nothing_decides_and_shows_no_address_of_a_setting(
    new_stack: NewStack,
) -> None:
    stack, _ = new_stack()
    shop = stack.merchant()
    stack.start("api")
    order = shop.order()
    shop.api.put("/checkout/settings", json={"upi_vpa": "asha.tea@okbank"}).raise_for_status()
    test = shop.api.get(f"/checkout/sessions/{order['id']}/public")
    assert test.json()["processor"] == "simulator", "a test code leads to nobody"
    stack.stop()
    shop = turn_live(stack, shop)
    stack.start("api")
    live = shop.api.get(f"/checkout/sessions/{order['id']}/public").raise_for_status()
    assert (live.json()["mode"], live.json()["processor"]) == ("live", None)
    assert "asha.tea" not in live.text


def test_what_the_simulated_bank_once_decided_in_live_mode_is_not_signed(new_stack: NewStack) -> None:
    """It moved no money, and nobody gets goods for it: not under a secret of today either."""
    stack, _ = new_stack()
    shop = stack.merchant()
    stack.start()
    payment = shop.paid()
    path = f"/checkout/payments/{payment['id']}/public"
    assert "signature" in shop.api.get(path).raise_for_status().json()
    stack.stop()
    shop = turn_live(stack, shop)
    stack.start("api")
    shown = shop.api.get(path).raise_for_status().json()
    assert (shown["status"], "signature" in shown) == ("success", False)


@pytest.mark.parametrize("test_mode", [True, False])
async def test_the_simulated_bank_itself_refuses_live_payments(database_url: str, test_mode: bool) -> None:
    settings = Settings(
        DATABASE_URL=database_url, TEST_MODE=test_mode, TEST_PROCESSING_DELAY=0, PROCESSING_DELAY_MIN=0,
        PROCESSING_DELAY_MAX=0, master_key=OWN_KEY["GATEWAY_MASTER_KEY"],
    )  # fmt: skip
    database = SingleDatabase(settings, "gateway_worker")
    bank, pay = Simulator(database, settings), "pay_0000000000000001"
    op = Operation(
        key="key", kind="authorize", payment_id=pay, mode="live", amount=100, currency="INR", method="upi"
    )
    with pytest.raises(Misconfigured):
        await bank.authorize(op, Instrument(vpa="success@bank"))
    for act in (bank.capture, bank.void, bank.refund):
        with pytest.raises(Misconfigured):
            await act(op)
    assert isinstance(await bank.look_up(op), Absent)
    await database.close()


def _sold_live_before(stack: Stack) -> tuple[Merchant, dict[str, str]]:
    """A merchant with a live payment in every state that the simulated bank left, by the name of its state."""
    shop = stack.merchant()
    stack.start()
    held = shop.paid(capture="manual")["id"]
    expiring = shop.paid(capture="manual")["id"]
    asked = shop.settled(shop.upi(shop.order(), "pending@bank"), "requires_action")["id"]
    paid, refunding = shop.paid()["id"], shop.paid()["id"]
    capturing, voiding = shop.paid(capture="manual")["id"], shop.paid(capture="manual")["id"]
    stack.worker.kill()
    pending = shop.card(shop.order())["id"]
    shop.api.post(f"/payments/{capturing}/capture").raise_for_status()
    shop.api.post(f"/payments/{voiding}/cancel").raise_for_status()
    refund = shop.api.post(f"/payments/{refunding}/refunds", json={"amount": 100}).json()["id"]
    stack.stop()
    stack.sql("UPDATE payments SET expires_at = now() - interval '1 minute' WHERE id = %s", (expiring,))
    return turn_live(stack, shop), {
        "held": held, "expiring": expiring, "asked": asked, "paid": paid, "refunding": refunding,
        "capturing": capturing, "voiding": voiding, "pending": pending, "refund": refund,
    }  # fmt: skip


def _told(stack: Stack) -> dict[str, list[tuple[Any, ...]]]:
    """What has to stay: events, ledger, and what the simulated bank was asked."""
    return {
        "events": stack.sql("SELECT id, type, object_id FROM events ORDER BY id"),
        "ledger": stack.sql("SELECT id, kind, amount FROM ledger_entries ORDER BY id, kind"),
        "bank": stack.sql("SELECT key, requests, outcome FROM simulator.operations ORDER BY key"),
    }


@pytest.mark.parametrize("migrated", [True, False], ids=["by the migration", "by the worker"])
def test_what_the_simulated_bank_left_unfinished_in_live_mode_waits_for_a_person(
    new_stack: NewStack, migrated: bool
) -> None:
    """`by the worker`: rows that a previous version still wrote beside us."""
    stack, _ = new_stack()
    shop, rows = _sold_live_before(stack)
    before = _told(stack)
    if migrated:
        stack.sql(REFUSE.read_text("utf-8"))
    stack.start()
    undecided = "SELECT count(*) FROM payments WHERE work IS NOT NULL"
    eventually(lambda: stack.sql(undecided) == [(0,)], what="no work left")
    # One that the previous version authorised after the migration is cancelled when its time is over, here only.
    reviewed = {"asked", "capturing", "voiding", "pending", "expiring"} | ({"held"} if migrated else set())
    reasons = "SELECT id FROM payments WHERE mode = 'live' AND review_reason = 'no_processor'"
    eventually(
        lambda: {row[0] for row in stack.sql(reasons)} == {rows[name] for name in reviewed},
        what="everything unfinished in review, and nothing else",
    )
    reason = "SELECT status, review_reason, work FROM refunds"
    eventually(lambda: stack.sql(reason) == [("pending", "no_processor", None)], what="the refund in review")
    assert stack.sql("SELECT count(*) FROM card_vault") == [(0,)]

    for name in ("held", "capturing", "paid"):
        answer = shop.api.post(f"/payments/{rows[name]}/capture", json={"amount": 100})
        expect_error(answer, "PROCESSOR_REQUIRED")
    for name in ("held", "asked", "voiding"):
        expect_error(shop.api.post(f"/payments/{rows[name]}/cancel"), "PROCESSOR_REQUIRED")
    for name in ("paid", "refunding"):
        answer = shop.api.post(f"/payments/{rows[name]}/refunds", json={"amount": 100})
        expect_error(answer, "PROCESSOR_REQUIRED")
    for path in (f"/checkout/payments/{rows['asked']}/cancel/public", f"/jobs/{rows['pending']}/retry"):
        expect_error(shop.api.post(path), "PROCESSOR_REQUIRED")
    expect_error(shop.api.post(f"/checkout/payments/{rows['asked']}/code/public"), "PROCESSOR_REQUIRED")
    for path in (
        f"/test/payments/{rows['asked']}/authenticate",
        f"/checkout/payments/{rows['asked']}/authenticate/public",
    ):
        expect_error(shop.api.post(path, json={"result": "success"}), "NOT_FOUND_ERROR")
    expect_error(shop.api.get(f"/test/processor/{rows['paid']}"), "NOT_FOUND_ERROR")
    if migrated:
        assert _told(stack) == before
    assert _told(stack)["bank"] == before["bank"]
    assert stack.sql("SELECT * FROM ledger_audit()") == []

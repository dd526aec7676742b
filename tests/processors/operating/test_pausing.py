"""An account that the operator stops: at once for the API, and for what a worker had accepted before."""

import pytest

from tests.processors.operating.support import gateway
from tests.support.fake_door import FakeDoor
from tests.support.processors import open_shop
from tests.support.stack import Stack, eventually


def _said_of(stack: Stack, payment_id: str) -> str:
    rows = stack.sql("SELECT raw FROM processor_operations WHERE payment_id = %s", (payment_id,))
    return str(rows[0][0]) if rows else ""


def test_an_account_that_is_paused_takes_nothing_more_of_api_and_worker(over_fakes: Stack, fake: FakeDoor) -> None:
    shop = open_shop(over_fakes, fake, "live")
    pause = ("processors", "pause", shop.account_id)
    fake.fail("too_many", "prepare", times=1000)
    accepted = shop.pay_order(shop.order())
    ran = gateway(over_fakes, *pause, "--reason", "Double charges")
    assert (ran.returncode, ran.stdout) == (0, f"live payments of {shop.account_id} are stopped\n")
    assert "(they were)" in gateway(over_fakes, *pause).stdout
    body = {"order_id": shop.order()["id"], "method": "card"}
    assert shop.merchant.api.post("/payments", json=body).status_code == 503
    eventually(lambda: "stopped" in _said_of(over_fakes, accepted["id"]), what="a worker that holds it back")
    fake.mend()
    assert fake.book(accepted["id"])["objects"] == 0
    resumed = gateway(over_fakes, "processors", "resume", shop.account_id, "--reason", "Mended")
    assert (resumed.returncode, resumed.stdout) == (0, f"live payments of {shop.account_id} go on\n")
    shop.ends(accepted, "requires_action")
    told = shop.merchant.api.get("/audit", params={"action": "processor_account"}).json()["data"]
    stops = [(one["action"], one["object_id"], one["details"], one["actor"]["kind"]) for one in told][:2]
    assert stops == [
        ("processor_account.resumed", shop.account_id, {"covers": "payments", "reason": "Mended"}, "system"),
        (
            "processor_account.paused",
            shop.account_id,
            {"covers": "payments", "reason": "Double charges"},
            "system",
        ),
    ]
    shop.put_aside()


@pytest.mark.parametrize("fake", ["stripe"], indirect=True)
def test_what_cannot_be_paused_or_resumed_is_said(over_fakes: Stack, fake: FakeDoor) -> None:
    shop = open_shop(over_fakes, fake)
    for verb in ("pause", "resume"):
        ran = gateway(over_fakes, "processors", verb, shop.account_id)
        assert (ran.returncode, "test mode moves no money" in ran.stderr) == (1, True)
        ran = gateway(over_fakes, "processors", verb, "acct_0000000000000000")
        assert (ran.returncode, "is no processor account" in ran.stderr) == (1, True)
    live = open_shop(over_fakes, fake, "live")
    ran = gateway(over_fakes, "processors", "resume", live.account_id, "--refunds")
    assert (ran.returncode, "there is no stop of live refunds" in ran.stderr) == (1, True)

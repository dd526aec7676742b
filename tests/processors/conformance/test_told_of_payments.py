"""What a payment says of the processor that takes it, to the merchant and to a shopper's page."""

import httpx
import pytest

from tests.support.processors import Shop


def test_a_payment_names_its_processor_and_what_was_made_there(shop: Shop) -> None:
    made = shop.pay_order(shop.order())
    assert (made["processor"], made["processor_reference"], made["decline_code"]) == (shop.fake.name, None, None)
    prepared = shop.merchant.settled(made, "requires_action")
    assert prepared["processor_reference"] in {made["id"], *shop.fake.names_of(made["id"])}
    shop.fake.pay(made["id"])
    shop.look(made["id"])
    paid = shop.merchant.settled(made)
    assert paid["processor_reference"] == prepared["processor_reference"]
    public = httpx.get(f"{shop.stack.base_url}/api/v1/payments/{made['id']}/public").raise_for_status().json()
    assert {public[name] for name in ("processor", "processor_reference", "decline_code", "account_id")} == {None}


@pytest.mark.parametrize("fake", ["stripe", "cashfree"], indirect=True)  # whose holds the merchant can end there
def test_a_refused_capture_keeps_the_processors_own_word(shop: Shop) -> None:
    held = shop.paid(capture="manual")
    shop.fake.act("cancel_in_dashboard", payment_id=held["id"])
    assert shop.merchant.api.post(f"/payments/{held['id']}/capture", json={}).status_code == 200
    now = shop.becomes(held["id"], lambda now: now["capture_status"] == "failed", "a refused capture")
    assert now["decline_code"]

"""A merchant whose dashboard has real money to show: an account at a processor, and what can go wrong there."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.dashboard.browser import PASSWORD
from tests.processors.conformance.telling import tell_all
from tests.processors.conformance.test_unexpected_money import paid_while_cancelled
from tests.support.client import Merchant
from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop, connect
from tests.support.stack import Stack, eventually

LIVE = {"X-Gateway-Mode": "live"}


@dataclass(frozen=True)
class Matters:
    """What there is to see: two payments, each with an order, and the shop at the processor."""

    shop: Shop
    disputed: dict[str, Any]
    late: dict[str, Any]


def allow_all(stack: Stack, merchant: Merchant) -> None:
    """The merchant's key may do everything; before its first use, as a process remembers a key for a moment."""
    stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (merchant.key,))


def shop_at(stack: Stack, merchant: Merchant, fake_url: str) -> Shop:
    """The merchant's test account at the fake Stripe, which takes all further payments."""
    fake = FakeDoor("stripe", fake_url)
    return Shop(stack, merchant, fake, connect(stack, merchant, fake))


def disputed(shop: Shop) -> dict[str, Any]:
    """A paid payment whose shopper's bank wants the money back, as a notice has told."""
    payment = shop.paid()
    shop.fake.act("dispute", payment_id=payment["id"])
    tell_all(shop, payment["id"])
    eventually(lambda: shop.merchant.api.get("/disputes").json()["data"], what="a dispute")
    return payment


def late(shop: Shop) -> dict[str, Any]:
    """A cancelled payment that was paid after all. Over `over_stripe` its money is kept until somebody says so."""
    payment = paid_while_cancelled(shop)
    eventually(lambda: shop.merchant.api.get("/unexpected-payments").json()["data"], what="unexpected money")
    return payment


def left_to_people(shop: Shop, payment_id: str) -> None:
    """The payment waits for a person, and nobody works on it."""
    shop.stack.sql(
        "UPDATE payments SET work = NULL, due_at = NULL, lease_token = NULL, "
        "review_reason = 'the processor gave no answer to check in 100 attempts' WHERE id = %s",
        (payment_id,),
    )


def make_matters(stack: Stack, merchant: Merchant, owner: httpx.Client, fake_url: str) -> Matters:
    """Everything at once: a dispute, kept money and such in review, a job for a person, a silent account, a cap;
    and in live mode an account that is stopped. `allow_all` comes before the first use of the key."""
    shop = shop_at(stack, merchant, fake_url)
    shop.merchant.api.patch(
        f"/processor-accounts/{shop.account_id}", json={"label": "Web shop"}
    ).raise_for_status()
    matters = Matters(shop, disputed(shop), late(shop))
    other = late(shop)
    eventually(lambda: len(merchant.api.get("/unexpected-payments").json()["data"]) == 2, what="both")
    stack.sql(
        "UPDATE unexpected_money SET status = 'review', "
        "review_reason = 'the processor refused to pay it back: REFUND_DECLINED' WHERE payment_id = %s",
        (other["id"],),
    )
    left_to_people(shop, other["id"])
    # It took a payment half an hour ago, and has told nothing since.
    stack.sql(
        "UPDATE payments SET created_at = created_at - interval '30 min', "
        "authorized_at = authorized_at - interval '30 min' WHERE id = %s",
        (matters.disputed["id"],),
    )
    stack.sql("UPDATE processor_accounts SET noticed_at = NULL WHERE id = %s", (shop.account_id,))
    cap = {"currency": "INR", "per_merchant": 10_000_000, "per_key": 1_000_000}
    owner.put("/refund-caps", json={"caps": [cap], "current_password": PASSWORD}).raise_for_status()
    _stopped_live(owner)
    return matters


def _stopped_live(owner: httpx.Client) -> None:
    body = {
        "processor": "stripe", "label": "Shop 1", "current_password": PASSWORD,
        "credentials": {"publishable_key": "pk_live_0", "secret_key": "sk_live_0"},
    }  # fmt: skip
    account = owner.post("/processor-accounts", json=body, headers=LIVE).raise_for_status().json()
    path = f"/processor-accounts/{account['id']}"
    owner.post(f"{path}/check", headers=LIVE).raise_for_status()
    reason = {"covers": "payments", "reason": "Double charges were reported"}
    owner.post(f"{path}/pause", json=reason, headers=LIVE).raise_for_status()

"""A merchant's account at a fake processor: the fake itself, the account, and the shopper who pays there.

A fake is talked to through its second door (`/_fake/`), so it is the same whether it runs in a thread of the test
(`fake_beside`) or as a process of its own (`fake_process`).
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from gateway.processors.capabilities import Capabilities
from gateway.processors.registry import CONNECTORS
from gateway.tenancy.model import Mode
from tests.support.client import Merchant
from tests.support.fake_door import FakeDoor
from tests.support.stack import Stack, eventually


@dataclass(frozen=True)
class Keys:
    """What opens an account at a fake, in test mode; `live` has the same shape."""

    public: str
    secrets: dict[str, str]

    def of(self, mode: Mode) -> "Keys":
        """The same of another mode."""
        if mode == "test":
            return self
        return Keys(
            self.public.replace("_test_", "_live_").removeprefix("TEST"),
            {name: value.replace("_test_", "_live_") for name, value in self.secrets.items()},
        )


WEBHOOK_SECRET: Final = "whsec_fakeFAKEfakeFAKE0001"

KEYS: Final = {
    "stripe": Keys(
        "pk_test_fakefakefakefake",
        {"secret_key": "sk_test_" + "fake" * 4},  # in one piece a scanner takes it for a key
    ),
    "razorpay": Keys("rzp_test_fakefakefake01", {"key_secret": "fakefakefakefakefakefake"}),
    # Cashfree signs its notices with the client secret.
    "cashfree": Keys("TEST430329fakefakefakefake00000001", {"client_secret": WEBHOOK_SECRET}),
}
"""The fakes' own."""

_WEB: Final = httpx.Client(timeout=10)
"""For whoever has no key: a client for each call would be made anew, certificates and all."""

LOOK_SECONDS: Final = 0.5
"""Between two looks that a waiting test asks for: more often would be a storm that no product makes."""


@dataclass
class Shop:
    """A merchant whose payments an account takes."""

    stack: Stack
    merchant: Merchant
    fake: FakeDoor
    account_id: str
    webhook_secret: str = field(default=WEBHOOK_SECRET, repr=False)

    @property
    def can(self) -> Capabilities:
        """What the processor can do."""
        return CONNECTORS[self.fake.name].capabilities

    def order(self, amount: int = 50_000, **fields: Any) -> dict[str, Any]:
        """A fresh order."""
        return self.merchant.order(amount, **fields)

    def pay_order(self, order: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """`POST /payments`: pending, and nobody was asked yet."""
        body = {"order_id": order["id"], "method": "card", **fields}
        answer = self.merchant.api.post("/payments", json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def prepared(self, amount: int = 50_000, method: str = "card", **order: Any) -> dict[str, Any]:
        """A payment that waits for its shopper in the processor's form."""
        payment = self.pay_order(self.order(amount, **order), method=method)
        return self.merchant.settled(payment, "requires_action")

    def paid(self, amount: int = 50_000, method: str = "card", **order: Any) -> dict[str, Any]:
        """A payment that the shopper has paid: taken, or held with `capture="manual"`."""
        payment = self.prepared(amount, method, **order)
        self.fake.pay(payment["id"])
        self.look(payment["id"])
        return self.merchant.settled(payment)

    def tell(self, event: dict[str, Any], secret: str = WEBHOOK_SECRET, at: int | None = None) -> httpx.Response:
        """The processor sends this event to the account's address."""
        headers, body = self.fake.signed(event, secret, int(time.time()) if at is None else at)
        url = f"{self.stack.base_url}/api/v1/processors/{self.account_id}/notices"
        return _WEB.post(url, content=body, headers={"content-type": "application/json"} | headers)

    def told_of(self, payment_id: str) -> list[dict[str, Any]]:
        """What the processor would tell about a payment of ours, oldest first."""
        names = {payment_id, *self.fake.names_of(payment_id)}
        return [one for one in self.fake.events() if any(name in json.dumps(one) for name in names)]

    def look(self, payment_id: str) -> None:
        """The time of the payment's next look has come; what is claimed at this moment looks once more."""
        self.stack.sql(
            """
            UPDATE payments SET due_at = CASE WHEN lease_token IS NULL THEN now() ELSE due_at END,
                                noticed_at = now()
            WHERE id = %s AND work IS NOT NULL
            """,
            (payment_id,),
        )

    def look_refunds(self, payment_id: str) -> None:
        """The same for its refunds."""
        self.stack.sql(
            "UPDATE refunds SET due_at = now() WHERE payment_id = %s AND work IS NOT NULL AND lease_token IS NULL",
            (payment_id,),
        )

    def becomes(
        self, payment_id: str, is_it: Callable[[dict[str, Any]], bool], what: str, *, looks: bool = True
    ) -> dict[str, Any]:
        """The payment once it is so; looked at again and again meanwhile, but without `looks` not by us."""
        looked = 0.0 if looks else float("inf")

        def ask() -> dict[str, Any] | None:
            nonlocal looked
            now = self.merchant.payment(payment_id)
            if is_it(now):
                return now
            if time.monotonic() - looked > LOOK_SECONDS:
                looked = time.monotonic()
                self.look(payment_id)
            return None

        return eventually(ask, what=f"{payment_id}: {what}")

    def ends(self, payment: dict[str, Any], status: str) -> dict[str, Any]:
        """The payment once it has this status; looked at again and again meanwhile."""
        return self.becomes(payment["id"], lambda now: bool(now["status"] == status), status)

    def refund(self, payment: dict[str, Any], amount: int) -> dict[str, Any]:
        """A pending refund."""
        answer = self.merchant.api.post(f"/payments/{payment['id']}/refunds", json={"amount": amount})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def refund_ends(self, refund: dict[str, Any], status: str) -> dict[str, Any]:
        """The refund once it has this status."""

        def ask() -> dict[str, Any] | None:
            now: dict[str, Any] = self.merchant.api.get(f"/refunds/{refund['id']}").raise_for_status().json()
            if now["status"] == status:
                return now
            self.look_refunds(refund["payment_id"])
            return None

        return eventually(ask, what=f"{refund['id']}: {status}")

    def grow_old(self, payment_id: str, seconds: float) -> None:
        """The payment was made so long ago."""
        self.stack.sql(
            "UPDATE payments SET created_at = created_at - make_interval(secs => %s) WHERE id = %s",
            (seconds, payment_id),
        )

    def put_aside(self) -> None:
        """Nothing of this merchant is worked on any more: what is left would ask the fake beside the next test."""
        for table in ("payments", "refunds"):
            self.stack.sql(
                f"UPDATE {table} SET work = NULL, due_at = NULL, lease_token = NULL, review_reason = 'left' "
                "WHERE merchant_id = %s AND work IS NOT NULL",
                (self.merchant.id,),
            )


def open_shop(stack: Stack, fake: FakeDoor, mode: Mode = "test") -> Shop:
    """A fresh merchant with an enabled account at the fake, which takes all of its payments."""
    merchant = stack.merchant(mode)
    return Shop(stack, merchant, fake, connect(stack, merchant, fake, mode))


def connect(
    stack: Stack, merchant: Merchant, fake: FakeDoor, mode: Mode = "test", keys: Keys | None = None
) -> str:
    """An enabled account of this merchant at the fake, as an owner makes it; its id.

    A last rule gives it every payment that no rule before has taken.
    """
    stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (merchant.key,))
    keys, connector = keys or KEYS[fake.name].of(mode), CONNECTORS[fake.name]
    body = {
        "processor": fake.name,
        "credentials": {connector.public_field: keys.public, **keys.secrets},
    } | ({"webhook_secret": WEBHOOK_SECRET} if connector.webhook_secret_is_own else {})
    account_id = str(_told(merchant.api.post("/processor-accounts", json=body))["id"])
    checked = _told(merchant.api.post(f"/processor-accounts/{account_id}/check"))
    assert checked["status"] == "enabled", checked
    rules = _told(merchant.api.get("/processor-routes"))["rules"]
    _told(merchant.api.put("/processor-routes", json={"rules": [*rules, {"account_id": account_id}]}))
    return account_id


def _told(answer: httpx.Response) -> dict[str, Any]:
    """A good answer's JSON."""
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told

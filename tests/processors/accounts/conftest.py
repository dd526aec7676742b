"""The product beside a fake Stripe, and merchants who connect to it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.processors.fakes.razorpay import FakeRazorpay
from tests.processors.fakes.stripe import StripeFake
from tests.processors.fakes.thread import running
from tests.support.client import Merchant
from tests.support.stack import Stack, copy_database, database_of, temporary_folder

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def fakes() -> Iterator[dict[str, tuple[Any, str]]]:
    """The processors, as these tests' product meets them, each with its URL."""
    with running(StripeFake()) as stripe, running(FakeRazorpay()) as razorpay:
        yield {"stripe": stripe, "razorpay": razorpay}


@pytest.fixture(scope="module")
def fake(fakes: dict[str, tuple[Any, str]]) -> StripeFake:
    """Stripe."""
    stripe: StripeFake = fakes["stripe"][0]
    return stripe


@pytest.fixture(scope="module")
def razorpay(fakes: dict[str, tuple[Any, str]]) -> FakeRazorpay:
    """Razorpay."""
    fake: FakeRazorpay = fakes["razorpay"][0]
    return fake


@pytest.fixture(scope="module")
def stack(
    postgres: PostgresServer, redis_server: RedisServer, fakes: dict[str, tuple[Any, str]]
) -> Iterator[Stack]:
    """The product, in place of the shared one: its processors are fakes, for live accounts as well."""
    with temporary_folder() as folder:
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        env = {f"GATEWAY_{name.upper()}_URL": base for name, (_, base) in fakes.items()}
        product = Stack(url, redis_server.url, folder, env)
        product.start()
        yield product
        product.stop()


@pytest.fixture(autouse=True)
def well(fake: StripeFake) -> None:
    """Each test begins with a Stripe that works."""
    fake.faults.clear()
    fake.refused_keys.clear()
    fake.account["id"] = "acct_1Fake"


def keys(mode: str = "test") -> dict[str, str]:
    """Credentials that nobody else has: a secret that turns up somewhere is this test's."""
    number = next(_numbers)
    return {
        "publishable_key": f"pk_{mode}_public{number}",
        "secret_key": f"sk_{mode}_canary{number}secret{number}",
    }


@dataclass
class Owner:
    """A merchant with an admin key, who connects accounts."""

    stack: Stack
    merchant: Merchant
    mode: str

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to a POST below /processor-accounts."""
        return self.merchant.api.post(f"/processor-accounts{path}", json=body, headers=headers)

    def add(self, **fields: Any) -> dict[str, Any]:
        """A fresh account, unchecked."""
        body = {"processor": "stripe", "credentials": keys(self.mode)} | fields
        made = self.post("", body)
        assert made.status_code == 201, made.text
        account: dict[str, Any] = made.json()
        return account

    def connect(self, **fields: Any) -> dict[str, Any]:
        """An enabled account."""
        account: dict[str, Any] = self.post(f"/{self.add(**fields)['id']}/check").raise_for_status().json()
        assert account["status"] == "enabled", account
        return account

    def get(self, account_id: str) -> dict[str, Any]:
        """The account as it is now."""
        account: dict[str, Any] = (
            self.merchant.api.get(f"/processor-accounts/{account_id}").raise_for_status().json()
        )
        return account

    def patch(self, account_id: str, **fields: Any) -> Any:
        """The answer to a PATCH."""
        return self.merchant.api.patch(f"/processor-accounts/{account_id}", json=fields)

    def rules(self) -> list[dict[str, Any]]:
        """The merchant's routes."""
        rules: list[dict[str, Any]] = self.merchant.api.get("/processor-routes").raise_for_status().json()["rules"]
        return rules

    def route(self, *rules: dict[str, Any]) -> list[dict[str, Any]]:
        """Replace the routes."""
        put = self.merchant.api.put("/processor-routes", json={"rules": list(rules)})
        assert put.status_code == 200, put.text
        made: list[dict[str, Any]] = put.json()["rules"]
        return made

    def audit(self, action: str) -> list[dict[str, Any]]:
        """Lines of the audit log with this action, newest first."""
        lines: list[dict[str, Any]] = self.merchant.api.get("/audit", params={"action": action}).json()["data"]
        return lines


@pytest.fixture
def new_owner(stack: Stack) -> Callable[..., Owner]:
    """Makes merchants of the product with an admin key of a mode."""

    def make(mode: str = "test") -> Owner:
        merchant = stack.merchant("live" if mode == "live" else "test")
        stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (merchant.key,))
        return Owner(stack, merchant, mode)

    return make


@pytest.fixture
def owner(new_owner: Callable[..., Owner]) -> Owner:
    """One in test mode."""
    return new_owner()


@pytest.fixture
def live_owner(new_owner: Callable[..., Owner]) -> Owner:
    """One in live mode."""
    return new_owner("live")

"""A merchant who has one of everything: what the generated tests need ids and bodies of.

A path parameter or body field that is not known here fails the tests that meet it: teach this module.
"""

import json
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID

import httpx
import psycopg

from gateway.ids import new_id
from tests.contract.operations import Operation
from tests.dashboard.conftest import Person, create_owner
from tests.processors.rows import Shelf
from tests.support.client import Merchant
from tests.support.receiver import Receiver
from tests.support.stack import Stack, eventually

LIVE_ONLY = ("/pause", "/resume")
"""What moves no money in test mode cannot be stopped."""

OVERLONG_AGO = "2026-01-01T00:00:00Z"


class World:
    """One merchant with an owner, a webhook receiver, and objects made as they are asked for."""

    def __init__(self, stack: Stack, receiver: Receiver) -> None:
        self.stack = stack
        self.receiver = receiver
        self.merchant: Merchant = stack.merchant()
        self._delivery: dict[str, Any] | None = None
        stack.sql("UPDATE api_keys SET scopes = '{read,write,admin}' WHERE id = %s", (self.merchant.key,))

    @cached_property
    def owner(self) -> Person:
        """The merchant's owner, logged in to the dashboard."""
        email = f"owner-{time.monotonic_ns()}@example.com"
        create_owner(self.stack, self.merchant.id, email)
        return Person(self.stack, email).logged_in()

    @cached_property
    def live(self) -> Merchant:
        """The merchant with a live key."""
        made = self.stack.merchant("live")
        self.stack.sql(
            "UPDATE api_keys SET merchant_id = %s, scopes = '{read,write,admin}' WHERE id = %s",
            (self.merchant.id, made.key),
        )
        return made

    @cached_property
    def anonymous(self) -> httpx.Client:
        """Nobody in particular."""
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
        return httpx.Client(base_url=self.merchant.api.base_url, timeout=30, limits=limits)

    def client(self, operation: Operation) -> httpx.Client:
        """This merchant's credentials for the operation: the owner's session, the key, or none."""
        if operation.is_public:
            return self.anonymous
        if operation.path.endswith(LIVE_ONLY):
            return self.live.api
        return self.owner.client if operation.is_for_people else self.merchant.api

    def send(self, operation: Operation, ids: dict[str, str], body: Any = None, **headers: str) -> httpx.Response:
        """Call the operation with these ids in its path."""
        path = operation.path.removeprefix("/api/v1").format(**ids)
        if operation.path == path:  # outside the prefix
            path = f"{self.stack.base_url}{path}"
        content: dict[str, Any] = {} if body is None else {"content": json.dumps(body).encode()}
        if content:
            headers = {"Content-Type": "application/json", **headers}
        return self.client(operation).request(operation.method.upper(), path, headers=headers, **content)

    def ids(self, operation: Operation) -> dict[str, str]:
        """An id of this merchant for each parameter in the operation's path."""
        if operation.path.endswith(LIVE_ONLY):
            return {"account_id": self.make_account(self.live)}
        if operation.path.endswith("/processor-notices/{account_id}/settle"):
            return {"account_id": self.make_notice(operation.body()["event_id"])}
        if operation.path.endswith("/trial"):
            return {"account_id": self.make_routed()}
        if operation.path.endswith("/settle"):
            return {"job_id": self.make_capped()}
        return {name: self.id(name) for name in operation.path_parameters}

    def id(self, name: str) -> str:
        """An id of this merchant. `AssertionError` for a kind of object that is not known."""
        make: Callable[[World], str] | None = MAKERS.get(name)
        assert make is not None, f"tests.contract.world cannot make a {name}: teach it"
        return make(self)

    def make_capped(self) -> str:
        """A refund that a daily cap has refused: the id of the job for staff."""
        rows = self.stack.sql(
            """
            INSERT INTO refund_cap_reviews (id, merchant_id, mode, currency, day, maker, asked_by, payment_id,
                                            amount, asks, created_at, updated_at)
            VALUES (%(id)s, %(merchant)s, 'test', 'INR', current_date, %(id)s, 'a key', %(payment)s, 100, 1,
                    now(), now()) RETURNING id
            """,
            {"id": new_id("capr"), "merchant": self.merchant.id, "payment": self.paid["id"]},
        )
        return str(rows[0][0])

    # --- what can be shared between tests, since nothing ends it

    @cached_property
    def paid(self) -> dict[str, Any]:
        """A successful payment."""
        return self.merchant.paid(900_000)

    @cached_property
    def event(self) -> dict[str, Any]:
        """A fact."""
        assert self.paid
        found: dict[str, Any] = self.merchant.api.get("/events").json()["data"][0]
        return found

    # --- what a test may end

    def _make_room(self) -> None:
        """There may be sixteen endpoints, so the ones before go."""
        for one in self.merchant.api.get("/webhooks/endpoints").json()["data"][6:]:
            self.merchant.api.delete(f"/webhooks/endpoints/{one['id']}")

    def make_endpoint(self) -> str:
        """A fresh endpoint."""
        self._make_room()
        made = self.merchant.api.post("/webhooks/endpoints", json={"url": self.receiver.url})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def make_delivery(self) -> str:
        """A webhook that was delivered, to an endpoint that still stands: the one before, if it does."""
        if self._delivery is not None:
            endpoint = self.merchant.api.get(f"/webhooks/endpoints/{self._delivery['endpoint_id']}").json()
            if endpoint.get("status") == "enabled":
                return str(self._delivery["id"])
        asked = {"endpoint_id": self.make_endpoint(), "status": "success"}
        self.merchant.paid()

        def first() -> dict[str, Any] | None:
            found = self.merchant.api.get("/webhooks", params=asked).json()["data"]
            return found[0] if found else None

        self._delivery = eventually(first, what="a delivered webhook")
        return str(self._delivery["id"])

    def make_refund(self) -> str:
        """A fresh refund of 1.00."""
        made = self.merchant.api.post(f"/payments/{self.paid['id']}/refunds", json={"amount": 100})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def make_recovery(self) -> str:
        """A recovery of nothing."""
        body = {"since": OVERLONG_AGO, "until": "2026-01-01T00:01:00Z", "endpoint_id": self.make_endpoint()}
        made = self.merchant.api.post("/webhooks/recover", json=body)
        assert made.status_code == 202, made.text
        return str(made.json()["id"])

    def make_challenge(self) -> str:
        """A payment that waits for the shopper."""
        payment = self.merchant.upi(self.merchant.order(), "pending@bank")
        return str(self.merchant.settled(payment, "requires_action")["id"])

    def make_key(self) -> str:
        """A second key."""
        made = self.merchant.api.post("/keys", json={"label": "Second", "scopes": ["read"]})
        assert made.status_code == 201, made.text
        return str(made.json()["key"]["id"])

    def make_request(self) -> str:
        """A request that has been written down."""
        request_id = str(self.merchant.api.get("/orders?limit=1").headers["X-Request-Id"])
        eventually(
            lambda: self.merchant.api.get(f"/requests/{request_id}").status_code == 200, what="a logged request"
        )
        return request_id

    def make_inbox(self) -> str:
        """The token in the URL of an open inbox, which is an endpoint."""
        self._make_room()
        made = self.merchant.api.post("/inbox")
        assert made.status_code == 200, made.text
        return str(made.json()["url"]).rpartition("/")[2]

    def make_account(self, merchant: Merchant | None = None) -> str:
        """A fresh account at a processor that nobody answers for. There may be fifty, so those before go."""
        api = (merchant or self.merchant).api
        for one in api.get("/processor-accounts").json()["data"][20:]:
            api.delete(f"/processor-accounts/{one['id']}")
        mode = "test" if merchant is None else "live"
        credentials = {"publishable_key": f"pk_{mode}_yours", "secret_key": f"sk_{mode}_yours"}
        made = api.post("/processor-accounts", json={"processor": "stripe", "credentials": credentials})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def make_routed(self) -> str:
        """An enabled account that payments of the least amount are given to, and no others of this merchant's."""
        account_id = self.make_account()
        self.stack.sql("UPDATE processor_accounts SET status = 'enabled' WHERE id = %s", (account_id,))
        rules = {"rules": [{"account_id": account_id, "amount_to": 100}]}
        self.merchant.api.put("/processor-routes", json=rules).raise_for_status()
        return account_id

    def make_notice(self, event_id: str) -> str:
        """A notice that waits for a person: its account's id."""
        account_id = self.make_account()
        self.stack.sql(
            "INSERT INTO processor_notices (account_id, event_id, merchant_id, mode, type, topic, objects, "
            "review_reason) VALUES (%s, %s, %s, 'test', 'payment_intent.succeeded', 'payment', '{}', 'not found')",
            (account_id, event_id, self.merchant.id),
        )
        return account_id

    def make_unexpected(self) -> str:
        """Money that came to a payment that is over, and waits for a person."""
        with psycopg.connect(self.stack.database_url, autocommit=True) as connection:
            shelf = Shelf(connection, UUID(self.merchant.id))
            account = shelf.account(status="disabled")
            return shelf.unexpected(account, shelf.payment(account, status="failed"))

    def make_dispute(self) -> str:
        """A dispute of such a payment."""
        with psycopg.connect(self.stack.database_url, autocommit=True) as connection:
            shelf = Shelf(connection, UUID(self.merchant.id))
            account = shelf.account(status="disabled")
            return shelf.dispute(account, shelf.payment(account, status="failed"))

    def make_member(self) -> str:
        """An invited member."""
        email = f"member-{time.monotonic_ns()}@example.com"
        made = self.owner.client.post("/team", json={"email": email, "role": "support"})
        assert made.status_code == 201, made.text
        return str(made.json()["user"]["id"])

    def make_session(self) -> str:
        """A second log-in of the owner."""
        Person(self.stack, self.owner.email).logged_in()
        listed = self.owner.client.get("/sessions").json()["data"]
        return next(str(one["id"]) for one in listed if not one["current"])


MAKERS: dict[str, Callable[[World], str]] = {
    "order_id": lambda world: str(world.merchant.order()["id"]),
    "payment_id": lambda world: str(world.paid["id"]),
    "refund_id": World.make_refund,
    "event_id": lambda world: str(world.event["id"]),
    "object_id": lambda world: str(world.paid["id"]),
    "endpoint_id": World.make_endpoint,
    "account_id": World.make_account,
    "unexpected_id": World.make_unexpected,
    "dispute_id": World.make_dispute,
    "delivery_id": World.make_delivery,
    "recovery_id": World.make_recovery,
    "job_id": lambda world: str(world.paid["id"]),
    "request_id": World.make_request,
    "inbox_token": World.make_inbox,
    "key_id": World.make_key,
    "user_id": World.make_member,
    "session_id": World.make_session,
}

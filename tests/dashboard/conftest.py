"""A merchant with a dashboard, and people who log in to it."""

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page

from dev.postgres import PostgresServer
from dev.redis import RedisServer
from gateway.clock import utc_now
from gateway.users.seed import add_owner
from tests.conftest import TEMPLATE
from tests.dashboard.browser import DESKTOP, PASSWORD, chromium, log_in, serve_dashboard
from tests.processors.fakes.stripe import StripeFake
from tests.processors.fakes.thread import running
from tests.support.client import Merchant
from tests.support.stack import ROOT, Stack, copy_database, database_of, temporary_folder

_addresses = itertools.count(1)


def _own_address() -> str:
    """One that nobody else has: log-ins are limited by address."""
    number = next(_addresses)
    return f"198.18.{number // 250}.{number % 250 + 1}"


@dataclass
class Person:
    """A browser with a cookie jar, talking to the API as the dashboard does."""

    stack: Stack
    email: str
    password: str = PASSWORD
    address: str = field(default_factory=_own_address)
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(
            base_url=f"{self.stack.base_url}/api/v1",
            headers={"X-Forwarded-For": self.address, "User-Agent": "test browser"},
            timeout=30,
        )

    def log_in(self, password: str | None = None) -> httpx.Response:
        """Try to log in; on success later changes carry the CSRF token."""
        body = {"email": self.email, "password": self.password if password is None else password}
        response = self.client.post("/session", json=body)
        if response.status_code == 200:
            self.client.headers["X-CSRF-Token"] = response.json()["csrf_token"]
        return response

    def logged_in(self) -> "Person":
        """This person, logged in."""
        assert self.log_in().status_code == 200
        return self


@dataclass
class Shop:
    """A merchant with an owner."""

    stack: Stack
    merchant: Merchant
    owner: Person

    def member(self, role: str) -> Person:
        """A member with this role, who has accepted the invitation and is logged in."""
        email = f"{role}-{time.monotonic_ns()}@example.com"
        asked = {"email": email, "role": role, "current_password": self.owner.password}
        invited = self.owner.client.post("/team", json=asked)
        assert invited.status_code == 201, invited.text
        token = invited.json()["invite_url"].partition("#token=")[2]
        person = Person(self.stack, email)
        body = {"token": token, "name": role.title(), "password": PASSWORD}
        assert person.client.post("/team/accept", json=body).status_code == 200
        return person.logged_in()


def create_owner(stack: Stack, merchant_id: str, email: str) -> None:
    """What `gateway users create-owner` does, without starting a process for it."""

    async def add() -> None:
        async with await psycopg.AsyncConnection.connect(stack.database_url) as tx:
            assert await add_owner(tx, UUID(merchant_id), email, "Asha Rao", PASSWORD, utc_now())

    with ThreadPoolExecutor(1) as thread:  # the test may be inside a running loop
        thread.submit(asyncio.run, add()).result()


def create_owner_by_command(stack: Stack, merchant_id: str, email: str) -> None:
    """With the product's own command."""
    subprocess.run(
        [sys.executable, "-m", "gateway.cli", "users", "create-owner", merchant_id, email, "--name", "Asha Rao"],
        env=stack.env | {"GATEWAY_NEW_PASSWORD": PASSWORD}, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def new_shop(stack: Stack) -> Callable[[], Shop]:
    """Makes merchants of the shared stack with an owner who is logged in."""

    def make() -> Shop:
        merchant = stack.merchant()
        email = f"owner-{time.monotonic_ns()}@example.com"
        create_owner(stack, merchant.id, email)
        return Shop(stack, merchant, Person(stack, email).logged_in())

    return make


@pytest.fixture
def shop(new_shop: Callable[[], Shop]) -> Shop:
    """One such merchant."""
    return new_shop()


def audit_actions(person: Person, **filters: str) -> list[str]:
    """The actions in the audit log, newest first."""
    lines = person.client.get("/audit", params=filters).raise_for_status().json()["data"]
    return [json.loads(json.dumps(line["action"])) for line in lines]


@dataclass
class Desk:
    """A page of a browser in which the owner of a fresh merchant is logged in."""

    page: Page
    url: str
    shop: Shop

    @property
    def merchant(self) -> Merchant:
        return self.shop.merchant

    def open(self, path: str) -> Page:
        """Go to a page of the dashboard."""
        self.page.goto(self.url + path)
        self.page.locator("main h1").first.wait_for()
        return self.page


@pytest.fixture(scope="session")
def stripe() -> Iterator[tuple[StripeFake, str]]:
    """A fake Stripe, and its URL."""
    with running(StripeFake()) as fake:
        yield fake


@pytest.fixture(scope="session")
def over_stripe(
    postgres: PostgresServer, redis_server: RedisServer, stripe: tuple[StripeFake, str]
) -> Iterator[Stack]:
    """The product over that processor, for modules that take it as `stack`. It pays nothing back by itself."""
    settings = {"GATEWAY_STRIPE_URL": stripe[1], "GATEWAY_UNEXPECTED_REFUNDS": "false"}
    with temporary_folder() as folder:
        url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
        product = Stack(url, redis_server.url, folder, settings)
        try:
            product.start()
            yield product
        finally:
            product.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def url(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_dashboard(stack.base_url, tmp_path_factory.mktemp("dashboard")) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, accept_downloads=True, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if _is_bad(message.text) else None)
    yield page
    context.close()
    assert problems == []


def _is_bad(text: str) -> bool:
    return "Content Security Policy" in text or "Warning:" in text


@pytest.fixture
def desk(stack: Stack, url: str, page: Page) -> Desk:
    merchant = stack.merchant()
    email = f"owner-{time.monotonic_ns()}@example.com"
    create_owner(stack, merchant.id, email)
    shop = Shop(stack, merchant, Person(stack, email).logged_in())
    log_in(page, url, email, PASSWORD)
    return Desk(page, url, shop)

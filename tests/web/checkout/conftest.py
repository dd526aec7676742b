"""One stack, one checkout and one browser for all tests of the hosted page; a fresh context for each."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from dev.ports import free_port
from dev.postgres import PostgresServer
from dev.redis import RedisServer
from tests.conftest import TEMPLATE
from tests.support.client import Merchant
from tests.support.fake_door import FakeDoor, fake_process
from tests.support.processors import open_shop
from tests.support.stack import Stack, copy_database, database_of
from tests.web.checkout.site import CheckoutSite, Shop, chromium, stack_settings
from tests.web.checkout.their_form import SCRIPTS, TheirShop, form_settings


@pytest.fixture(scope="session")
def web_stack(
    postgres: PostgresServer, redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A bank that takes 400 ms, so that a test sees each screen."""
    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    folder = tmp_path_factory.mktemp("web-stack")
    settings = stack_settings(TEST_PROCESSING_DELAY="400", GATEWAY_ACTION_SECONDS="20")
    stack = Stack(url, redis_server.url, folder, settings)
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def checkout(web_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckoutSite]:
    """The checkout in front of `web_stack`."""
    site = CheckoutSite(web_stack, tmp_path_factory.mktemp("checkout"))
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser. Playwright keeps an event loop running while it is open: not beside the async tests."""
    with chromium() as one:
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own; any uncaught error in it or its frames fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    one = context.new_page()
    errors: list[str] = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    yield one
    context.close()
    assert errors == []


@pytest.fixture(scope="session")
def merchant(web_stack: Stack) -> Merchant:
    """The merchant of the shop."""
    return web_stack.merchant()


@pytest.fixture(scope="session")
def shop(checkout: CheckoutSite, merchant: Merchant) -> Iterator[Shop]:
    """The merchant's shop."""
    one = Shop(checkout.url, merchant.key)
    yield one
    one.close()


# --- orders that are paid in a processor's own form


@pytest.fixture(scope="session")
def form_fakes() -> Iterator[dict[str, FakeDoor]]:
    """A fake of each processor, by its name, each on an origin of its own."""
    with ExitStack() as several:
        yield {name: several.enter_context(fake_process(name)) for name in SCRIPTS}


@pytest.fixture(scope="session")
def form_site(
    postgres: PostgresServer,
    redis_server: RedisServer,
    form_fakes: dict[str, FakeDoor],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CheckoutSite]:
    """The checkout in front of a product whose processors are the fakes, scripts and all."""
    url, folder = copy_database(database_of(postgres.url, "postgres"), TEMPLATE), tmp_path_factory.mktemp("forms")
    port = free_port()
    settings = stack_settings(**form_settings(form_fakes, port), GATEWAY_PAYMENT_SECONDS="60")
    stack = Stack(url, redis_server.url, folder, settings)
    site = CheckoutSite(stack, folder, port=port)
    stack.start()
    site.start()
    yield site
    site.stop()
    stack.stop()


@pytest.fixture(params=sorted(SCRIPTS))
def theirs(
    request: pytest.FixtureRequest, form_site: CheckoutSite, form_fakes: dict[str, FakeDoor]
) -> Iterator[TheirShop]:
    """A fresh merchant whose orders are paid in the form of one of the processors."""
    account = open_shop(form_site.stack, form_fakes[request.param])
    shop = Shop(form_site.url, account.merchant.key)
    yield TheirShop(account, form_site, shop)
    shop.close()
    account.put_aside()
    account.fake.mend()

"""A fake Cashfree on loopback, and an account of it."""

from collections.abc import AsyncIterator

import pytest

from gateway.processors.cashfree.connector import CONNECTOR
from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Credentials, Processor
from tests.processors.fakes.cashfree import CLIENT_ID, CLIENT_SECRET, FakeCashfree

CREDENTIALS = Credentials(CLIENT_ID, {"client_secret": CLIENT_SECRET})


@pytest.fixture
async def fake() -> AsyncIterator[FakeCashfree]:
    """Empty books, a port of its own."""
    fake = FakeCashfree()
    yield fake
    await fake.stop()


@pytest.fixture
async def client(fake: FakeCashfree) -> AsyncIterator[ProcessorClient]:
    """Waits, on a machine that has much else to do."""
    client = ProcessorClient(f"http://127.0.0.1:{await fake.start()}", 20)
    yield client
    await client.close()


@pytest.fixture
def account(client: ProcessorClient) -> Processor:
    """The fake's test account."""
    return CONNECTOR.build(CREDENTIALS, "test", client)

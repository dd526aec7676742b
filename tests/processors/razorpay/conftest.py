"""A fake Razorpay on loopback, and an account of it."""

from collections.abc import AsyncIterator

import pytest

from gateway.processors.client import ProcessorClient
from gateway.processors.protocol import Credentials, Processor
from gateway.processors.razorpay.connector import CONNECTOR
from tests.processors.fakes.razorpay import KEY_ID, KEY_SECRET, FakeRazorpay

CREDENTIALS = Credentials(KEY_ID, {"key_secret": KEY_SECRET})


@pytest.fixture
async def fake() -> AsyncIterator[FakeRazorpay]:
    """Empty books, a port of its own."""
    fake = FakeRazorpay()
    yield fake
    await fake.stop()


@pytest.fixture
async def client(fake: FakeRazorpay) -> AsyncIterator[ProcessorClient]:
    """Waits, on a machine that has much else to do."""
    client = ProcessorClient(f"http://127.0.0.1:{await fake.start()}", 20)
    yield client
    await client.close()


@pytest.fixture
def account(client: ProcessorClient) -> Processor:
    """The fake's test account."""
    return CONNECTOR.build(CREDENTIALS, "test", client)

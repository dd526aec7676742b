"""A fake Razorpay on loopback, and an account of it."""

from collections.abc import AsyncIterator

import httpx
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
    """Waits for half a second. Without certificates: to read them takes longer than a test."""
    plain = httpx.AsyncHTTPTransport(verify=False, trust_env=False)
    client = ProcessorClient(f"http://127.0.0.1:{await fake.start()}", 0.5, plain)
    yield client
    await client.close()


@pytest.fixture
def account(client: ProcessorClient) -> Processor:
    """The fake's test account."""
    return CONNECTOR.build(CREDENTIALS, "test", client)

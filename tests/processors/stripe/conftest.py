"""A fake Stripe per test, and an account at it."""

from collections.abc import AsyncIterator

import pytest

from tests.processors.fakes.stripe import StripeFake
from tests.processors.stripe.asking import Shop, open_account


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """An account in test mode."""
    fake = StripeFake()
    shop = open_account(fake, await fake.start())
    yield shop
    await shop.stripe.client.close()
    await fake.stop()

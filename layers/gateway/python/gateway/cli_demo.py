"""`gateway seed-demo`: a merchant with a past."""

import asyncio
import time
from typing import Annotated

import typer
from psycopg import AsyncConnection

from gateway.clock import utc_now
from gateway.demo.seed import seed_demo
from gateway.encryption import Keyring
from gateway.merchants.model import TEST_MERCHANT_ID
from gateway.settings import load_settings


def seed_demo_command(
    payments: Annotated[int, typer.Option(min=1, max=5_000_000, help="How many.")] = 1_000,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Over how many days up to now.")] = 60,
) -> None:
    """Fill the test merchant with settled payments and three deliveries each. Sends and charges nothing."""
    settings = load_settings()
    if not settings.test_mode:
        raise ValueError("demo data are for test mode")
    began = time.monotonic()

    async def run() -> None:
        keyring = Keyring(*settings.master_keys())
        async with await AsyncConnection.connect(settings.database_url, autocommit=True) as tx:
            await seed_demo(tx, keyring, TEST_MERCHANT_ID, payments=payments, days=days, until=utc_now())

    asyncio.run(run())
    print(f"{payments} payments and {3 * payments} deliveries are there ({time.monotonic() - began:.1f} s)")

"""`gateway seed-demo`: a merchant with a past."""

import asyncio
import time
from typing import Annotated

import typer

from gateway.clock import utc_now
from gateway.database import owner_connection
from gateway.demo.seed import seed_demo
from gateway.encryption import Keyring
from gateway.settings import load_settings
from gateway.tenancy.model import TEST_MERCHANT_ID


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
        async with owner_connection(settings) as tx:
            await tx.execute("SET statement_timeout = 0")  # millions of rows take longer than a request may
            await seed_demo(tx, keyring, TEST_MERCHANT_ID, payments=payments, days=days, until=utc_now())

    asyncio.run(run())
    print(f"{payments} payments and {3 * payments} deliveries are there ({time.monotonic() - began:.1f} s)")

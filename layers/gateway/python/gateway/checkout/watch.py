"""Wait until a payment is no longer what the shopper's page knows.

However many pages wait, the database sees one statement per tick and merchant: all that ask in
the same moment share it. NOTIFY would halve the commit rate of everything else (measured).
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from gateway.checkout.queries import select_payments
from gateway.database import Database
from gateway.database.batch import Batch
from gateway.payments.model import Payment
from gateway.tenancy.lookups import Tenants
from gateway.tenancy.model import Caller

TICK_SECONDS: Final = 0.25


class PaymentWatch:
    """All waiting pages of one process."""

    def __init__(self, database: Database, tenants: Tenants) -> None:
        self._database = database
        self._tenants = tenants
        self._look_ups: Batch[str, Payment | None] = Batch(self._select, size=500)

    async def look(self, payment_id: str) -> Payment | None:
        """The payment as it is now."""
        return await self._look_ups.submit(payment_id)

    async def changed(self, payment_id: str, known_status: str | None, seconds: float) -> Payment | None:
        """The payment, once its status differs from `known_status` or after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            payment = await self.look(payment_id)
            if payment is None or payment.status != known_status or time.monotonic() >= deadline:
                return payment
            # Ticks of all who wait fall together.
            await asyncio.sleep(TICK_SECONDS - time.monotonic() % TICK_SECONDS)

    async def _select(self, ids: Sequence[str]) -> list[Payment | None]:
        of_tenant: dict[Caller, list[str]] = {}
        for payment_id, tenant in (await self._tenants.of_payments(ids)).items():
            of_tenant.setdefault(tenant, []).append(payment_id)
        found: dict[str, Payment] = {}
        for tenant, mine in of_tenant.items():
            async with self._database.connection(tenant) as tx:
                found |= await select_payments(tx, mine)
        return [found.get(payment_id) for payment_id in ids]

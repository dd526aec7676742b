"""The sender in this process over a database of its own, for tests that look inside or turn the clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from gateway.clock import utc_now
from gateway.database import PooledDatabase, owner_connection
from gateway.encryption import Keyring
from gateway.events.publish import PUBLISHED, EventDraft, event_parameters
from gateway.ids import new_id
from gateway.jobs.drain import Drain
from gateway.log import get_logger
from gateway.settings import Settings
from gateway.tenancy.model import TEST_MERCHANT_ID
from gateway.webhooks.deliveries.deliver import DeliveryWork
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.client import WebhookClient
from gateway.webhooks.signatures.sign import new_webhook_secret

_PUBLISH = f"WITH changed AS (SELECT unnest(%(ids)s::text[]) AS id), {PUBLISHED} SELECT count(*) FROM fanned_out"


class Engine:
    """One sender. `work` is its workload; `drain` works off what is due."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        self.settings = Settings.model_validate(
            {"DATABASE_URL": database_url, "TEST_MODE": True, "WEBHOOK_RETRY_INTERVALS_TEST": True, **settings}
        )
        self.database = PooledDatabase(self.settings, "gateway_worker")
        self.keyring = Keyring(self.settings.master_key_bytes())
        self.client = WebhookClient(self.settings, AddressGuard(self.settings))
        self.work = self.another()

    def another(self) -> DeliveryWork:
        """A workload as of another process."""
        return DeliveryWork(self.database, self.keyring, self.settings, self.client, get_logger("test", "ERROR"))

    async def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement run as the owner: a sender may do less."""
        async with owner_connection(self.settings) as tx:
            cursor = await tx.execute(statement.encode(), parameters)
            return await cursor.fetchall() if cursor.description else []

    async def endpoint(self, url: str, **columns: Any) -> str:
        """An enabled endpoint of the test merchant; beyond the API's limits if need be."""
        endpoint_id = new_id("we")
        values = {
            "id": endpoint_id,
            "merchant_id": TEST_MERCHANT_ID,
            "mode": "test",
            "url": url,
            "secret": self.keyring.encrypt("webhook", new_webhook_secret().encode(), endpoint_id),
            "created_at": utc_now(),
            "updated_at": utc_now(),
            **columns,
        }
        names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        await self.sql(f"INSERT INTO webhook_endpoints ({names}) VALUES ({marks})", *values.values())
        return endpoint_id

    async def events(self, count: int = 1, event_type: str = "payment.success") -> list[str]:
        """Made-up events, published by the product's own statement; the ids of what they are about."""
        drafts = [_draft(new_id("pay"), event_type) for _ in range(count)]
        async with self.database.connection(None) as tx:
            causes = [draft.cause for draft in drafts]
            await tx.execute(_PUBLISH.encode(), {"ids": causes} | event_parameters(drafts))
        return [draft.cause for draft in drafts]

    async def healthy(self, endpoint_id: str) -> None:
        """The endpoint has had a success before."""
        await self.sql(
            "INSERT INTO endpoint_health (endpoint_id, last_success_at) VALUES (%s, now())", endpoint_id
        )

    async def hurry(self) -> None:
        """What waits for its next attempt waits no longer."""
        await self.sql("UPDATE deliveries SET due_at = now() WHERE status = 'pending' AND lease_token IS NULL")

    async def drain(self, linger: float = 0.05) -> int:
        """Until nothing is due any more; how many items were worked on."""
        return await self.new_drain().run(linger=linger)

    def new_drain(self, work: DeliveryWork | None = None) -> Drain:
        return Drain(
            work or self.work,
            get_logger("test", "ERROR"),
            in_flight=900,
            lease_seconds=self.settings.lease_seconds,
            on_due=lambda _: None,
        )

    async def deliveries(self, columns: str, endpoint_id: str) -> list[tuple[Any, ...]]:
        return await self.sql(
            f"SELECT {columns} FROM deliveries WHERE endpoint_id = %s ORDER BY created_at, id", endpoint_id
        )

    async def health(self, endpoint_id: str) -> tuple[Any, ...]:
        """failures_in_row, failing_since, last_success_at, open_until."""
        [row] = await self.sql(
            "SELECT failures_in_row, failing_since, last_success_at, open_until FROM endpoint_health "
            "WHERE endpoint_id = %s",
            endpoint_id,
        )
        return row

    async def close(self) -> None:
        await self.client.close()
        await self.database.close()


def _draft(object_id: str, event_type: str) -> EventDraft:
    return EventDraft(
        merchant_id=UUID(str(TEST_MERCHANT_ID)),
        mode="test",
        type=event_type,
        cause=object_id,
        object_id=object_id,
        sequence=1,
        data={"payment": {"id": object_id}},
        at=utc_now(),
    )


@asynccontextmanager
async def running_engine(database_url: str, **settings: Any) -> AsyncIterator[Engine]:
    """An engine, closed afterwards."""
    engine = Engine(database_url, **settings)
    try:
        yield engine
    finally:
        await engine.close()


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until this holds."""
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)

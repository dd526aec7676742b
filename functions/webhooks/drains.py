"""What this function drains, in whichever host it runs."""

from collections.abc import Awaitable, Callable

from gateway.jobs.drain import Drain
from gateway.jobs.model import Kind
from gateway.runtime import Runtime
from gateway.webhooks.deliveries.deliver import MOST_LIMITED, DeliveryWork
from gateway.webhooks.deliveries.housekeep import housekeep_webhooks
from gateway.webhooks.deliveries.lanes import MOST_AHEAD
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.client import WebhookClient


def build_client(runtime: Runtime) -> WebhookClient:
    """The HTTP client of this process."""
    return WebhookClient(runtime.settings, AddressGuard(runtime.settings))


def build_drains(runtime: Runtime, client: WebhookClient) -> dict[Kind, Drain]:
    """Webhooks. What waits for its turn at an endpoint is on top of what is in flight."""
    work = DeliveryWork(runtime.database, runtime.keyring, runtime.settings, client, runtime.logger)
    return {
        "webhooks": Drain(
            work,
            runtime.logger,
            in_flight=runtime.settings.in_flight + MOST_AHEAD + MOST_LIMITED,
            lease_seconds=runtime.settings.lease_seconds,
            on_due=lambda _: runtime.wakes.wake("webhooks"),
            taker=work,
        )
    }


def build_sweep(runtime: Runtime) -> Callable[[], Awaitable[None]]:
    """The housekeeping of this process."""

    async def sweep() -> None:
        if await housekeep_webhooks(runtime.database):
            runtime.wakes.wake("webhooks")

    return sweep

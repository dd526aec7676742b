"""What this function drains, in whichever host it runs."""

from gateway.jobs.drain import Drain
from gateway.jobs.model import Kind
from gateway.runtime import Runtime
from gateway.webhooks.addresses import AddressGuard
from gateway.webhooks.client import WebhookClient
from gateway.webhooks.deliver import DeliveryWork
from gateway.webhooks.lanes import MOST_AHEAD


def build_client(runtime: Runtime) -> WebhookClient:
    """The HTTP client of this process."""
    return WebhookClient(runtime.settings, AddressGuard(runtime.settings))


def build_drains(runtime: Runtime, client: WebhookClient) -> dict[Kind, Drain]:
    """Webhooks. What waits for its turn at an endpoint is on top of what is in flight."""
    work = DeliveryWork(runtime.database, runtime.keyring, runtime.settings, client)
    return {
        "webhooks": Drain(
            work,
            runtime.logger,
            in_flight=runtime.settings.in_flight + MOST_AHEAD,
            lease_seconds=runtime.settings.lease_seconds,
            on_due=lambda _: runtime.wakes.wake("webhooks"),
        )
    }

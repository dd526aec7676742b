"""Razorpay as a value, and one account of it, whose verbs are each in a file of their own.

What it cannot do: void (the order's expiry stands in), partial capture, accounts where the shopper bears the fee
(their payments are of a larger sum than the order, which is told and not taken for ours).
"""

from typing import Final

from gateway.processors import protocol as port
from gateway.processors.client import ProcessorClient
from gateway.processors.connector import Connector
from gateway.processors.razorpay import capture, close, disputes, look_up, orders, settlements, void
from gateway.processors.razorpay.calls import Api
from gateway.processors.razorpay.notices import read_notice
from gateway.processors.razorpay.prepare import prepare_order
from gateway.processors.razorpay.refund import pay_back, refunds_of, refunds_since
from gateway.processors.razorpay.units import CAPABILITIES


class Razorpay(Api):
    """One account, by the port of `protocol.Processor`. Holds no state."""

    name = "razorpay"
    capabilities = CAPABILITIES

    async def check(self) -> port.AccountFacts:
        """GET the newest order. Whose account it is Razorpay does not tell."""
        if not self.key_id.startswith(("rzp_test_", "rzp_live_")):
            raise port.Misconfigured("no key of Razorpay's")
        await self.get("/v1/orders", count=1)
        return port.AccountFacts(self.mode)

    async def prepare(
        self, op: port.Operation, order: port.OrderFacts, return_url: str | None
    ) -> port.Prepared | port.Declined:
        """Make the order. What is paid for is not told: nothing there needs it."""
        return await prepare_order(self, op)

    async def authorize(self, op: port.Operation, instrument: port.Instrument) -> port.Answer:
        """Not here: the shopper pays in Razorpay's own form."""
        raise port.Misconfigured("Razorpay takes cards and UPI addresses in its own form only")

    capture = capture.capture
    void = void.void
    refund = pay_back
    look_up = look_up.look_up
    close = close.close
    refunds_of = refunds_of
    refunds_since = refunds_since
    disputes_of = disputes.disputes_of
    list_since = orders.list_since
    settlements = settlements.settlements


def mode_of(credentials: port.Credentials) -> port.Mode | None:
    """By the key's prefix."""
    if credentials.public_key.startswith("rzp_test_"):
        return "test"
    return "live" if credentials.public_key.startswith("rzp_live_") else None


def build(credentials: port.Credentials, mode: port.Mode, client: ProcessorClient) -> port.Processor:
    """An account. Its answers are of the key's mode, whatever mode it is filed under."""
    own_mode = mode_of(credentials) or mode
    return Razorpay(client, credentials.public_key, credentials.secrets["key_secret"], own_mode)


CONNECTOR: Final = Connector(
    name=Razorpay.name,
    title="Razorpay",
    capabilities=CAPABILITIES,
    public_field="key_id",
    secret_fields=("key_secret",),
    mode_of=mode_of,
    build=build,
    read_notice=read_notice,
    api_url="https://api.razorpay.com",
    script_url="https://checkout.razorpay.com/v1/checkout.js",
)

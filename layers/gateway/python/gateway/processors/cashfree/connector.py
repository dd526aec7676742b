"""Cashfree as a value, and one account of it, whose verbs are each in a file of their own.

What it cannot do: hold money without pre-authorisation, which Cashfree switches on for an account and then for all
its cards; accounts where the shopper bears the fee (payments of a larger sum than the order, which is told).
"""

from typing import Final

from gateway.processors import protocol as port
from gateway.processors.cashfree import disputes, hold, listing, orders, refund, settlements
from gateway.processors.cashfree.calls import API_VERSION, Api
from gateway.processors.cashfree.notices import read_notice
from gateway.processors.cashfree.units import CAPABILITIES
from gateway.processors.client import ProcessorClient
from gateway.processors.connector import Connector


class Cashfree(Api):
    """One account, by the port of `protocol.Processor`. Holds no state."""

    __slots__ = ()

    name = "cashfree"
    capabilities = CAPABILITIES

    async def check(self) -> port.AccountFacts:
        """Ask for an order that there is not. Whose account it is Cashfree does not tell."""
        await self.their_time()
        return port.AccountFacts(self.mode)

    async def authorize(self, op: port.Operation, instrument: port.Instrument) -> port.Answer:
        """Not here."""
        raise port.Misconfigured("Cashfree takes cards and UPI addresses in its own form only")

    async def look_up(self, op: port.Operation) -> port.Answer | port.Absent:
        """What became of an operation, by its kind."""
        if op.kind == "refund":
            return await refund.look_up_refund(self, op)
        return await (hold.look_up_hold if op.kind in ("capture", "void") else orders.look)(self, op)

    prepare = orders.prepare
    capture = hold.capture
    void = hold.void
    close = orders.close
    refunds_of = refund.refunds_of
    disputes_of = disputes.disputes_of
    list_since = listing.list_since
    refunds_since = listing.refunds_since
    settlements = settlements.settlements
    refund = refund.pay_back


def mode_of(credentials: port.Credentials) -> port.Mode | None:
    """By the app id (`TEST…`) and the secret (`cfsk_ma_test_…`, `cfsk_ma_prod_…`; older ones do not say)."""
    secret = credentials.secrets.get("client_secret", "")
    if credentials.public_key.startswith("TEST") or secret.startswith(("TEST", "cfsk_ma_test_")):
        return "test"
    return "live" if secret.startswith("cfsk_ma_prod_") else None


def build(credentials: port.Credentials, mode: port.Mode, client: ProcessorClient) -> port.Processor:
    """An account. Raises `Misconfigured` for keys of the other mode."""
    if mode_of(credentials) not in (None, mode):
        raise port.Misconfigured(f"keys that are none of mode {mode}")
    return Cashfree(client, credentials.public_key, credentials.secrets["client_secret"], mode)


CONNECTOR: Final = Connector(
    name=Cashfree.name, title="Cashfree", capabilities=CAPABILITIES,
    public_field="client_id", secret_fields=("client_secret",), webhook_secret_is_own=False,
    mode_of=mode_of, build=build, read_notice=read_notice,
    api_url="https://api.cashfree.com", test_url="https://sandbox.cashfree.com", api_version=API_VERSION,
    script_url="https://sdk.cashfree.com/js/v3/cashfree.js",
)  # fmt: skip

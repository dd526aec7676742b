"""Stripe as a connector: its verbs, what it can do, and how an account is opened."""

import re
from typing import Final

from gateway.processors import protocol as port
from gateway.processors.client import ProcessorClient
from gateway.processors.connector import Connector
from gateway.processors.reading import read_id, read_text
from gateway.processors.stripe import hold, look_up, prepare, read, refund, settlements
from gateway.processors.stripe.calls import API_VERSION, Account
from gateway.processors.stripe.notices import read_notice
from gateway.processors.stripe.units import CAPABILITIES

_KEY: Final = re.compile(r"(sk|rk|pk)_(test|live)_\S+")


class Stripe(Account):
    """One account (`gateway.processors.protocol.Processor`). Each verb is a function of its own file."""

    __slots__ = ()

    name = "stripe"
    capabilities = CAPABILITIES

    prepare = prepare.prepare
    capture = hold.capture
    void = hold.void
    close = hold.close
    refunds_of = refund.refunds_of
    refunds_since = refund.refunds_since
    refund = refund.refund
    list_since = look_up.list_since
    disputes_of = look_up.disputes_of
    look_up = look_up.look_up
    settlements = settlements.settlements

    async def authorize(self, op: port.Operation, instrument: port.Instrument) -> port.Answer:
        """Card numbers go from the browser to Stripe, and never through us."""
        raise port.Misconfigured("Stripe takes no card numbers or addresses from us")

    async def check(self) -> port.AccountFacts:
        """GET the account. Keys that are none, or of the other mode, are `Misconfigured` and not sent."""
        for key, kinds in ((self.secret_key, ("sk", "rk")), (self.publishable_key, ("pk",))):
            found = _KEY.fullmatch(key)
            if found is None or found[1] not in kinds:
                raise port.Misconfigured(f"no {' or '.join(kinds)} key of Stripe's")
            if found[2] != self.mode:
                raise port.Misconfigured(f"a {found[2]} key in a {self.mode} account")
        entity = await self.get("/v1/account")
        name = read_text(read.inner(entity, "settings", "dashboard"), "display_name")
        return port.AccountFacts(mode=self.mode, external_id=read_id(entity), display_name=name)


def mode_of(credentials: port.Credentials) -> port.Mode | None:
    """The mode of the secret key, by its prefix; of the publishable one where that does not say."""
    for key in (credentials.secrets.get("secret_key", ""), credentials.public_key):
        if found := _KEY.fullmatch(key):
            return "live" if found[2] == "live" else "test"
    return None


def build(credentials: port.Credentials, mode: port.Mode, client: ProcessorClient) -> Stripe:
    """Open an account. Raises `Misconfigured` for a key that is none of this mode."""
    if mode_of(credentials) != mode:
        raise port.Misconfigured(f"a key that is none of mode {mode}")
    return Stripe(client, credentials.secrets["secret_key"], credentials.public_key, mode)


CONNECTOR: Final = Connector(
    name="stripe",
    title="Stripe",
    capabilities=CAPABILITIES,
    public_field="publishable_key",
    secret_fields=("secret_key",),
    mode_of=mode_of,
    build=build,
    read_notice=read_notice,
    api_url="https://api.stripe.com",
    # The release of Stripe.js that belongs to the API version.
    script_url="https://js.stripe.com/endive/stripe.js",
    api_version=API_VERSION,
)

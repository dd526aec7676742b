"""Stripe as a connector: its verbs, what it can do, and how an account is opened."""

import re
from typing import Final

from gateway.processors.capabilities import DAY, Capabilities
from gateway.processors.client import ProcessorClient
from gateway.processors.connector import Connector
from gateway.processors.protocol import (
    AccountFacts,
    Answer,
    Credentials,
    Instrument,
    Misconfigured,
    Mode,
    Operation,
)
from gateway.processors.stripe import disputes, hold, look_up, prepare, read, refund, settlements
from gateway.processors.stripe.calls import API_VERSION, Account
from gateway.processors.stripe.notices import read_notice
from gateway.processors.stripe.units import CURRENCIES, LEAST, MOST

_REPEAT: Final = 23 * 3600
"""Stripe keeps a key for 24 hours at least; an hour is left for a slow sender."""
_ALWAYS: Final = 365 * DAY
"""A second capture or cancel of an intent changes nothing, whenever it comes."""
_KEY: Final = re.compile(r"(sk|rk|pk)_(test|live)_\S+")

CAPABILITIES: Final = Capabilities(
    methods={"card": frozenset(), "upi": frozenset({"intent", "qr"})},
    currencies=CURRENCIES,
    client="fields",
    repeat_seconds={"prepare": _REPEAT, "refund": _REPEAT, "capture": _ALWAYS, "void": _ALWAYS, "close": _ALWAYS},
    look_up={
        **dict.fromkeys(("prepare", "authorize", "capture", "void", "close"), "reference"),
        "refund": "own_id",
    },
    # Of a card that its holder has typed in. Stripe then cancels the intent, which releases the hold.
    hold_seconds=7 * DAY,
    settlements=True,
    disputes=True,
    least=LEAST,
    most=MOST,
)


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
    refund = refund.refund
    list_since = look_up.list_since
    look_up = look_up.look_up
    disputes_of = disputes.disputes_of
    settlements = settlements.settlements

    async def authorize(self, op: Operation, instrument: Instrument) -> Answer:
        """Card numbers go from the browser to Stripe, and never through us."""
        raise Misconfigured("Stripe takes no card numbers or addresses from us")

    async def check(self) -> AccountFacts:
        """GET the account. Keys that are none, or of the other mode, are `Misconfigured` and not sent."""
        for key, kinds in ((self.secret_key, ("sk", "rk")), (self.publishable_key, ("pk",))):
            found = _KEY.fullmatch(key)
            if found is None or found[1] not in kinds:
                raise Misconfigured(f"no {' or '.join(kinds)} key of Stripe's")
            if found[2] != self.mode:
                raise Misconfigured(f"a {found[2]} key in a {self.mode} account")
        entity = await self.get("/v1/account")
        name = read.link(read.inner(entity, "settings", "dashboard").get("display_name"))
        return AccountFacts(mode=self.mode, external_id=read.text(entity, "id"), display_name=name)


def mode_of(credentials: Credentials) -> Mode | None:
    """The mode of the secret key, by its prefix; of the publishable one where that does not say."""
    for key in (credentials.secrets.get("secret_key", ""), credentials.public_key):
        if found := _KEY.fullmatch(key):
            return "live" if found[2] == "live" else "test"
    return None


def build(credentials: Credentials, mode: Mode, client: ProcessorClient) -> Stripe:
    """Open an account."""
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
    origins=(
        "https://js.stripe.com",
        "https://*.js.stripe.com",
        "https://hooks.stripe.com",
        "https://api.stripe.com",
    ),
    api_version=API_VERSION,
)

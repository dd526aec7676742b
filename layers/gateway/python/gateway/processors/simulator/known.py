"""What the simulated bank can do."""

from typing import Final

from gateway.money import CURRENCY_DIGITS
from gateway.processors.capabilities import DAY, Capabilities
from gateway.processors.instruments import BANKS, WALLETS
from gateway.processors.simulator.outcomes import TEST_BANKS, TEST_WALLETS

NAME: Final = "simulator"

_FOR_EVER: Final = 100 * 365 * DAY
"""Its books keep every key, and a repeat is the same operation whenever it comes."""

CAPABILITIES: Final = Capabilities(
    methods={
        "card": frozenset(),
        "upi": frozenset({"collect", "intent", "qr"}),
        "netbanking": frozenset((*BANKS, *TEST_BANKS)),
        "wallet": frozenset((*WALLETS, *TEST_WALLETS)),
    },
    currencies=CURRENCY_DIGITS,
    client="none",
    repeat_seconds={"authorize": _FOR_EVER, "capture": _FOR_EVER, "void": _FOR_EVER, "refund": _FOR_EVER},
    look_up={"authorize": "own_id", "capture": "own_id", "void": "own_id", "refund": "own_id"},
    # A hold ends with `GATEWAY_AUTHORIZATION_HOURS`, as an operator has set it: the bank knows no other end.
    hold_seconds=None,
    collect=True,
)

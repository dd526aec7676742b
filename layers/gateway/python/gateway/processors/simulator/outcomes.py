"""The magic numbers and VPAs of the simulator: what each one makes the simulated bank do."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from gateway.processors.protocol import Instrument
from gateway.settings import Settings

BankOutcome = Literal["approved", "declined", "pending", "action"]

LATE_SECONDS: Final = 3.0
"""How long the bank leaves undecided what it decides late."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the bank will answer, and `label`: how that is told to people.

    `answer_seconds`: when a pending one is decided by itself, if ever.
    `timeout`: the bank does what `outcome` says, but its answer to the call is lost.
    `capture`, `void`, `refund`: what it will say to those of this payment; `once`: to the first one only.
    """

    name: str
    outcome: BankOutcome
    label: str
    error_code: str | None = None
    error_description: str | None = None
    answer_seconds: float = 0
    timeout: bool = False
    capture: Literal["approved", "declined", "declined_once"] = "approved"
    void: Literal["approved", "declined"] = "approved"
    refund: Literal["approved", "declined", "late"] = "approved"

    @property
    def result(self) -> Literal["success", "failed", "requires_action"]:
        """The status that a payment comes to by itself."""
        if self.outcome == "action":
            return "requires_action"
        return "failed" if self.outcome == "declined" else "success"


APPROVED: Final = Scenario("approved", "approved", "Succeeds")
DECLINED: Final = Scenario("declined", "declined", "Declined", "PAYMENT_DECLINED", "The bank declined the payment")
_REFUND_DECLINED: Final = Scenario(
    "refund_declined", "approved", "Succeeds; refunds are refused", refund="declined"
)
_CAPTURE_DECLINED: Final = Scenario(
    "capture_declined", "approved", "Succeeds; with manual capture each capture is refused", capture="declined"
)
_VOID_DECLINED: Final = Scenario(
    "void_declined", "approved", "Succeeds; with manual capture it cannot be cancelled", void="declined"
)

CARDS: Final[dict[str, Scenario]] = {
    "4242424242424242": APPROVED,
    "4111111111111111": APPROVED,
    "6527658900001005": APPROVED,
    "4000000000000002": DECLINED,
    "4000000000009995": Scenario(
        "insufficient_funds",
        "declined",
        "Insufficient funds",
        "INSUFFICIENT_FUNDS",
        "The card has insufficient funds",
    ),
    "4000000000000069": Scenario(
        "expired_card", "declined", "Expired card", "CARD_EXPIRED", "The card has expired"
    ),
    "4000000000000127": Scenario(
        "incorrect_cvc", "declined", "Wrong security code", "INCORRECT_CVC", "The security code is wrong"
    ),
    "4000000000000119": Scenario(
        "processing_error",
        "declined",
        "Processing error",
        "PROCESSING_ERROR",
        "The bank could not process the card",
    ),
    "4000002500003155": Scenario("challenge", "action", "Asks the shopper for a 3-D Secure challenge"),
    "4000000000007726": Scenario(
        "refund_late", "approved", f"Succeeds; a refund is undecided for {LATE_SECONDS:.0f} seconds", refund="late"
    ),
    "4000000000005126": _REFUND_DECLINED,
    "4000000000000341": _CAPTURE_DECLINED,
    "4000000000001802": _VOID_DECLINED,
}
"""By number, in the order in which they are published."""

VPAS: Final[dict[str, Scenario]] = {
    "success": APPROVED,
    "failure": Scenario(
        "failure", "declined", "Declined", "PAYMENT_DECLINED", "The shopper's bank declined the payment"
    ),
    "pending": Scenario("upi_approval", "action", "Waits for the shopper's approval"),
    "late": Scenario(
        "late",
        "pending",
        f"Undecided for {LATE_SECONDS:.0f} seconds, then succeeds",
        answer_seconds=LATE_SECONDS,
    ),
    "timeout": Scenario(
        "timeout", "approved", "Succeeds, but the bank's answer is lost: it is looked up", timeout=True
    ),
    "refundfail": _REFUND_DECLINED,
    "capturefail": _CAPTURE_DECLINED,
    "captureonce": Scenario(
        "capture_declined_once",
        "approved",
        "Succeeds; with manual capture the first capture is refused",
        capture="declined_once",
    ),
    "voidfail": _VOID_DECLINED,
}
"""By what stands before the `@`, in the order in which they are published."""

BANK_PAGE: Final = Scenario("bank_page", "action", "Waits for the shopper on the page of the test bank")
"""What every real bank and wallet does."""
UPI_LINKS: Final[dict[str, Scenario]] = {
    "qr": Scenario("upi_qr", "action", "Waits for whoever scans the code"),
    "intent": Scenario("upi_intent", "action", "Waits for whoever opens the link"),
}
"""By flow, where no address was typed."""

TEST_BANKS: Final[dict[str, Scenario]] = {f"TEST_{name.upper()}": VPAS[name] for name in VPAS if name != "pending"}
TEST_WALLETS: Final[dict[str, Scenario]] = {f"test_{name}": VPAS[name] for name in VPAS if name != "pending"}
"""Of the test bank alone, by code, in the order in which they are published: they decide without a page."""

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario for scenario in (*CARDS.values(), *VPAS.values(), *UPI_LINKS.values(), BANK_PAGE)
}


def choose_scenario(
    method: str, instrument: Instrument, settings: Settings, chance: Callable[[], float] = random.random
) -> Scenario:
    """By the number, VPA, bank or wallet; else by `TEST_PAYMENT_SUCCESS` in test mode, else by the success rates.

    A UPI link or code waits for whoever opens it, and a bank or a wallet on a page of its own.
    """
    if instrument.code is not None:
        return TEST_BANKS.get(instrument.code) or TEST_WALLETS.get(instrument.code) or BANK_PAGE
    if instrument.card is not None and instrument.card.number in CARDS:
        return CARDS[instrument.card.number]
    if instrument.vpa is None and instrument.flow in UPI_LINKS:
        return UPI_LINKS[instrument.flow]
    name = (instrument.vpa or "").partition("@")[0].lower()
    if name in VPAS:
        return VPAS[name]
    if settings.test_mode:
        return APPROVED if settings.test_payment_success else DECLINED
    rate = settings.upi_success_rate if method == "upi" else settings.card_success_rate
    return APPROVED if chance() < rate else DECLINED

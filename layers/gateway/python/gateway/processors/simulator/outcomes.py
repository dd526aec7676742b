"""The magic numbers and VPAs of the simulator: what each one makes the simulated bank do."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from gateway.processors.protocol import Authorization
from gateway.settings import Settings

BankOutcome = Literal["approved", "declined", "pending", "action"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the bank will answer. `answer_seconds`: when a pending one is decided by itself, if ever.

    `timeout`: the bank does what `outcome` says, but its answer to the call is lost.
    `refund`: what it will say to refunds of this payment.
    """

    name: str
    outcome: BankOutcome
    error_code: str | None = None
    error_description: str | None = None
    answer_seconds: float = 0
    timeout: bool = False
    refund: Literal["approved", "declined", "late"] = "approved"


APPROVED: Final = Scenario("approved", "approved")
DECLINED: Final = Scenario("declined", "declined", "PAYMENT_DECLINED", "The bank declined the payment")

_CARDS: Final[dict[str, Scenario]] = {
    "4242424242424242": APPROVED,
    "4111111111111111": APPROVED,
    "6527658900001005": APPROVED,
    "4000000000000002": DECLINED,
    "4000000000009995": Scenario(
        "insufficient_funds", "declined", "INSUFFICIENT_FUNDS", "The card has insufficient funds"
    ),
    "4000000000000069": Scenario("expired_card", "declined", "CARD_EXPIRED", "The card has expired"),
    "4000000000000127": Scenario("incorrect_cvc", "declined", "INCORRECT_CVC", "The security code is wrong"),
    "4000000000000119": Scenario(
        "processing_error", "declined", "PROCESSING_ERROR", "The bank could not process the card"
    ),
    "4000002500003155": Scenario("challenge", "action"),
    "4000000000007726": Scenario("refund_late", "approved", refund="late"),
    "4000000000005126": Scenario("refund_declined", "approved", refund="declined"),
}
_VPAS: Final[dict[str, Scenario]] = {
    "success": APPROVED,
    "failure": Scenario("failure", "declined", "PAYMENT_DECLINED", "The shopper's bank declined the payment"),
    "timeout": Scenario("timeout", "approved", timeout=True),
    "pending": Scenario("upi_approval", "action"),
    "late": Scenario("late", "pending", answer_seconds=3),
    "refundfail": Scenario("refund_declined", "approved", refund="declined"),
}

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario for scenario in (*_CARDS.values(), *_VPAS.values())
}


def choose_scenario(
    request: Authorization, settings: Settings, chance: Callable[[], float] = random.random
) -> Scenario:
    """By the number or VPA; else by `TEST_PAYMENT_SUCCESS` in test mode, else by the success rates."""
    if request.card is not None and request.card.number in _CARDS:
        return _CARDS[request.card.number]
    name = (request.vpa or "").partition("@")[0].lower()
    if name in _VPAS:
        return _VPAS[name]
    if settings.test_mode:
        return APPROVED if settings.test_payment_success else DECLINED
    rate = settings.upi_success_rate if request.method == "upi" else settings.card_success_rate
    return APPROVED if chance() < rate else DECLINED

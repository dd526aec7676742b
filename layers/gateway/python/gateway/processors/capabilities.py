"""What a processor can do, as data: the rules around it read this, and no connector's name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

OperationKind = Literal["prepare", "authorize", "capture", "void", "refund", "close"]
"""What is asked of a processor. `prepare` makes an object and moves no money; `close` sees to it that none can."""

Method = Literal["upi", "card", "netbanking", "wallet"]
METHODS: Final[tuple[Method, ...]] = get_args(Method)
Client = Literal["fields", "redirect", "none"]
"""Where the shopper pays: in the processor's own form on our page, on a page of theirs, or in neither (the
processor takes card numbers and addresses from us)."""

LookUp = Literal["own_id", "reference", "none"]
"""By what an operation is found again: our own id, which was sent along, the processor's id, or not at all."""

DAY: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class MethodLimits:
    """What one method takes less than the processor does otherwise.

    `amounts`: the least and the most in minor units (None: no bound of its own), by currency; what is not here it
    does not take. `manual_capture`: whether its money can be held.
    """

    amounts: Mapping[str, tuple[int | None, int | None]]
    manual_capture: bool = True

    def why_not(self, method: str, currency: str, amount: int, manual: bool) -> str | None:
        """As `Capabilities.why_not`."""
        if currency not in self.amounts:
            return f"takes no {method} in {currency}"
        least, most = self.amounts[currency]
        if least is not None and amount < least:
            return f"takes no less than {least} {currency} by {method} (minor units)"
        if most is not None and amount > most:
            return f"takes no more than {most} {currency} by {method} (minor units)"
        return f"cannot hold money by {method}" if manual and not self.manual_capture else None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One processor's. Times in seconds.

    `methods`: by method, the networks (cards), flows (`collect`, `intent`, `qr`), banks or wallets that it takes;
    empty: any.
    `currencies`: digits of the minor unit as *the processor* counts them, which is not always ISO 4217's. What is
    not listed is refused unsent.
    `captures`: how often an authorised amount may be taken. `void`: `expires` means that nothing releases a hold
    but its time. `repeat_seconds`: for how long a repeat with the same key is the same operation; None: never.
    `hold_seconds`: how long an authorised amount is held. `auto_refund_seconds`: when the processor itself gives
    back what nobody has captured. `late_success_seconds`: how long after a failure money may still come.
    `least` and `most`: bounds of an amount in minor units, by currency; `steps`: what it has to be a multiple of.
    `limits`: of a method that takes less than that.
    """

    methods: Mapping[Method, frozenset[str]]
    currencies: Mapping[str, int]
    client: Client
    manual_capture: bool = True
    partial_capture: bool = True
    captures: Literal["one", "many"] = "one"
    capture_is_ours: bool = False
    """Whether also an automatic payment has to be captured by us."""
    void: Literal["yes", "expires"] = "yes"
    refund_async: bool = True
    partial_refund: bool = True
    repeat_seconds: Mapping[OperationKind, int | None] = field(default_factory=dict)
    look_up: Mapping[OperationKind, LookUp] = field(default_factory=dict)
    hold_seconds: int | None = None
    auto_refund_seconds: int | None = None
    late_success_seconds: int = 0
    paid_twice: bool = False
    """Whether an object that is paid can be paid a second time (two tabs, a failed try that is debited later)."""
    collect: bool = False
    """Whether a UPI address may be typed on our page (India ended that on 2026-02-28, but for few)."""
    settlements: bool = False
    disputes: bool = False
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[Method, MethodLimits] = field(default_factory=dict)

    def why_not(
        self, method: str, currency: str, amount: int, network: str | None = None, *, manual: bool = False
    ) -> str | None:
        """Why this processor takes no such payment, in words for a merchant; None: it does. `manual`: its money is
        to be held until the merchant captures it."""
        networks = self.methods.get(method)  # type: ignore[call-overload]
        if networks is None:
            return f"takes no {method}"
        if network is not None and networks and network not in networks:
            return f"takes no {network}"
        if currency not in self.currencies:
            return f"takes no {currency}"
        if amount < self.least.get(currency, 1):
            return f"takes no less than {self.least.get(currency, 1)} {currency} (minor units)"
        if currency in self.most and amount > self.most[currency]:
            return f"takes no more than {self.most[currency]} {currency} (minor units)"
        if amount % self.steps.get(currency, 1):
            return f"takes only multiples of {self.steps[currency]} {currency} (minor units)"
        if manual and not self.manual_capture:
            return "cannot hold money"
        limits = self.limits.get(method)  # type: ignore[call-overload]
        return None if limits is None else limits.why_not(method, currency, amount, manual)

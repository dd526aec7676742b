"""How a merchant's payments are routed, as one statement has read it: from here on nothing but arithmetic."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from gateway.errors import BadRequest, GatewayError, ProcessorRequired, Stopped
from gateway.processors import registry
from gateway.processors.accounts.model import AccountStatus
from gateway.processors.capabilities import Capabilities
from gateway.processors.registry import CONNECTORS
from gateway.processors.routes.model import Rule, Wanted
from gateway.processors.stops.model import NO_PAYMENTS, RETRY_SECONDS

_STATES: Final[dict[AccountStatus, str]] = {
    "unchecked": "its account has not been checked",
    "disabled": "its account is disabled",
    "removed": "its account was removed",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Who takes a payment. `account_id` None: the simulated bank, in test mode only."""

    account_id: str | None
    processor: str
    capabilities: Capabilities


SIMULATED: Final = Choice(None, registry.SIMULATED.name, registry.SIMULATED.capabilities)
"""In test mode the last route of every merchant."""


@dataclass(frozen=True, slots=True)
class RoutedAccount:
    """What routing has to know of an account. `is_stopped`: the emergency stop covers its new payments."""

    id: str
    processor: str
    label: str | None
    status: AccountStatus
    collect: bool
    is_stopped: bool

    def as_json(self) -> dict[str, Any]:
        """As people know it."""
        return {"id": self.id, "processor": self.processor, "label": self.label}

    def capabilities(self) -> Capabilities | None:
        """What the account can do; None: there is no connector for it. A typed UPI address only where the
        processor and the merchant both say so."""
        connector = CONNECTORS.get(self.processor)
        if connector is None:
            return None
        known = connector.capabilities
        return known if self.collect or not known.collect else replace(known, collect=False)

    def why_not(self, wanted: Wanted) -> str | None:
        """Why the account does not take this payment, whether or not it is stopped; None: it does."""
        if self.status != "enabled":
            return _STATES[self.status]
        capabilities = self.capabilities()
        if capabilities is None:
            return f"there is no connector for {self.processor}"
        if wanted.method == "upi" and wanted.network == "collect" and not capabilities.collect:
            return f"{self.processor} takes no typed UPI address"
        reason = capabilities.why_not(
            wanted.method, wanted.currency, wanted.amount, wanted.network, manual=wanted.manual
        )
        return reason and f"{self.processor} {reason}"


@dataclass(frozen=True, slots=True)
class Explained:
    """One rule, and why it does not take a payment (None: it would)."""

    rule: Rule
    account: RoutedAccount
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a payment. Nobody: `refusal` says how it would be refused."""

    rules: list[Explained]
    account: RoutedAccount | None
    is_simulated: bool
    refusal: GatewayError | None


@dataclass(frozen=True, slots=True)
class Terms:
    """A merchant's rules in one mode, by position, each with its account."""

    mode: str
    rules: tuple[tuple[Rule, RoutedAccount], ...]

    def choose(self, payment_id: str, wanted: Wanted, without: Collection[str] = ()) -> Choice:
        """Who takes this payment. `without`: accounts that have been tried and failed.

        The first rule that fits and whose account can, within its share; where no share is left over, the first
        that fits. In test mode the simulated bank takes what no account does, unless an account has had it.
        Raises `BadRequest` for a method that no account takes, `ProcessorRequired`, and `Stopped` where all that
        could is stopped.
        """
        able = [(rule, account) for rule, account, why_not in self._judged(wanted, without) if why_not is None]
        open_ones = [one for one in able if not one[1].is_stopped]
        of_share = (account for rule, account in open_ones if rule.has_share_of(payment_id))
        chosen = next(of_share, open_ones[0][1] if open_ones else None)
        if chosen is not None:
            capabilities = chosen.capabilities()
            assert capabilities is not None
            return Choice(chosen.id, chosen.processor, capabilities)
        if able:
            raise Stopped(NO_PAYMENTS, retry_after=RETRY_SECONDS)
        if self.mode == "test" and not without:
            return SIMULATED
        if not without and self._is_of_no_account(wanted.method):
            raise BadRequest(f"{wanted.method} is taken by none of the merchant's processors", field="method")
        raise ProcessorRequired(self._refusal(wanted, without))

    def explain(self, wanted: Wanted, without: Collection[str] = ()) -> list[Explained]:
        """Every rule with the reason why it would not take such a payment, as they are tried."""
        return [
            Explained(rule, account, why_not or ("its account is stopped" if account.is_stopped else None))
            for rule, account, why_not in self._judged(wanted, without)
        ]

    def preview(self, wanted: Wanted) -> Preview:
        """Who would take such a payment, its share not drawn: the first rule that fits."""
        rules = self.explain(wanted)
        first = next((one.account for one in rules if one.why_not is None), None)
        if first is not None:
            return Preview(rules, first, False, None)
        try:
            return Preview(rules, None, self.choose("", wanted) is SIMULATED, None)
        except (BadRequest, ProcessorRequired, Stopped) as refusal:
            return Preview(rules, None, False, refusal)

    def _judged(
        self, wanted: Wanted, without: Collection[str]
    ) -> Iterator[tuple[Rule, RoutedAccount, str | None]]:
        for rule, account in self.rules:
            tried = "its account was tried already" if account.id in without else None
            yield rule, account, rule.why_not(wanted) or tried or account.why_not(wanted)

    def _is_of_no_account(self, method: str) -> bool:
        """Whether there are accounts that take payments, and none of them this method, whatever the rules say."""
        found = [account.capabilities() for _, account in self.rules if account.status == "enabled"]
        able = [one for one in found if one is not None]
        return bool(able) and not any(method in one.methods for one in able)

    def _refusal(self, wanted: Wanted, without: Collection[str]) -> str | None:
        """Why nobody takes it, rule by rule; None where there are no rules."""
        said = [f"{one.rule.id}: {one.why_not}" for one in self.explain(wanted, without)]
        return f"No account takes this payment ({'; '.join(said)})" if said else None

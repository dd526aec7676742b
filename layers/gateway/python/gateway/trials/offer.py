"""What a trial of an account would pay: the least amount that it takes and that the merchant's routes give it."""

from typing import Final

from gateway.money import MINIMUM_AMOUNT
from gateway.processors.accounts.model import Account
from gateway.processors.capabilities import Capabilities, Method
from gateway.processors.registry import CONNECTORS
from gateway.processors.routes.model import Wanted
from gateway.processors.routes.terms import Terms
from gateway.trials.model import Offer

_FIRST: Final = ("INR", "USD", "EUR", "GBP")
"""Currencies that are tried before those that a rule names: a merchant knows what they are worth."""


def least_of(capabilities: Capabilities, method: Method, currency: str) -> int:
    """The least amount in minor units that could be asked for; whether it is taken is another question."""
    least = max(MINIMUM_AMOUNT, capabilities.least.get(currency, 1))
    limits = capabilities.limits.get(method)
    if limits is not None:
        least = max(least, limits.amounts.get(currency, (None, None))[0] or 1)
    step = capabilities.steps.get(currency, 1)
    return -(-least // step) * step


def find_offer(account: Account, terms: Terms) -> tuple[Offer | None, str | None]:
    """The offer, or why there is none, in words for a merchant."""
    if account.status != "enabled":
        return None, f"The account is {account.status}: it takes payments once it is enabled."
    connector = CONNECTORS.get(account.processor)
    if connector is None:
        return None, f"There is no connector for {account.processor}."
    capabilities = connector.capabilities
    named = [rule.currency for rule, _ in terms.rules if rule.account_id == account.id and rule.currency]
    currencies = [one for one in dict.fromkeys((*named, *_FIRST)) if one in capabilities.currencies]
    for currency in currencies:
        amount = min(least_of(capabilities, method, currency) for method in capabilities.methods)
        methods = tuple(
            method
            for method in sorted(capabilities.methods)
            if _takes(terms, account, Wanted(method, currency, amount))
        )
        if methods:
            return Offer(amount, currency, methods), None
    return None, _why_not(account, terms)


def _takes(terms: Terms, account: Account, wanted: Wanted) -> bool:
    taker = terms.preview(wanted).account
    return taker is not None and taker.id == account.id


def _why_not(account: Account, terms: Terms) -> str:
    if not any(rule.account_id == account.id for rule, _ in terms.rules):
        return "No route leads to this account: add a rule for it in Settings, Routing."
    return (
        "Your routes give a payment of the least amount to another account, or to nobody: see in Settings, "
        "Routing, who would take it, and why."
    )

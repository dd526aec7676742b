"""In whose form an order is paid, method by method: ours, or that of the processor whose account takes it."""

from dataclasses import dataclass
from typing import Final, Literal

from gateway.checkout.model import CheckoutSession
from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.errors import Stopped
from gateway.orders.terms import usable_methods
from gateway.processors.capabilities import Capabilities
from gateway.processors.choose import processor_of
from gateway.processors.instruments import BANKS, WALLETS
from gateway.processors.registry import SIMULATED
from gateway.processors.routes.choose import read_terms
from gateway.processors.routes.model import Wanted
from gateway.processors.routes.terms import Terms

Form = Literal["own", "processor"]
"""Who asks the shopper for what is paid with: this page, or the processor's own form."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Of one order: `forms` by method, in the order in which they are offered; not of what nobody takes.

    `processor`: who takes the first of them; None: nobody takes anything. `instruments`: the banks and wallets
    that this page asks for, by method.
    """

    forms: dict[str, Form]
    processor: str | None
    instruments: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Taker:
    form: Form
    processor: str
    capabilities: Capabilities


_KNOWN: Final[dict[str, dict[str, str]]] = {"netbanking": BANKS, "wallet": WALLETS}
"""By code, in the order in which they are shown; what is only the taker's follows."""

NOBODY: Final = Ways({}, None, {})


async def read_ways(tx: Connection, tenant: Tenant, session: CheckoutSession) -> Ways:
    """How this order would be paid now. A merchant without rules pays no statement for it.

    What really takes a payment is decided when it is made: a share of it may go to another account.
    """
    terms = await read_terms(tx, tenant) if session.has_routes else Terms(session.mode, ())
    takers: dict[str, _Taker] = {}
    usable = usable_methods(session.settings.methods, session.currency)
    if not usable:  # whoever there is is asked for nothing
        accounts = (account.processor for _, account in terms.rules if account.status == "enabled")
        return Ways({}, next(accounts, processor_of(session.mode)), {})
    for method in usable:
        wanted = Wanted(method, session.currency, session.amount, manual=session.capture == "manual")
        if (taker := _taker(terms, wanted)) is not None:
            takers[method] = taker
    if not takers:
        return NOBODY
    chosen = {
        method: _codes(method, taker)
        for method, taker in takers.items()
        if taker.form == "own" and method in _KNOWN
    }
    return Ways(
        {method: taker.form for method, taker in takers.items()},
        next(iter(takers.values())).processor,
        chosen,
    )


def _codes(method: str, taker: _Taker) -> list[str]:
    known, taken = _KNOWN[method], taker.capabilities.methods[method]  # type: ignore[index]
    return [*(code for code in known if code in taken), *sorted(taken - known.keys())]


def _taker(terms: Terms, wanted: Wanted) -> _Taker | None:
    """An emergency stop shows the form all the same: it is ended again, and
    whoever pays meanwhile is told to wait."""
    preview = terms.preview(wanted)
    account = preview.account
    if isinstance(preview.refusal, Stopped):
        stopped = (one.account for one in preview.rules if one.account.is_stopped)
        account = next((one for one in stopped if one.why_not(wanted) is None), None)
    if account is not None:
        capabilities = account.capabilities()
        assert capabilities is not None, "an account that takes a payment has a connector"
        return _Taker("own" if capabilities.client == "none" else "processor", account.processor, capabilities)
    return _Taker("own", SIMULATED.name, SIMULATED.capabilities) if preview.is_simulated else None

"""Choose the account that takes a payment: when it is made, and anew where nothing can have been charged."""

from collections.abc import Collection

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.routes.model import Wanted
from gateway.processors.routes.queries import select_terms
from gateway.processors.routes.terms import SIMULATED, Choice, Terms

__all__ = ["SIMULATED", "Choice", "Terms", "choose_account", "read_terms"]


async def read_terms(tx: Connection, tenant: Tenant) -> Terms:
    """How the tenant's payments are routed now: one statement, for `Terms.choose` and `Terms.explain`."""
    return await select_terms(tx, tenant)


async def choose_account(
    tx: Connection,
    tenant: Tenant,
    *,
    payment_id: str,
    method: str,
    currency: str,
    amount: int,
    network: str | None = None,
    manual: bool = False,
    without: Collection[str] = (),
) -> Choice:
    """Who takes this payment; `amount` in minor units. See `Terms.choose`, whose errors this raises as well.

    `network`: of a card, or the flow of UPI, where that is known. `manual`: its money is to be held. `without`:
    accounts that have been tried: then the simulated bank takes it no more.
    """
    terms = await read_terms(tx, tenant)
    return terms.choose(payment_id, Wanted(method, currency, amount, network, manual), without)

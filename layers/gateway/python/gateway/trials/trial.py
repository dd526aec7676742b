"""Begin a trial of an account, and say how far it has come."""

from datetime import datetime
from typing import Any

from gateway.clock import iso
from gateway.database import Connection
from gateway.errors import BadRequest
from gateway.orders.create import create_order
from gateway.orders.model import Order
from gateway.processors.accounts.model import Account
from gateway.processors.routes.choose import read_terms
from gateway.tenancy.model import Caller
from gateway.trials.model import NOTES, receipt_of
from gateway.trials.offer import find_offer
from gateway.trials.queries import select_facts
from gateway.trials.read import steps_of


async def begin_trial(tx: Connection, caller: Caller, account: Account, now: datetime) -> Order:
    """An order of the least amount that the account takes. Raises `BadRequest` where it would take none."""
    offer, why_not = find_offer(account, await read_terms(tx, caller))
    if offer is None:
        raise BadRequest(why_not or "The account takes no payment")
    body = {
        "amount": offer.amount,
        "currency": offer.currency,
        "receipt": receipt_of(account.id),
        "notes": NOTES,
    }
    return await create_order(tx, caller, body, default_capture="automatic", now=now)


async def read_trial(
    tx: Connection, caller: Caller, account: Account, checkout_url: str, now: datetime
) -> dict[str, Any]:
    """The newest trial as the API shows it, and what another would pay. `checkout_url`: the checkout's base."""
    offer, why_not = find_offer(account, await read_terms(tx, caller))
    facts = await select_facts(tx, account)
    shown: dict[str, Any] = {
        "account_id": account.id,
        "offer": None if offer is None else offer.as_json(),
        "why_not": why_not,
        "order": None,
        "checkout_url": None,
        "payment_id": None,
        "refundable": 0,
        "steps": [],
    }
    if facts is None:
        return shown
    order, payment, refund = facts.order, facts.payment, facts.refund
    steps = steps_of(facts, account.id, now)
    is_taken = any(one.name == "captured" and one.state == "done" for one in steps)
    is_free = refund is None or refund["status"] == "failed"
    return shown | {
        "order": order | {"created_at": iso(datetime.fromisoformat(order["created_at"]))},
        "checkout_url": f"{checkout_url}/checkout?order_id={order['id']}",
        "payment_id": payment and payment["id"],
        "refundable": payment["amount_captured"] if payment and is_taken and is_free else 0,
        "steps": [one.as_json() for one in steps],
    }

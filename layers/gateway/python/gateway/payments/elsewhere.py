"""Another account for a payment that its own could not prepare; or the same one, under a new key.

Only while nothing can have been charged: `prepare` moves no money, and no page has had a session. What the first
account may still have made is never shown to anybody, so nobody can pay it.
"""

from dataclasses import replace
from typing import Final

from gateway.database import Database
from gateway.errors import GatewayError
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.processors.capabilities import Capabilities
from gateway.processors.routes.choose import choose_account
from gateway.processors.trouble import Trouble
from gateway.tenancy.model import Caller

ANEW_ATTEMPTS: Final = 3
"""Attempts without an answer, after which a processor that keeps its answers is asked under a new key."""
MOST_KEYS: Final = 5


async def find_elsewhere(database: Database, item: ClaimedPayment) -> FinishedWork | None:
    """The claim's end with the next account that takes the payment; None: it stays where it is."""
    payment = item.payment
    if payment.account_id is None or item.kind != "prepare" or item.prepared_reference is not None:
        return None
    tried = {payment.account_id} | {one.account_id for one in item.operations if one.kind == "prepare"}
    tenant = Caller(payment.merchant_id, payment.mode)  # type: ignore[arg-type]
    try:
        async with database.connection(None) as tx:
            choice = await choose_account(
                tx,
                tenant,
                payment_id=payment.id,
                method=payment.method,
                currency=payment.currency,
                amount=payment.amount,
                network=payment.flow or payment.instrument or (None if payment.vpa is None else "collect"),
                manual=payment.capture == "manual",
                without=tried,
            )
    except GatewayError:
        return None
    if choice.account_id is None:  # never the simulated bank: somebody has asked for a real one
        return None
    moved = replace(
        payment,
        account_id=choice.account_id,
        account_number=payment.account_number + 1,
        processor=choice.processor,
    )
    return FinishedWork(item, moved, 0.0, 0, None, ())


def under_new_key(finished: FinishedWork, trouble: Trouble, capabilities: Capabilities) -> FinishedWork:
    """Now and then a new key for what a processor may have kept no good answer to.

    Stripe keeps its answer to a key for a day, a 500 as well: every repeat would get that one.
    """
    item, payment = finished.claimed, finished.payment
    is_new = item.kind == "prepare" and item.prepared_reference is None and payment.account_id is not None
    if not is_new or trouble.kind != "unknown" or finished.next_seconds is None:
        return finished
    if capabilities.look_up.get("prepare") == "own_id" or payment.account_number >= MOST_KEYS:
        return finished
    if item.attempts % ANEW_ATTEMPTS:
        return finished
    return replace(finished, payment=replace(payment, account_number=payment.account_number + 1))

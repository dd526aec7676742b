"""Another account for a payment that its own could not prepare.

Only while nothing can have been charged: `prepare` moves no money, and no page has had a session. What the first
account may still have made is never shown to anybody, so nobody can pay it.
"""

from dataclasses import replace

from gateway.database import Database
from gateway.errors import GatewayError
from gateway.payments.work_queries import ClaimedPayment, FinishedWork
from gateway.processors.routes.choose import choose_account
from gateway.processors.trouble import Trouble
from gateway.tenancy.model import Caller


async def find_elsewhere(database: Database, item: ClaimedPayment, trouble: Trouble) -> FinishedWork | None:
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
                network=payment.flow or (None if payment.vpa is None else "collect"),
                without=tried,
            )
    except GatewayError:
        return None
    if choice.account_id is None:  # never the simulated bank: somebody has asked for a real one
        return None
    moved = replace(payment, account_id=choice.account_id, account_number=payment.account_number + 1)
    return FinishedWork(item, moved, 0.0, 0, None, ())

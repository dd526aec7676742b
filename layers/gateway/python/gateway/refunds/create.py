"""Create a refund."""

from datetime import datetime
from typing import Any

from gateway.database import Connection
from gateway.errors import BadRequest, NotFound
from gateway.ids import is_id, new_id
from gateway.payments.queries import select_payment
from gateway.processors.accounts.capable import capabilities_of
from gateway.processors.choose import require_processor_of
from gateway.processors.stops.hold import refuse_when_stopped
from gateway.refunds.model import EXCEEDS, NewRefund, Refund, refund_event
from gateway.refunds.queries import insert_refund
from gateway.tenancy.model import Caller
from gateway.validation import validate


async def create_refund(
    tx: Connection, caller: Caller, payment_id: str, body: dict[str, Any], now: datetime
) -> tuple[Refund, int]:
    """Reserve the amount on the payment and store a pending refund.

    Returns the refund and how many deliveries became due. Raises `NotFound`, `ProcessorRequired`, `Stopped`,
    and `BadRequest` when the payment is not paid or less than the amount is left of what was captured.
    """
    payment = await select_payment(tx, caller, payment_id) if is_id(payment_id, "pay") else None
    if payment is None:
        raise NotFound("Payment not found")
    require_processor_of(payment.mode, payment.account_id)
    await refuse_when_stopped(tx, payment, "refunds", payment.account_id)
    new = validate(NewRefund, body)
    if payment.shown_status != "success":
        raise BadRequest("Payment must be successful to be refunded")
    if new.amount < payment.amount_captured and not (await capabilities_of(tx, payment.account_id)).partial_refund:
        raise BadRequest("This processor pays back all of it or nothing", field="amount")
    refund = Refund(
        id=new_id("rfnd"),
        merchant_id=caller.merchant_id,
        mode=caller.mode,
        payment_id=payment.id,
        amount=new.amount,
        currency=payment.currency,
        reason=new.reason,
        status="pending",
        error_code=None,
        error_description=None,
        sequence=1,
        created_at=now,
        updated_at=now,
        processed_at=None,
    )
    created, deliveries = await insert_refund(tx, refund, refund_event(refund, "refund.created", now))
    if not created:
        raise BadRequest(EXCEEDS, field="amount")
    return refund, deliveries

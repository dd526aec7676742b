"""What is told about a payment."""

from datetime import datetime

from gateway.events.publish import EventDraft
from gateway.payments.model import Payment


def payment_event(
    payment: Payment, event_type: str, sequence: int, at: datetime, refusal: tuple[str, str] | None = None
) -> EventDraft:
    """A fact about this payment as it is after the change; `refusal`: see `as_event_json`."""
    return EventDraft(
        merchant_id=payment.merchant_id,
        mode=payment.mode,
        type=event_type,
        cause=payment.id,
        object_id=payment.id,
        sequence=sequence,
        data={"payment": payment.as_event_json(refusal)},
        at=at,
    )


def order_paid_event(payment: Payment, at: datetime) -> EventDraft:
    """The one fact that is told about an order: this payment has paid it."""
    return EventDraft(
        merchant_id=payment.merchant_id,
        mode=payment.mode,
        type="order.paid",
        cause=payment.id,
        object_id=payment.order_id,
        sequence=1,
        data={
            "order": {
                "id": payment.order_id,
                "amount": payment.amount,
                "currency": payment.currency,
                "status": "paid",
            },
            "payment": payment.as_event_json(),
        },
        at=at,
    )

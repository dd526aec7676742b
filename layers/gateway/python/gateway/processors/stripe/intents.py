"""How a payment stands at Stripe: a PaymentIntent, read.

Final is only `succeeded` and `canceled`. An intent whose try was refused is `requires_payment_method` again and
can still be paid: that is no failure. A status of tomorrow cannot be told.
"""

from typing import Any, Final

from gateway.processors.protocol import (
    ActionRequired,
    Answer,
    Approved,
    Closed,
    Fields,
    Operation,
    Pending,
    Unknown,
)
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, Entity, intent_id
from gateway.processors.stripe.codes import declined_try
from gateway.processors.stripe.units import from_stripe

ACTION: Final = Fields("stripe")
_OPEN: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


async def get_intent(account: Account, op: Operation) -> Entity:
    """The intent of an operation, with its charge."""
    return await account.get(f"/v1/payment_intents/{intent_id(op)}", **{"expand[0]": "latest_charge"})


def status_of(intent: Entity) -> str:
    """Its status. Raises `Unknown` for what is no intent."""
    if intent.get("object") != "payment_intent":
        raise Unknown("an answer that is no intent")
    return read.text(intent, "status")


def said(entity: Entity, amount: str = "amount") -> dict[str, Any]:
    """What every answer about an intent or refund carries. `amount`: the field that has it."""
    currency = read.text(entity, "currency")
    return {
        "reference": read.text(entity, "id"),
        "charge": read.link(entity.get("latest_charge") or entity.get("charge")),
        "amount": from_stripe(read.integer(entity, amount), currency),
        "currency": currency.upper(),
        "mode": read.mode(entity),
        "raw": read.text(entity, "status"),
    }


def state_of(intent: Entity) -> Answer:
    """How the payment stands. Raises `Unknown` where that cannot be told."""
    status = status_of(intent)
    if status in _OPEN:
        error = read.inner(intent, "last_payment_error")
        refused = declined_try(error, **said(intent)) if error else None
        return ActionRequired(action=ACTION, declined=refused, **said(intent))
    match status:
        case "processing":
            return Pending(**said(intent))
        case "requires_capture":
            return _approved(intent, captured=False)
        case "succeeded":
            return _approved(intent, captured=True)
        case "canceled":
            return Closed(**said(intent))
    raise Unknown("an intent with a status that is not known", raw=status[:100])


def _approved(intent: Entity, *, captured: bool) -> Approved:
    """The money is held, or taken: with the amount that is held or was taken, which need not be the intent's."""
    paid_with = read.inner(intent, "latest_charge", "payment_method_details")
    card = read.inner(paid_with, "card")
    return Approved(
        captured=captured,
        card_network=read.link(card.get("brand")),
        card_last4=read.link(card.get("last4")),
        vpa=read.link(read.inner(paid_with, "upi").get("vpa")),
        **said(intent, "amount_received" if captured else "amount_capturable"),
    )

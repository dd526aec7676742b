"""How a payment stands at Stripe: a PaymentIntent, read.

Final is only `succeeded` and `canceled`. An intent whose try was refused is `requires_payment_method` again and
can still be paid: that is no failure. A status of tomorrow cannot be told.
"""

from typing import Any, Final

from gateway.processors import protocol as port
from gateway.processors.reading import read_integer, read_network, read_text
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, Entity, intent_id
from gateway.processors.stripe.codes import declined_try
from gateway.processors.stripe.units import from_stripe

ACTION: Final = port.Fields("stripe")
_OPEN: Final = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


async def get_intent(account: Account, op: port.Operation) -> Entity:
    """The intent of an operation, with its charge."""
    return await account.get(f"/v1/payment_intents/{intent_id(op)}", **{"expand[0]": "latest_charge"})


def status_of(intent: Entity) -> str:
    """Its status. Raises `Unknown` for what is no intent."""
    if intent.get("object") != "payment_intent":
        raise port.Unknown("an answer that is no intent")
    return read.text(intent, "status")


def said(entity: Entity, amount: str = "amount") -> dict[str, Any]:
    """What every answer about an intent or refund carries. `amount`: the field that has it."""
    currency = read.text(entity, "currency")
    return {
        "reference": read.text(entity, "id"),
        "charge": read.link(entity.get("latest_charge") or entity.get("charge")),
        "amount": from_stripe(read_integer(entity.get(amount)), currency),
        "currency": currency.upper(),
        "mode": read.mode(entity),
        "raw": read.text(entity, "status"),
    }


def state_of(intent: Entity) -> port.Answer:
    """How the payment stands. Raises `Unknown` where that cannot be told."""
    status = status_of(intent)
    if status in _OPEN:
        error = read.inner(intent, "last_payment_error")
        refused = declined_try(error, **said(intent)) if error else None
        return port.ActionRequired(action=ACTION, declined=refused, **said(intent))
    match status:
        case "processing":
            return port.Pending(**said(intent))
        case "requires_capture":
            return _approved(intent, captured=False)
        case "succeeded":
            return _approved(intent, captured=True)
        case "canceled":
            return port.Closed(**said(intent))
    raise port.Unknown("an intent with a status that is not known", raw=status[:100])


def _approved(intent: Entity, *, captured: bool) -> port.Approved:
    """The money is held, or taken: with the amount that is held or was taken, which need not be the intent's."""
    paid_with = read.inner(intent, "latest_charge", "payment_method_details")
    card = read.inner(paid_with, "card")
    return port.Approved(
        captured=captured,
        card_network=read_network(card, "brand"),
        card_last4=read_text(card, "last4"),
        vpa=read_text(read.inner(paid_with, "upi"), "vpa"),
        **said(intent, "amount_received" if captured else "amount_capturable"),
    )

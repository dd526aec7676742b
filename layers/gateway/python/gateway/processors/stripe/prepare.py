"""Make an intent that the shopper will pay; it has no payment method yet, so no money moves.

A repeat sends the same bytes with the same key, and Stripe answers with the first one's answer. An intent that is
already known (its answer was lost, and it was found again) is read: the client secret is in every answer.
"""

from gateway.processors.protocol import Declined, Misconfigured, Operation, OrderFacts, Prepared, Unknown
from gateway.processors.reading import declined, read_integer
from gateway.processors.stripe import read
from gateway.processors.stripe.calls import Account, Entity, Form, Refusal, require_mode, safe_id
from gateway.processors.stripe.codes import REASONS
from gateway.processors.stripe.intents import ACTION, status_of
from gateway.processors.stripe.units import CAPABILITIES, to_stripe


async def prepare(
    account: Account, op: Operation, order: OrderFacts, return_url: str | None
) -> Prepared | Declined:
    """Raises `Misconfigured` for what Stripe does not take. Where to return to, the page tells Stripe."""
    require_mode(account, op)
    amount = _amount(op)
    if op.reference is not None:
        intent = await account.get(f"/v1/payment_intents/{safe_id(op.reference, 'intent')}")
    else:
        answer = await account.post("/v1/payment_intents", _form(op, amount, order), op.key)
        if isinstance(answer, Refusal):
            return _refused(answer)
        intent = answer
    _require_ours(intent, op, amount)
    session = {"client_secret": read.text(intent, "client_secret")}
    return Prepared(reference=safe_id(intent.get("id"), "intent"), action=ACTION, session=session)


def _form(op: Operation, amount: int, order: OrderFacts) -> Form:
    """The request: made of nothing that could differ in a repeat."""
    form: dict[str, str | int] = {
        "amount": amount,
        "currency": op.currency.lower(),
        "capture_method": "automatic" if op.capture else "manual",
        "allowed_payment_method_types[0]": op.method,
        "metadata[payment_id]": op.payment_id,
        "metadata[order_id]": order.order_id,
    }
    if order.receipt:
        form["metadata[receipt]"] = order.receipt[:500]
    if order.description:
        form["description"] = order.description[:1000]
    return form


def _amount(op: Operation) -> int:
    why_not = CAPABILITIES.why_not(op.method, op.currency, op.amount, manual=not op.capture)
    amount = to_stripe(op.amount, op.currency)
    if why_not is not None or amount is None:
        raise Misconfigured(f"Stripe {why_not or 'cannot be told this amount'}")
    return amount


def _refused(refusal: Refusal) -> Declined:
    """Of the amount: this payment's. Of anything else (a method that is not switched on): this account's."""
    if refusal.code in ("amount_too_small", "amount_too_large"):
        return declined(REASONS[refusal.code], raw=refusal.raw)
    raise Misconfigured("Stripe refuses to prepare a payment", raw=refusal.raw)


def _require_ours(intent: Entity, op: Operation, amount: int) -> None:
    """What the shopper would be shown has to be what we asked for."""
    status_of(intent)
    if read.mode(intent) != op.mode:
        raise Misconfigured("an intent of the other mode: these are not the keys of this account")
    # Stripe leaves out what is not switched on, and then there is nothing to pay with.
    if op.method not in (intent.get("payment_method_types") or ()):
        raise Misconfigured(f"{op.method} is not switched on at Stripe")
    if read_integer(intent.get("amount")) != amount or read.text(intent, "currency") != op.currency.lower():
        raise Unknown("an intent of another amount or currency")

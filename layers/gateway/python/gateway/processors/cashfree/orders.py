"""Make the order that the shopper pays, find it again, and see to it that nobody can pay it any more.

Its id is our payment's, which Cashfree takes once: it is found whatever became of the request, and not made twice.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from gateway.processors import protocol as port
from gateway.processors.cashfree import answers
from gateway.processors.cashfree.calls import CONFLICT, Api, Entity, Refusal, order_of, order_path
from gateway.processors.cashfree.refund import all_refunds, read_refund
from gateway.processors.cashfree.units import CAPABILITIES, to_major
from gateway.processors.reading import after_sending, declined, read_text, require_mode

_METHODS: Final = {"card": "cc,dc,ccc,ppc", "upi": "upi"}
_PHONE: Final = "9999999999"  # it asks for a shopper's ("you can pass dummy details"): none of ours is told


def order_body(op: port.Operation) -> dict[str, Any]:
    """The request: made of nothing that could differ in a repeat. Where to return to, the page tells Cashfree."""
    shopper = {"customer_id": op.payment_id.replace("_", ""), "customer_phone": _PHONE}
    amount, meta = to_major(op.amount, op.currency), {"payment_methods": _METHODS[op.method]}
    told = {"order_id": op.payment_id, "order_amount": amount, "order_currency": op.currency}
    return told | {"customer_details": shopper, "order_meta": meta}


async def prepare(
    api: Api, op: port.Operation, order: port.OrderFacts, return_url: str | None
) -> port.Prepared | port.Declined:
    """Make the order, or find the one that an earlier try has made. What Cashfree does not take is not sent."""
    require_mode(op, api.mode)
    if reason := CAPABILITIES.why_not(op.method, op.currency, op.amount, manual=not op.capture):
        raise port.Misconfigured(f"Cashfree {reason}")
    made: Entity | Refusal | None = await find_order(api, op) if op.reference or op.first_sent_at else None
    made = made or await api.send("POST", "/pg/orders", order_body(op), op.key)
    if isinstance(made, Refusal) and made.status == CONFLICT:
        with after_sending():
            made = await find_order(api, op) or made
    if not isinstance(made, Refusal):
        return _prepared(api, op, made)
    if made.status == CONFLICT:
        raise port.Unknown("an order that is under way there", raw=made.raw)
    if made.code == "order_amount_invalid":
        return declined("LIMIT_EXCEEDED", raw=made.raw, mode=api.mode)
    raise port.Misconfigured("Cashfree refuses to prepare a payment", raw=made.raw)


def _prepared(api: Api, op: port.Operation, order: Entity) -> port.Prepared:
    """An order of another sum is shown to nobody: whoever paid it would have paid the wrong one."""
    said, session = answers.told_order(order, api.mode), read_text(order, "payment_session_id")
    told = (said["reference"], said["amount"], said["currency"])
    if session is None or told != (op.payment_id, op.amount, op.currency):
        raise port.Unknown("an order without a session, or of another id, amount or currency than ours")
    mode = "sandbox" if api.mode == "test" else "production"
    return port.Prepared(op.payment_id, answers.FIELDS, {"payment_session_id": session, "mode": mode})


async def find_order(api: Api, op: port.Operation) -> Entity | None:
    """The order of a payment; None: there is none. Raises `Unknown` where one that was theirs is not found."""
    found = await (api.find if order_of(op) is None else api.get)(order_path(op))
    if isinstance(found, dict | Refusal):
        return None if isinstance(found, Refusal) else found
    raise port.Unknown("an answer that is no order")


async def look(api: Api, op: port.Operation) -> answers.Standing | port.Absent:
    """How the payment stands. Where its sum is right and its order's is not, that one is told."""
    order = await find_order(api, op)
    if order is None:
        return port.Absent(mode=api.mode)
    payments = await answers.payments_of(api, op)
    answer = answers.read_order(order, payments, api.mode, op.charge)
    if not isinstance(answer, port.Approved):
        return answer
    if others := answers.paid_by(payments, op.charge)[1:]:  # only then the refunds are asked for
        refunds: list[port.Answer] = [read_refund(one, api.mode) for one in await all_refunds(api, op)]
        answer = replace(answer, extra=tuple(_extra(others, refunds, api.mode)))
    said = answers.told_order(order, api.mode)
    is_right = (answer.amount, answer.currency) == (op.amount, op.currency)
    return replace(answer, amount=said["amount"], currency=said["currency"]) if is_right else answer


def _extra(others: list[Entity], refunds: list[port.Answer], mode: port.Mode) -> Iterator[port.ExtraCharge]:
    """What of other payments inside the order has not gone back."""
    back = [one for one in refunds if not isinstance(one, port.Declined)]
    for paid in (answers.approved(one, mode) for one in others):
        left = (paid.amount or 0) - sum(one.amount or 0 for one in back if one.charge == paid.charge)
        if left > 0:
            yield port.ExtraCharge(str(paid.charge), left, str(paid.currency), paid.captured)


async def close(api: Api, op: port.Operation) -> port.Closed | port.Approved | port.Pending:
    """Terminate the order. What it says afterwards decides: a try that is under way may still end well."""
    require_mode(op, api.mode)
    if isinstance(answer := await look(api, op), port.ActionRequired):
        sent = await api.send("PATCH", order_path(op), {"order_status": "TERMINATED"})
        with after_sending():
            answer = await look(api, op)
        if isinstance(sent, Refusal) and answer.raw == "ACTIVE":
            raise port.Unknown("an order that Cashfree does not terminate", raw=sent.raw)
    if isinstance(answer, port.ActionRequired):
        return port.Pending(reference=answer.reference, mode=api.mode, raw=answer.raw, ask_after=60)
    return port.Closed(mode=api.mode) if isinstance(answer, port.Absent) else answer

"""Pay back, often and in parts, under an id of ours that Cashfree takes once.

It is asked of an order, not of a payment in it: of one that was paid twice taken from either. A note tells.
"""

import re
from typing import Any, Final

from gateway.processors import protocol as port
from gateway.processors import reading as read
from gateway.processors.cashfree.calls import CONFLICT, Api, Entity, Refusal, order_path
from gateway.processors.cashfree.units import UNTOLD, from_major, to_major

Outcome = port.Approved | port.Declined | port.Pending
_NOTE: Final = re.compile(r"payment ([A-Za-z0-9_-]{1,50})", re.ASCII)


def refund_id(op: port.Operation) -> str:
    """`rfnd_…`, `unex_…`; of a further asking, whose first was refused, `unex_…-2`: an id is taken once."""
    again = op.key.partition(":")[2].partition(":")[2]
    return f"{op.own_id}-{again}" if again else op.own_id


def refund_body(op: port.Operation) -> dict[str, Any]:
    """The request, the same bytes for every repeat."""
    amount, note = to_major(op.amount, op.currency), f"payment {read.safe_id(op.charge, 'payment')}"
    return {"refund_id": refund_id(op), "refund_amount": amount, "refund_note": note, "refund_speed": "STANDARD"}


async def pay_back(api: Api, op: port.Operation) -> Outcome:
    """Pay back `op.amount`. A refusal is not believed before it was looked for."""
    read.require_mode(op, api.mode)
    body, said = refund_body(op), read.said_of(api.mode, op.currency, op.amount, UNTOLD, charge=op.charge)
    if body["refund_amount"] is None:
        return read.declined("REFUND_DECLINED", **said)
    sent = await api.send("POST", f"{order_path(op)}/refunds", body, op.key)
    if not isinstance(sent, Refusal):
        return read_refund(sent, api.mode)
    with read.after_sending():
        found = await look_up_refund(api, op)
    if isinstance(found, port.Absent) and sent.status == CONFLICT:
        raise port.Unknown("a refund that is under way there", raw=sent.raw)
    refused = read.declined("REFUND_DECLINED", **said | {"raw": sent.raw})
    return refused if isinstance(found, port.Absent) else found


async def look_up_refund(api: Api, op: port.Operation) -> Outcome | port.Absent:
    """By our id; one that somebody else made, by its reference among all."""
    found = await api.find(f"{order_path(op)}/refunds/{read.safe_id(refund_id(op), 'refund')}")
    if isinstance(found, dict):
        return read_refund(found, api.mode)
    if not isinstance(found, Refusal) or found.code == "order_not_found":
        raise port.Unknown("Cashfree does not find the order of a refund")
    if op.reference is None:
        return port.Absent(mode=api.mode)
    for one in await all_refunds(api, op):
        if read.read_name(one, "cf_refund_id") == op.reference:
            return read_refund(one, api.mode)
    raise port.Unknown("Cashfree does not find a refund that it had")


async def refunds_of(api: Api, op: port.Operation) -> list[port.ForeignRefund]:
    """Every refund of `op.charge`, whoever made it."""
    found = [port.ForeignRefund(**facts(one, api.mode)) for one in await all_refunds(api, op)]
    return [one for one in found if op.charge is None or one.answer.charge == op.charge]


async def all_refunds(api: Api, op: port.Operation) -> list[Entity]:
    """Of the whole order; this list has no pages."""
    return read.read_list(await api.get(f"{order_path(op)}/refunds"))


def facts(refund: Entity, mode: port.Mode) -> dict[str, Any]:
    """A refund as callers are told it."""
    answer = read_refund(refund, mode)
    sums = {"reference": answer.reference, "amount": answer.amount, "currency": answer.currency}
    return {"own_id": own_refund_id(refund), "answer": answer, **sums}


def own_refund_id(refund: Entity) -> str | None:
    """Our id of it; None: somebody else made this refund, or Cashfree by itself."""
    carried = (read.read_text(refund, "refund_id") or "").partition("-")[0]
    return read.own_id("rfnd", carried) or read.own_id("unex", carried)


def read_refund(refund: Entity, mode: port.Mode) -> Outcome:
    """Where a refund stands. Raises `Unknown` for a status that is new to us."""
    currency, status = read.read_currency(refund.get("refund_currency")), str(refund.get("refund_status"))
    noted = _NOTE.fullmatch(read.read_text(refund, "refund_note") or "") if own_refund_id(refund) else None
    # What it is meant for, as our note says; else what it was taken from.
    charge = noted[1] if noted else read.read_name(refund, "cf_payment_id")
    amount, name = from_major(refund.get("refund_amount"), currency), read.read_name(refund, "cf_refund_id")
    said = read.said_of(mode, currency, amount, status, reference=name, charge=charge)
    match status:
        case "SUCCESS":
            return port.Approved(**said)
        case "PENDING" | "ONHOLD":
            return port.Pending(**said)
        case "CANCELLED" | "FAILED":
            return read.declined("REFUND_DECLINED", **said)
    raise port.Unknown(f"a refund of status {status[:40]!r}")

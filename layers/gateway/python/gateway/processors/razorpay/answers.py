"""What Razorpay's orders and payments say, read into answers of ours.

An order holds every try of the shopper's: `created` (begun), `failed`, `authorized` (held), `captured` (taken) and
`refunded`. A payment that was never captured and is `refunded` was given back by Razorpay itself; one that was
captured and is `refunded` was paid, and its refunds are a story of their own.
"""

from collections.abc import Sequence
from typing import Any, Final

from gateway.processors import protocol as port
from gateway.processors.razorpay.calls import Entity, age
from gateway.processors.razorpay.codes import code_of, raw_of
from gateway.processors.reading import declined, read_id, read_integer, read_network, read_sum, read_text

FIELDS: Final = port.Fields("razorpay")

_STATUSES: Final = ("created", "failed", "authorized", "captured", "refunded")


def state_of(payment: Entity) -> str:
    """Its status; `refunded` is only what was given back uncaptured. Raises `Unknown` for one new to us."""
    status = str(payment.get("status"))
    if status not in _STATUSES:
        raise port.Unknown(f"a payment of status {status[:40]!r}")
    return "captured" if status == "refunded" and payment.get("captured") is True else status


def told(entity: Entity, mode: port.Mode, reference: str | None, charge: str | None = None) -> dict[str, Any]:
    """What every answer carries (`protocol.Said`). Raises `Unknown` where there is no sum."""
    amount, currency = read_sum(entity)
    said = {"reference": reference, "charge": charge, "amount": amount, "currency": currency}
    return {**said, "mode": mode, "raw": read_text(entity, "status")}


def told_payment(payment: Entity, mode: port.Mode) -> dict[str, Any]:
    """The same of a payment: its order is the reference."""
    return told(payment, mode, read_text(payment, "order_id"), read_id(payment))


def approved(payment: Entity, mode: port.Mode, extra: tuple[port.ExtraCharge, ...] = ()) -> port.Approved:
    """A payment that is held or taken."""
    return port.Approved(
        **told_payment(payment, mode),
        captured=state_of(payment) == "captured",
        card_network=read_network(payment.get("card"), "network"),
        card_last4=read_text(payment.get("card"), "last4"),
        vpa=read_text(payment, "vpa"),
        instrument=read_text(payment, "bank") or read_text(payment, "wallet"),
        extra=extra,
    )


def paid_by(payments: Sequence[Entity], charge: str | None) -> list[Entity]:
    """The tries that succeeded, ours first: the one that we know, else a captured one, else the oldest."""
    states = [(payment, state_of(payment)) for payment in payments]
    paid = [(payment, state) for payment, state in states if state in ("authorized", "captured")]
    paid.sort(key=lambda one: (read_id(one[0]) != charge, one[1] != "captured", age(one[0])))
    return [payment for payment, _ in paid]


def read_order(
    order: Entity, payments: Sequence[Entity], mode: port.Mode, charge: str | None
) -> port.Approved | port.ActionRequired:
    """How an order stands. Raises `Unknown` where it is paid and no payment of it says so."""
    paid = paid_by(payments, charge)
    if paid:
        return approved(paid[0], mode, tuple(extra for extra in map(_extra, paid[1:]) if extra.amount > 0))
    if order.get("status") == "paid":
        raise port.Unknown("an order that is paid, without the payment")
    newest, refusal = max(payments, key=age, default=None), None
    if newest is not None and not any(state_of(payment) == "created" for payment in payments):
        given_back = state_of(newest) == "refunded"
        code = "PAYMENT_TIMEOUT" if given_back else code_of(read_text(newest, "error_reason"))
        raw = "refunded" if given_back else raw_of(newest, "error_")
        refusal = declined(code, **{**told_payment(newest, mode), "raw": raw})
    return port.ActionRequired(**told(order, mode, read_id(order)), action=FIELDS, declined=refusal)


def _extra(payment: Entity) -> port.ExtraCharge:
    amount, currency = read_sum(payment)
    left = amount - read_integer(payment.get("amount_refunded") or 0)
    return port.ExtraCharge(read_id(payment), left, currency, state_of(payment) == "captured")

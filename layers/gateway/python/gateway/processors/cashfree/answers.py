"""What Cashfree's orders and payments say, read into answers of ours.

An order holds every try of the shopper's. One that is only held is `SUCCESS` as well (`is_captured` is false).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from gateway.processors import protocol as port
from gateway.processors import reading as read
from gateway.processors.cashfree.calls import INDIA, Api, Entity, order_path
from gateway.processors.cashfree.codes import reason_of
from gateway.processors.cashfree.units import from_major

FIELDS: Final = port.Fields("cashfree")
State = Literal["pending", "failed", "held", "capturing", "captured", "voiding", "voided"]
Standing = port.Approved | port.ActionRequired | port.Closed | port.Pending

_STATES: Final[dict[str, State]] = {
    **dict.fromkeys(("PENDING", "NOT_ATTEMPTED"), "pending"),
    **dict.fromkeys(("FAILED", "USER_DROPPED", "CANCELLED"), "failed"),
    "VOID": "voided",
}
_ASKED: Final[dict[str, State]] = {"CAPTURE": "capturing", "VOID": "voiding"}
_OPEN, _OVER = ("ACTIVE", "PAID", "TERMINATION_REQUESTED"), ("EXPIRED", "TERMINATED")
_MONEY: Final = ("held", "capturing", "captured")


def state_of(payment: Entity) -> State:
    """How a try stands. Raises `Unknown` for a status that is new to us."""
    status = str(payment.get("payment_status"))
    if status == "SUCCESS":
        is_held = payment.get("is_captured") is False
        return (
            _ASKED.get(str(read.inner(payment, "authorization").get("action")), "held") if is_held else "captured"
        )
    if status not in _STATES:
        raise port.Unknown(f"a payment of status {status[:40]!r}")
    return _STATES[status]


def told_payment(payment: Entity, mode: port.Mode) -> dict[str, Any]:
    """What every answer about a payment carries (`protocol.Said`): of a capture in part, what was taken."""
    currency, asked = read.read_currency(payment.get("payment_currency")), read.inner(payment, "authorization")
    taken = asked.get("captured_amount") if asked.get("action") == "CAPTURE" else None
    is_part = taken is not None and state_of(payment) == "captured"
    amount = from_major(taken if is_part else payment.get("payment_amount"), currency)
    ids = {"reference": read.read_name(payment, "order_id"), "charge": read.read_name(payment, "cf_payment_id")}
    return read.said_of(mode, currency, amount, read.read_text(payment, "payment_status"), **ids)


def told_order(order: Entity, mode: port.Mode) -> dict[str, Any]:
    """The same of an order."""
    currency = read.read_currency(order.get("order_currency"))
    amount = from_major(order.get("order_amount"), currency)
    status, name = read.read_text(order, "order_status"), read.read_name(order, "order_id")
    return read.said_of(mode, currency, amount, status, reference=name)


def approved(payment: Entity, mode: port.Mode) -> port.Approved:
    """A payment that is held or taken."""
    paid_with = read.inner(payment, "payment_method")
    digits = (read.read_text(paid_with.get("card"), "card_number") or "")[-4:]
    return port.Approved(
        **told_payment(payment, mode),
        captured=state_of(payment) == "captured", vpa=read.read_text(paid_with.get("upi"), "upi_id"),
        card_network=read.read_network(paid_with.get("card"), "card_network"),
        card_last4=digits if digits.isdecimal() and len(digits) == 4 else None,
    )  # fmt: skip


def age(payment: Entity) -> tuple[datetime, str]:
    """To sort by, the oldest first and always the same."""
    return read.read_iso(payment.get("payment_time"), INDIA), read.read_name(payment, "cf_payment_id")


def paid_by(payments: Sequence[Entity], charge: str | None) -> list[Entity]:
    """The tries that succeeded, ours first: the one that we know, else a captured one, else the oldest."""
    found = [(payment, state) for payment in payments if (state := state_of(payment)) in _MONEY]
    found.sort(
        key=lambda one: (read.read_name(one[0], "cf_payment_id") != charge, one[1] != "captured", age(one[0]))
    )
    return [payment for payment, _ in found]


async def payments_of(api: Api, op: port.Operation) -> list[Entity]:
    """Every try to pay the order of an operation; this list has no pages."""
    return read.read_list(await api.get(f"{order_path(op)}/payments"))


def read_order(order: Entity, payments: Sequence[Entity], mode: port.Mode, charge: str | None) -> Standing:
    """How an order stands, but for what was paid beside ours. Raises `Unknown` where that cannot be told."""
    status = str(order.get("order_status"))
    if status not in (*_OPEN, *_OVER):
        raise port.Unknown(f"an order of status {status[:40]!r}")
    if paid := paid_by(payments, charge):
        return approved(paid[0], mode)
    said, states = told_order(order, mode), {state_of(payment) for payment in payments}
    if "voiding" in states or (status in _OVER and "pending" in states):
        return port.Pending(**said, ask_after=60)
    if status in _OVER or (status == "PAID" and "voided" in states):
        return port.Closed(**said)
    if status == "PAID":
        raise port.Unknown("an order that is paid, without the payment")
    refusal = None
    if payments and "pending" not in states:
        newest = max(payments, key=age)
        code, raw = reason_of(newest)
        refusal = read.declined(code, **told_payment(newest, mode) | {"raw": raw})
    return port.ActionRequired(**said, action=FIELDS, declined=refusal)

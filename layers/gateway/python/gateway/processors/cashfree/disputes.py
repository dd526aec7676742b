"""Disputes of a payment: the stage and the state are told in one word (`CHARGEBACK_MERCHANT_WON`)."""

from typing import Final, Literal

from gateway.processors.cashfree.calls import INDIA, Api, Entity, order_path
from gateway.processors.cashfree.units import from_major
from gateway.processors.protocol import ForeignDispute, Operation, Unknown
from gateway.processors.reading import inner, read_currency, read_iso, read_list, read_name, read_text

Status = Literal["needs_response", "under_review", "won", "lost"]
_ENDS: Final[tuple[tuple[Status, tuple[str, ...]], ...]] = (
    ("needs_response", ("_CREATED", "_INSUFFICIENT_EVIDENCE")),
    ("under_review", ("_DOCS_RECEIVED", "_UNDER_REVIEW")),
    ("won", ("_MERCHANT_WON",)),
    ("lost", ("_MERCHANT_LOST", "_MERCHANT_ACCEPTED")),
)


async def disputes_of(api: Api, op: Operation) -> list[ForeignDispute]:
    """All of `op.charge`, the oldest first."""
    found = read_list(await api.get(f"{order_path(op)}/disputes"))
    ours = [one for one in found if inner(one, "order_details").get("cf_payment_id") in (None, op.charge)]
    return [read_dispute(one) for one in sorted(ours, key=lambda one: read_iso(one.get("created_at"), INDIA))]


def read_dispute(dispute: Entity) -> ForeignDispute:
    """One dispute. Raises `Unknown` for a status that is new to us."""
    status, due = str(dispute.get("dispute_status")), dispute.get("respond_by")
    currency = read_currency(dispute.get("dispute_amount_currency") or "INR")  # older ones name none
    ours = next((state for state, ends in _ENDS if status.endswith(ends)), None)
    if ours is None:
        raise Unknown(f"a dispute of status {status[:40]!r}")
    return ForeignDispute(
        reference=read_name(dispute, "dispute_id"), reason=read_text(dispute, "reason_code") or "unknown",
        amount=from_major(dispute.get("dispute_amount"), currency), currency=currency, status=ours,
        respond_by=read_iso(due, INDIA) if due else None, raw=status[:100],
    )  # fmt: skip

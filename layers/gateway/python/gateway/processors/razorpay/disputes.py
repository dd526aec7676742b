"""Disputes of a payment, as Razorpay tells them."""

from typing import Final, Literal

from gateway.processors.protocol import ForeignDispute, Operation, Unknown
from gateway.processors.razorpay.calls import Api, Entity, age, safe_id
from gateway.processors.reading import read_id, read_moment, read_sum, read_text

Status = Literal["needs_response", "under_review", "won", "lost"]
_OPEN: Final[dict[str, Status]] = {"open": "needs_response", "action_required": "needs_response"}
_STATUSES: Final[dict[str, Status]] = {**_OPEN, "under_review": "under_review", "won": "won", "lost": "lost"}


async def disputes_of(api: Api, op: Operation) -> list[ForeignDispute]:
    """All of `op.charge`. The list has no filter: it is read from the newest to what is older than the payment."""
    charge = safe_id(op.charge, "payment")
    paid_at = age(await api.get(f"/v1/payments/{charge}"))[0]
    found: dict[str, Entity] = {}
    async for page in api.pages("/v1/disputes"):
        found |= {read_id(one): one for one in page if one.get("payment_id") == charge}
        if all(age(one)[0] < paid_at for one in page):
            break
    return [read_dispute(one) for one in sorted(found.values(), key=age)]


def read_dispute(dispute: Entity) -> ForeignDispute:
    """One dispute. Raises `Unknown` for a status that is new to us."""
    due, (amount, currency) = dispute.get("respond_by"), read_sum(dispute)
    return ForeignDispute(
        reference=read_id(dispute),
        amount=amount,
        currency=currency,
        reason=read_text(dispute, "reason_code") or "unknown",
        status=_status(dispute),
        respond_by=read_moment(due) if due else None,
        raw=f"{dispute.get('phase')}/{dispute.get('status')}"[:100],
    )


def _status(dispute: Entity) -> Status:
    """`closed` ends a question without a bank's word: lost if money was deducted for it, else won."""
    status = str(dispute.get("status"))
    if status == "closed":
        return "lost" if dispute.get("amount_deducted") else "won"
    if status not in _STATUSES:
        raise Unknown(f"a dispute of status {status[:40]!r}")
    return _STATUSES[status]

"""Take what is held, release it, or close an intent: what can be done once.

Sent without an idempotency key: a second time is refused by the intent's state, so a key would protect nothing.
But Stripe keeps a 500 under its key, and would answer with it for a day while the hold runs out (reported as
alphagov/pay-connector#3962); and so a refusal to cancel what is still processing. A refusal is not believed: the
intent is read, and what is already captured or cancelled is a yes, told with the amount that was really taken.
"""

from gateway.processors.protocol import Absent, Answer, Approved, Closed, Operation, Pending, Unknown
from gateway.processors.reading import after_sending, declined
from gateway.processors.stripe.calls import Account, Entity, Form, Refusal, intent_id, require_mode
from gateway.processors.stripe.intents import get_intent, said, state_of, status_of
from gateway.processors.stripe.units import to_stripe


async def capture(account: Account, op: Operation) -> Answer:
    """Take `op.amount`; what is not taken of the hold is released."""
    require_mode(account, op)
    amount = to_stripe(op.amount, op.currency)
    if amount is None:
        return declined("CAPTURE_REFUSED", raw="an amount that Stripe cannot be told; not sent")
    intent, refusal = await _do(account, op, "capture", {"amount_to_capture": amount})
    state = captured(intent)
    if refusal is None:
        # Stripe said yes: a hold that is still there is one whose capture is under way.
        return Pending(**said(intent)) if isinstance(state, Absent) else state
    if isinstance(state, Absent):
        return declined("CAPTURE_REFUSED", **{**said(intent), "raw": refusal.raw})
    return state


def captured(intent: Entity) -> Answer | Absent:
    """What became of a capture. A hold that is still there says that none was made."""
    status, state = status_of(intent), state_of(intent)
    if status == "requires_capture":
        return Absent(**said(intent))
    return state if status in ("succeeded", "processing") else declined("CAPTURE_REFUSED", **said(intent))


async def void(account: Account, op: Operation) -> Answer:
    """Release the hold."""
    require_mode(account, op)
    intent, refusal = await _do(account, op, "cancel", {})
    state = voided(intent)
    if not isinstance(state, Absent):
        return state
    if refusal is None:
        raise Unknown("Stripe said yes, and the intent is not cancelled", raw=state.raw)
    return declined("NOT_PERMITTED", **{**said(intent), "raw": refusal.raw})


def voided(intent: Entity) -> Answer | Absent:
    """What became of a void. An intent that is not cancelled, and can be, says that none was made."""
    status, state = status_of(intent), state_of(intent)
    if status == "canceled":
        return Approved(captured=False, **said(intent))
    if status == "succeeded":
        return declined("NOT_PERMITTED", **said(intent))
    return state if isinstance(state, Pending) else Absent(**said(intent))


async def close(account: Account, op: Operation) -> Closed | Approved | Pending:
    """See to it that no money can come. A hold is told, not released: what becomes of it is not decided here."""
    require_mode(account, op)
    state = state_of(await get_intent(account, op))
    if not isinstance(state, Closed | Approved | Pending):
        state = state_of((await _do(account, op, "cancel", {}))[0])
    if isinstance(state, Closed | Approved | Pending):
        return state
    raise Unknown("an intent that Stripe does not close", raw=state.raw)


async def _do(account: Account, op: Operation, verb: str, form: Form) -> tuple[Entity, Refusal | None]:
    """The intent after it; as it stands, if Stripe refuses."""
    answer = await account.post(f"/v1/payment_intents/{intent_id(op)}/{verb}", form)
    if not isinstance(answer, Refusal):
        return answer, None
    with after_sending():
        return await get_intent(account, op), answer

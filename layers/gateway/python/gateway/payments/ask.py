"""Ask the processor about a claimed payment: what may be sent, what must be looked up first.

The rules that no connector knows (docs/processors.md, "Rules"):

1. The operation is written down with the claim, before it is asked.
2. It is sent again only when the processor has surely never heard of it, or while a repeat with the same key is
   the same operation. Else it is looked up; where that cannot tell, a person looks.
3. A payment has failed only after `close` said that no money can come.

An answer that is none (`Trouble`) is never a refusal.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from gateway.cards.vault import open_card
from gateway.encryption import Keyring
from gateway.payments.work_model import ClaimedPayment
from gateway.processors.capabilities import OperationKind
from gateway.processors.operations.model import KnownOperation, request_hash
from gateway.processors.protocol import (
    Absent,
    Answer,
    Approved,
    Closed,
    Declined,
    Instrument,
    Misconfigured,
    Operation,
    OrderFacts,
    Pending,
    Prepared,
    Processor,
    Unknown,
)
from gateway.processors.trouble import Trouble

_CARD_GONE: Final = Declined(code="PAYMENT_TIMEOUT", description="The payment was not sent to the bank in time")


Said = Answer | Prepared | Trouble


@dataclass(frozen=True, slots=True)
class Asker:
    """What asking needs besides the processor. `now` is the claim's time."""

    keyring: Keyring
    now: datetime
    order: OrderFacts = field(default_factory=lambda: OrderFacts(""))


def operation_of(item: ClaimedPayment) -> Operation:
    """The claimed work in the port's words."""
    payment, known, prepared = item.payment, item.operation, item.prepared
    kind: OperationKind = item.kind  # type: ignore[assignment]
    amount = payment.amount_captured if item.work == "capture" and payment.captured else payment.amount
    return Operation(
        key=item.key,
        kind=kind,
        payment_id=payment.id,
        mode=payment.mode,  # type: ignore[arg-type]
        amount=amount,
        currency=payment.currency,
        method=payment.method,  # type: ignore[arg-type]
        capture=payment.capture == "automatic",
        reference=known.reference if known else None,
        parent=prepared.reference if prepared and kind != "prepare" else None,
        charge=prepared.charge if prepared else None,
        first_sent_at=known.first_sent_at if known else None,
    )


def prepared_operation(item: ClaimedPayment) -> Operation:
    """The object that the shopper pays, whatever the work is."""
    op, prepared = operation_of(item), item.prepared
    return replace(
        op,
        key=prepared.key if prepared else f"{op.payment_id}:prepare",
        kind="prepare",
        amount=item.payment.amount,
        parent=None,
        reference=prepared.reference if prepared else None,
        first_sent_at=prepared.first_sent_at if prepared else None,
    )


async def ask(item: ClaimedPayment, processor: Processor, asker: Asker) -> Said:
    """What the processor says. Raises what the port raises."""
    op = operation_of(item)
    if item.payment.account_id is None:
        return await _ask_by_key(item, processor, op, asker)
    _refuse_another_request(item, op)
    match item.work:
        case "authorize":
            return await _prepare_or_look(item, processor, op, asker)
        case "close":
            return await _close(item, processor)
        case "void" if processor.capabilities.void == "expires":
            return await _let_expire(item, processor)
        case "capture":
            return await once(processor, op, lambda: processor.capture(op), asker.now)
        case _:
            return await once(processor, op, lambda: processor.void(op), asker.now)


async def once(
    processor: Processor, op: Operation, send: Callable[[], Awaitable[Answer]], now: datetime
) -> Answer:
    """Send an operation, once for all that anybody can know. Raises `Unknown` where that cannot be told."""
    if op.first_sent_at is None:
        return await send()
    how = processor.capabilities.look_up.get(op.kind, "none")
    if how == "own_id" or (how == "reference" and op.reference is not None):
        known = await processor.look_up(op)
        return await send() if isinstance(known, Absent) else known
    if may_repeat(processor, op, now):
        return await send()
    raise Unknown(f"{op.kind} cannot be looked up, and is too old to be sent again")


def may_repeat(processor: Processor, op: Operation, now: datetime) -> bool:
    """Whether a repeat with the same key is the same operation there."""
    seconds = processor.capabilities.repeat_seconds.get(op.kind)
    return (
        seconds is not None and op.first_sent_at is not None and (now - op.first_sent_at).total_seconds() < seconds
    )


def is_wanted(item: ClaimedPayment) -> bool:
    """Whether money that is held there is still to be taken: its payment is neither over nor refused."""
    return item.payment.status in ("pending", "requires_action") and item.payment.closing != "CAPTURE_REFUSED"


async def _ask_by_key(item: ClaimedPayment, processor: Processor, op: Operation, asker: Asker) -> Answer:
    """The simulated bank, which forgets no key: an earlier claim may have been answered after we were gone."""
    known = await processor.look_up(op) if item.sent_before else Absent()
    if not isinstance(known, Absent):
        return known
    if item.work == "capture":
        return await processor.capture(op)
    if item.work == "void":
        return await processor.void(op)
    payment = item.payment
    if payment.method == "card" and item.sealed_card is None:
        return _CARD_GONE  # the bank has never heard of it, and never will
    card = open_card(asker.keyring, item.sealed_card, payment.id) if item.sealed_card else None
    instrument = Instrument(card, payment.vpa, payment.flow, payment.instrument)  # type: ignore[arg-type]
    return await processor.authorize(op, instrument)


async def _prepare_or_look(item: ClaimedPayment, processor: Processor, op: Operation, asker: Asker) -> Said:
    known = item.operation
    if known is not None and known.reference is not None and item.payment.status == "requires_action":
        answer = await processor.look_up(op)
        if isinstance(answer, Absent):
            raise Unknown("the processor does not know what it had prepared")
        return answer
    if op.first_sent_at is not None and op.reference is None:
        found = await _find_prepared(processor, op, asker.now)
        if found is not None:
            op = found
    return await processor.prepare(op, asker.order, item.payment.return_url)


async def _find_prepared(processor: Processor, op: Operation, now: datetime) -> Operation | None:
    """What an earlier claim may have made, with its reference; None: it may be made (again)."""
    if processor.capabilities.look_up.get("prepare") == "own_id":
        known = await processor.look_up(op)
        if isinstance(known, Absent):
            return None
        return replace(op, reference=known.reference)
    if may_repeat(processor, op, now):
        return None
    raise Unknown("what was prepared cannot be found, and is too old to be prepared again")


async def _close(item: ClaimedPayment, processor: Processor) -> Answer:
    """Nothing that no page has ever seen can be paid. What is held and not wanted is released."""
    op = prepared_operation(item)
    if op.reference is None:
        return Closed(raw="never prepared")
    answer = await processor.close(op)
    if not isinstance(answer, Approved) or answer.captured or is_wanted(item):
        return answer
    if processor.capabilities.void == "expires":
        return Closed(reference=op.reference, raw="held, and never captured")
    voided = await processor.void(
        replace(op, key=item.key, kind="void", reference=None, parent=op.reference, charge=answer.charge)
    )
    return (
        Closed(reference=op.reference, raw="voided") if isinstance(voided, Approved) else Pending(raw=voided.raw)
    )


async def _let_expire(item: ClaimedPayment, processor: Processor) -> Answer:
    """A hold that only its time ends: never captured by us (its payment is cancelled), it is released there."""
    op = prepared_operation(item)
    known = await processor.look_up(op)
    if isinstance(known, Approved) and known.captured:
        return Declined(
            code="NOT_PERMITTED", description="The amount has been captured at the processor", raw=known.raw
        )
    if isinstance(known, Absent):
        raise Unknown("the processor does not know the payment that is to be released")
    return Approved(
        reference=op.reference, amount=op.amount, currency=op.currency, mode=op.mode, raw="never captured",
        captured=False,
    )  # fmt: skip


def _refuse_another_request(item: ClaimedPayment, op: Operation) -> None:
    """The same key for something else is a mistake of ours, and is never sent."""
    known: KnownOperation | None = item.operation
    if known is None or known.request is None or item.work in ("close", "check"):
        return
    if known.request != request_hash(item.kind, op.amount, op.currency, str(item.payment.account_id)):
        raise Misconfigured(f"{op.key} was written down for something else")

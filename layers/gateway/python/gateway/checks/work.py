"""The work `check`: what does the processor know of this payment, and is that what we know?

It is due when a notice has come about a payment that needs nothing else, when money came to a payment that is
over, and for as long after a failure as money may still come. It asks with no connection in hand, compares under
the payment's lock, and sends the refund of money that nobody expected, which was written down before.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from gateway.checks.conclude import charges_of, find_differences
from gateway.checks.model import Facts, Findings, Known
from gateway.checks.queries import claim_return, lock_payment, note_return, select_known
from gateway.checks.returns import may_send
from gateway.checks.write import write_findings
from gateway.clock import utc_now
from gateway.database import Database
from gateway.failpoint import reach
from gateway.payments.ask import once, prepared_operation
from gateway.payments.schedule import HOUR, retry_seconds
from gateway.payments.work_model import ClaimedPayment
from gateway.processors.asking import asking
from gateway.processors.capabilities import Capabilities
from gateway.processors.operations.model import Kept
from gateway.processors.operations.queries import insert_calls
from gateway.processors.processors import Processors
from gateway.processors.protocol import Absent, Answer, Approved, Closed, Operation, Processor, Unknown
from gateway.processors.trouble import Trouble
from gateway.settings import Settings
from gateway.unexpected.model import UnexpectedMoney

T = TypeVar("T")

MOST_ATTEMPTS: Final = 100
"""Claims in a row without an answer, most of them an hour apart, before a person looks at the payment."""
_SHORT_ATTEMPTS: Final = 20
_NOTHING: Final = Capabilities(methods={}, currencies={}, client="none")


@dataclass(slots=True)
class Look:
    """One check under way: what is known, and the exchanges so far."""

    item: ClaimedPayment
    known: Known
    op: Operation
    capabilities: Capabilities = _NOTHING
    calls: list[Kept] = field(default_factory=list)


class PaymentCheck:
    """See `payments.check.Check`."""

    def __init__(self, database: Database, processors: Processors, settings: Settings) -> None:
        self._database = database
        self._processors = processors
        self._settings = settings

    async def work(self, item: ClaimedPayment) -> int:
        """Compare, write down what differs, and end the claim; returns deliveries that became due."""
        async with self._database.connection(None) as tx:
            known = await select_known(tx, item.payment)
        look = Look(item, known, prepared_operation(item))
        facts = await self.ask(look)
        reach("checks.answered")
        return await self._finish(look, facts)

    async def _finish(self, look: Look, facts: Facts | Trouble) -> int:
        item, now = look.item, utc_now()
        async with self._database.connection(None) as tx, tx.transaction():
            await insert_calls(tx, look.calls)
            if not await lock_payment(tx, item.payment, item.lease_token):
                return 0  # somebody else has it now, and asks anew
            if isinstance(facts, Trouble):
                return await write_findings(tx, item, _troubled(item, facts), now)
            known = await select_known(tx, item.payment)
            for money in known.unexpected:
                if money.id in facts.sent:
                    await note_return(tx, money, facts.sent[money.id])
            findings = find_differences(
                item.payment,
                known,
                facts,
                look.capabilities,
                now,
                pays_back=self._settings.unexpected_refunds,
            )
            return await write_findings(tx, item, findings, now)

    async def ask(self, look: Look) -> Facts | Trouble:
        """All that is to be compared, or the trouble that kept it from being asked."""
        if look.op.reference is None:
            return Facts(Closed(raw="never prepared"))
        payment = look.item.payment
        said = await self._asked(look, lambda one: _stand(one, look.op), looks=True)
        if isinstance(said, Trouble):
            return said
        facts = Facts(said, attempts=look.item.attempts, held=look.known.refunds_are_stopped)
        if payment.is_taken:
            refunds = await self._asked(look, lambda one: one.refunds_of(look.op))
            if isinstance(refunds, Trouble):
                return refunds
            facts.refunds = refunds
        if _asks_disputes(look, said):
            disputes = await self._asked(look, lambda one: one.disputes_of(look.op))
            if isinstance(disputes, Trouble):
                return disputes
            facts.disputes = disputes
        return await self._ask_charges(look, facts)

    async def _ask_charges(self, look: Look, facts: Facts) -> Facts | Trouble:
        """What has gone back of money that nobody expected; what has not is sent."""
        found = [charge for charge, *_ in charges_of(look.item.payment, facts.payment)]
        for charge in dict.fromkeys([*(money.charge for money in look.known.unexpected), *found]):
            op = replace(look.op, charge=charge)
            refunds = await self._asked(look, lambda one, op=op: one.refunds_of(op))  # type: ignore[misc]
            if isinstance(refunds, Trouble):
                return refunds
            facts.of_charges[charge] = refunds
        for money in () if facts.held else look.known.unexpected:
            if may_send(money, look.known, facts.of_charges[money.charge]):
                said = await self._pay_back(look, money)
                if said is not None:
                    facts.sent[money.id] = said
        return facts

    async def _pay_back(self, look: Look, money: UnexpectedMoney) -> Answer | Trouble | None:
        """Send its refund, once for all that anybody can know; None: it is not to be sent any more."""
        async with self._database.connection(None) as tx:
            claimed = await claim_return(tx, money, look.item.lease_token)
        if claimed is None:
            return None
        first_sent_at, reference = claimed
        reach("checks.claimed")
        op = Operation(
            key=money.refund_key,
            kind="refund",
            payment_id=money.payment_id,
            mode=look.op.mode,
            amount=money.amount,
            currency=money.currency,
            method=look.op.method,
            reference=reference,
            parent=look.op.reference,
            charge=money.charge,
            first_sent_at=first_sent_at,
        )
        return await self._asked(
            look, lambda one: once(one, op, lambda: one.refund(op), utc_now()), key=money.refund_key
        )

    async def _asked(
        self,
        look: Look,
        call: Callable[[Processor], Awaitable[T]],
        *,
        key: str | None = None,
        looks: bool = False,
    ) -> T | Trouble:
        """One asking of the account, with its exchanges."""
        payment, seconds = look.item.payment, self._settings.processor_timeout_seconds
        async with asking(self._processors, payment.account_id, payment.mode, seconds, looks=looks) as attempt:
            attempt.said = await call(await attempt.processor())
        asked = attempt.asked()
        look.capabilities = asked.capabilities
        look.calls += [
            Kept(
                key or look.item.key,
                payment.merchant_id,
                payment.mode,
                payment.account_id or "",
                payment.id,
                call,
            )
            for call in asked.calls
        ]
        said: T | Trouble = asked.said
        return said


async def _stand(processor: Processor, op: Operation) -> Answer:
    """How the payment stands there. Raises `Unknown` where that cannot be told."""
    answer = await processor.look_up(op)
    if isinstance(answer, Absent):
        raise Unknown("the processor does not know what it had prepared")
    return answer


def _asks_disputes(look: Look, said: Answer) -> bool:
    """Only where there can be one, and one was told of: for some processors it is a long list."""
    has_one = look.known.dispute_was_noticed or bool(look.known.disputes)
    return has_one and look.capabilities.disputes and isinstance(said, Approved) and said.captured


def _troubled(item: ClaimedPayment, trouble: Trouble) -> Findings:
    """Asked again later. A processor that is away for an afternoon is no matter for a person."""
    if trouble.kind == "not_sent":
        wait = max(trouble.retry_after or 0.0, min(retry_seconds(item.attempts), 30.0))
        return Findings(wait=wait, attempts=max(item.attempts - 1, 0))
    if item.attempts >= MOST_ATTEMPTS:
        return Findings(review=f"the processor gave no answer to check in {item.attempts} attempts")
    is_short = trouble.kind == "unknown" and item.attempts <= _SHORT_ATTEMPTS
    return Findings(wait=retry_seconds(item.attempts) if is_short else HOUR, attempts=item.attempts)

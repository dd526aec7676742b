"""Work off what the processor has to be told about payments: prepare or authorise, capture, void, close, look.

The rule of every step: a claim is committed before the processor is called, its answer is
committed with the events that follow from it, and what was not answered is unknown, not failed.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aws_lambda_powertools import Logger

from gateway.clock import utc_now
from gateway.database import Database
from gateway.database.batch import Batch
from gateway.encryption import Keyring
from gateway.events.straight import Straight
from gateway.failpoint import reach
from gateway.payments.abandoned import abandoned, close_abandoned
from gateway.payments.ask import Asker, Said, ask
from gateway.payments.check import Check
from gateway.payments.conclude import conclude, noted
from gateway.payments.elsewhere import find_elsewhere, under_new_key
from gateway.payments.handed import HandedPayment, read_handed, read_payments
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.payments.work_queries import claim_payments, finish_payments, release_payments, renew_payments
from gateway.processors.accounts.sealed import PURPOSE
from gateway.processors.asking import Asked, asking
from gateway.processors.choose import NO_PROCESSOR
from gateway.processors.operations.model import Kept
from gateway.processors.operations.queries import insert_calls, note_operations
from gateway.processors.processors import Processors
from gateway.processors.protocol import OrderFacts, Prepared
from gateway.processors.trouble import Trouble
from gateway.settings import Settings

PREPARE_SECONDS: Final = 10.0
"""The most that a payment waits for an account that prepares it."""
TRIAL_SECONDS: Final = 1.5
"""The same for an account that has failed again and again, where another one would take the payment: whose payment
is the trial should not wait for it."""
STOPPED_SECONDS: Final = 2.0
"""Until a payment that the emergency stop holds back is looked at again."""
TIDY_SECONDS: Final = 60.0
"""After its end, until what it has left at another account is closed."""


class PaymentWork:
    """The workload `payments` (see `jobs.model.Workload`)."""

    kind: Final = "payments"

    def __init__(
        self,
        database: Database,
        processors: Processors,
        keyring: Keyring,
        settings: Settings,
        logger: Logger,
        check: Check,
        straight: Straight | None = None,
    ) -> None:
        """`straight`: where webhooks may be handed over to."""
        self._database = database
        self._processors = processors
        self._keyring = keyring
        self._settings = settings
        self._logger = logger
        self._checker = check
        self._straight = straight
        self._reads: Batch[HandedPayment, ClaimedPayment | None] = Batch(self._read, parallel=2)
        self._finishes: Batch[tuple[FinishedWork, tuple[Kept, ...]], int] = Batch(self._finish)

    async def claim(self, limit: int) -> list[ClaimedPayment]:
        async with self._database.connection(None) as tx:
            return await claim_payments(tx, limit, self._settings.lease_seconds)

    def has_room(self) -> bool:
        """See `jobs.model.Taker`."""
        return True

    def take(self, body: bytes) -> list[HandedPayment]:
        """See `jobs.model.Taker`."""
        return read_handed(body)

    async def renew(self, items: Sequence[ClaimedPayment | HandedPayment]) -> None:
        async with self._database.connection(None) as tx:
            await renew_payments(tx, [item.lease_token for item in items], self._settings.lease_seconds)

    async def release(self, items: Sequence[ClaimedPayment | HandedPayment]) -> None:
        async with self._database.connection(None) as tx:
            await release_payments(tx, [item.lease_token for item in items])

    async def work(self, item: ClaimedPayment | HandedPayment) -> int:
        """Ask the processor, write down what came of it; returns deliveries that became due."""
        if isinstance(item, HandedPayment):
            read = await self._reads.submit(item)
            if read is None:
                return 0
            item = read
        reach("payments.claimed")
        payment = item.payment
        if payment.account_id is None and payment.mode != "test":
            finished = FinishedWork(item, payment, None, item.attempts, NO_PROCESSOR, ())
            return await self._finishes.submit((finished, ()))
        if item.work == "check":
            return await self._check(item)
        asked = await self.ask(item)
        return await self._finishes.submit((await self.concluded(item, asked), kept(item, asked)))

    async def _read(self, handed: Sequence[HandedPayment]) -> list[ClaimedPayment | None]:
        async with self._database.connection(None) as tx:
            return await read_payments(tx, handed)

    async def _check(self, item: ClaimedPayment) -> int:
        """Look at what has ended: what is left at accounts that do not take it, what its own knows of it."""
        seconds = self._settings.processor_timeout_seconds
        closed = await close_abandoned(self._processors, item, seconds, utc_now())
        async with self._database.connection(None) as tx:
            await note_operations(tx, closed)
        return await self._checker.work(item)

    async def ask(self, item: ClaimedPayment) -> Asked:
        """The processor's answer, or what kept it from giving one."""
        if item.attempts > self._settings.processor_attempts and item.payment.account_id is None:
            return Asked(Trouble("unknown", "asked too often"))
        if item.is_stopped and item.kind == "prepare" and item.prepared_reference is None:
            return Asked(Trouble("not_sent", "new live payments are stopped", retry_after=STOPPED_SECONDS))
        asker = Asker(self._keyring, utc_now(), OrderFacts(item.payment.order_id))
        account_id, mode = item.payment.account_id, item.payment.mode
        looks = item.prepared_reference is not None and item.kind == "prepare"
        budgeted = looks and not item.is_noticed  # what the processor tells of is never one look too many
        seconds = self._settings.processor_timeout_seconds
        if item.kind == "prepare" and not looks:  # a shopper waits, and another account may be there
            seconds = min(seconds, PREPARE_SECONDS, await self._trial_seconds(item))
        async with asking(self._processors, account_id, mode, seconds, looks=budgeted) as attempt:
            attempt.said = await ask(item, await attempt.processor(), asker)
        return attempt.asked()

    async def _trial_seconds(self, item: ClaimedPayment) -> float:
        account_id = item.payment.account_id
        if account_id is None or not self._processors.breakers.is_on_trial(account_id):
            return PREPARE_SECONDS
        elsewhere = await find_elsewhere(self._database, item)
        return PREPARE_SECONDS if elsewhere is None else TRIAL_SECONDS

    async def concluded(self, item: ClaimedPayment, asked: Asked) -> FinishedWork:
        """What the answer comes to; where nothing was prepared, perhaps at another account."""
        now = utc_now()
        if isinstance(asked.said, Trouble):
            await self._note_trouble(item, asked.said)
            elsewhere = await find_elsewhere(self._database, item)
            if elsewhere is not None:
                self._logger.warning(
                    "payment goes to another account",
                    extra={"payment_id": item.payment.id, "reason": asked.said.reason},
                )
                return replace(elsewhere, noted=noted(item, asked.said))
        finished = conclude(item, asked.said, now, self._settings, asked.capabilities)
        if isinstance(asked.said, Trouble):
            finished = under_new_key(finished, asked.said, asked.capabilities)
        is_over = finished.next_seconds is None or finished.next_work == "check"
        if is_over and finished.review_reason is None and abandoned(item):
            finished = replace(finished, next_seconds=TIDY_SECONDS, next_work="check")
        return self._sealed(finished, asked.said)

    def _sealed(self, finished: FinishedWork, said: Said) -> FinishedWork:
        """What opens the processor's form is kept for the checkout page alone."""
        if not isinstance(said, Prepared) or finished.noted is None or not said.session:
            return finished
        sealed = self._keyring.encrypt(PURPOSE, json.dumps(said.session).encode(), finished.noted.key)
        return replace(finished, noted=replace(finished.noted, session=sealed))

    async def _note_trouble(self, item: ClaimedPayment, trouble: Trouble) -> None:
        if trouble.kind == "misconfigured" and item.payment.account_id is not None:
            self._logger.error(
                "an account cannot be used",
                extra={"account_id": item.payment.account_id, "reason": trouble.reason},
            )
            await self._processors.accounts.note_problem(item.payment.account_id, trouble.reason)

    async def _finish(self, finished: Sequence[tuple[FinishedWork, tuple[Kept, ...]]]) -> list[int]:
        reach("payments.answered")
        works = [work for work, _ in finished]
        straight = self._straight
        if straight is not None and not straight.is_open("webhooks", len(works)):
            straight = None
        leased = None if straight is None else straight.lease_seconds
        born = utc_now().timestamp()
        async with self._database.connection(None) as tx:
            changed, deliveries, handed = await finish_payments(tx, works, leased)
            await insert_calls(tx, [one for _, calls in finished for one in calls])
        reach("payments.finished")
        if straight is not None and handed:
            straight.hand("webhooks", born, handed)
        return [deliveries if work.payment.id in changed else 0 for work in works]


def kept(item: ClaimedPayment, asked: Asked) -> tuple[Kept, ...]:
    """The exchanges of a claim, for the payment's timeline."""
    payment = item.payment
    return tuple(
        Kept(item.key, payment.merchant_id, payment.mode, payment.account_id or "", payment.id, call)
        for call in asked.calls
    )

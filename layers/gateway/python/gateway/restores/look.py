"""Look at payments as a worker does, before the workers start: only at those that a comparison names."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aws_lambda_powertools import Logger

from gateway.checks.model import Facts
from gateway.checks.work import Look, PaymentCheck
from gateway.database import Database
from gateway.encryption import Keyring
from gateway.jobs.drain import Drain
from gateway.payments.process import PaymentWork
from gateway.payments.work_model import ClaimedPayment
from gateway.payments.work_queries import claim_named_payments
from gateway.processors.asking import Asked
from gateway.processors.processors import Processors
from gateway.processors.trouble import Trouble
from gateway.restores.queries import make_due_again
from gateway.settings import Settings

_AT_ONCE: Final = 8
_IDLE_ROUNDS: Final = 3
"""Rounds in a row in which nothing more was answered, a second apart, before a person is told."""


class Looks:
    """Looks of one account's comparison. `unanswered`: payments whose last look got no answer."""

    def __init__(
        self, database: Database, processors: Processors, keyring: Keyring, settings: Settings, logger: Logger
    ) -> None:
        self.unanswered: set[str] = set()
        self._database, self._settings, self._logger = database, settings, logger
        check = _Check(database, processors, settings, self.unanswered)
        self._work = _Work(database, processors, keyring, settings, logger, check)
        self._work.unanswered = self.unanswered

    async def look(self, ids: Sequence[str]) -> None:
        """Look at those of these payments that are due, until nothing more comes of it."""
        self._work.named = list(ids)
        await self._drain()
        # What was made at the processor is known now; what has become of it, by the next look.
        await self._again(ids)
        idle = 0
        while self.unanswered and idle < _IDLE_ROUNDS:
            before = len(self.unanswered)
            await asyncio.sleep(1)
            await self._again(sorted(self.unanswered))
            idle = 0 if len(self.unanswered) < before else idle + 1

    async def _again(self, ids: Sequence[str]) -> None:
        async with self._database.connection(None) as tx:
            due = await make_due_again(tx, ids)
        if due:
            await self._drain()

    async def _drain(self) -> None:
        drain = Drain(
            self._work,
            self._logger,
            in_flight=_AT_ONCE,
            lease_seconds=self._settings.lease_seconds,
            on_due=lambda _: None,  # the sweep of the workers finds what is to be told
        )
        await drain.run(linger=0.2)


class _Work(PaymentWork):
    """Claims nothing but the payments that are named."""

    named: Sequence[str] = ()
    unanswered: set[str]

    async def claim(self, limit: int) -> list[ClaimedPayment]:
        async with self._database.connection(None) as tx:
            return await claim_named_payments(tx, self.named, limit, self._settings.lease_seconds)

    async def ask(self, item: ClaimedPayment) -> Asked:
        asked = await super().ask(item)
        _note(self.unanswered, item, asked.said)
        return asked


class _Check(PaymentCheck):
    def __init__(
        self, database: Database, processors: Processors, settings: Settings, unanswered: set[str]
    ) -> None:
        super().__init__(database, processors, settings)
        self._unanswered = unanswered

    async def ask(self, look: Look) -> Facts | Trouble:
        facts = await super().ask(look)
        _note(self._unanswered, look.item, facts)
        return facts


def _note(unanswered: set[str], item: ClaimedPayment, said: object) -> None:
    (unanswered.add if isinstance(said, Trouble) else unanswered.discard)(item.payment.id)

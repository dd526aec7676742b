"""Hints for what falls due in a moment, where no process looks once a second: Lambda behind SQS.

Only punctuality depends on them. What they miss, the scheduled sweep finds within a minute.
"""

import asyncio
import math
from typing import Final, Protocol

from aws_lambda_powertools import Logger

from gateway.database import Database
from gateway.jobs.later_queries import claim_next_hint, select_seconds_until_due
from gateway.jobs.model import Kind

HORIZON_SECONDS: Final = 60.0
"""What is due later than this is left to the next sweep."""

_TIMEOUT_SECONDS: Final = 5.0


class DelayedQueue(Protocol):
    """A queue that can hold a hint back."""

    async def send_later(self, kind: Kind, seconds: int) -> None:
        """Like `Queue.send`, after `seconds`."""


class LaterHints:
    """Sends delayed hints of one function."""

    def __init__(self, database: Database, queue: DelayedQueue, logger: Logger, lease_seconds: float) -> None:
        self._database = database
        self._queue = queue
        self._logger = logger
        self._lease_seconds = lease_seconds

    async def insure(self, kind: Kind) -> None:
        """Before a drain: should this instance die in it, its leases end, and this hint comes just after."""
        await self._hint(kind, self._lease_seconds + 1)

    async def follow_up(self, kind: Kind) -> None:
        """After a drain: a hint for the moment when the next item falls due, if that is soon."""
        async with self._database.connection(None) as tx:
            seconds = await select_seconds_until_due(tx, kind)
        if seconds is not None and seconds <= HORIZON_SECONDS:
            await self._hint(kind, max(seconds, 0.0))

    async def _hint(self, kind: Kind, seconds: float) -> None:
        delay = math.ceil(seconds)
        try:
            async with self._database.connection(None) as tx:
                if not await claim_next_hint(tx, kind, delay):
                    return
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                await self._queue.send_later(kind, delay)
        except Exception as error:  # punctuality only
            self._logger.warning("delayed hint not sent", extra={"kind": kind, "error": type(error).__name__})

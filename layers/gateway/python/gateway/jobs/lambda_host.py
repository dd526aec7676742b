"""The life of a worker in Lambda: drain once per batch of hints, or once a minute without one.

A hint carries no work, so a batch is one drain per kind that it names. A record is reported as
failed only when the infrastructure failed (the database was away): SQS then shows it again, and
its dead-letter queue is an alarm, not a place where payments are kept.
"""

import asyncio
import json
import time
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from gateway.jobs.drain import Drain
from gateway.jobs.model import Kind
from gateway.jobs.wake import Wakes

_RESERVE_SECONDS: Final = 8.0
"""Nothing is claimed in the last seconds of an invocation: what is in work has to end in it."""


class LambdaHost:
    """Handles the events of one worker function. One instance per process; its loop lives as long."""

    def __init__(self, drains: dict[Kind, Drain], wakes: Wakes, logger: Logger, sweep: Any = None) -> None:
        self._drains = drains
        self._wakes = wakes
        self._logger = logger
        self._sweep = sweep
        self._loop = asyncio.new_event_loop()

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """An SQS batch (answers `batchItemFailures`) or a scheduled event (answers what was done)."""
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS
        if "Records" not in event:
            return self._loop.run_until_complete(self._sweep_and_drain(deadline))
        drained: dict[Kind, None] = {}

        def handle_record(record: SQSRecord) -> None:
            kind = _read_kind(record.body, self._drains)
            if kind is None:
                self._logger.warning("not a hint", extra={"message_id": record.message_id})
            elif kind not in drained:
                self._loop.run_until_complete(self._drain(kind, deadline))
                drained[kind] = None

        processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
        return dict(process_partial_response(event, handle_record, processor, context))

    async def _drain(self, kind: Kind, deadline: float) -> int:
        done = await self._drains[kind].run(linger=0, deadline=deadline)
        await self._wakes.flush()
        return done

    async def _sweep_and_drain(self, deadline: float) -> dict[str, Any]:
        if self._sweep is not None:
            await self._sweep()
        return {kind: await self._drain(kind, deadline) for kind in self._drains}


def _read_kind(body: str, drains: dict[Kind, Drain]) -> Kind | None:
    """The kind that a hint names. What is not a hint of ours can never become one: it is dropped."""
    try:
        kind = json.loads(body)["kind"]
    except (ValueError, TypeError, KeyError):
        return None
    return next((known for known in drains if known == kind), None)

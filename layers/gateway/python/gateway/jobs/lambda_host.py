"""The life of a worker in Lambda: drain once per batch of hints, or on a schedule without one.

A hint carries no work, so a batch is one drain per kind that it names. A record is reported as
failed when the infrastructure failed (the database was away), or when it is no hint at all: SQS
then shows that one again, and at last its dead-letter queue does, which is an alarm and not a
place where payments are kept.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from gateway.database import Database
from gateway.jobs.drain import Drain
from gateway.jobs.later import LaterHints
from gateway.jobs.model import Kind
from gateway.jobs.status_queries import beat
from gateway.jobs.wake import Wakes

NAMESPACE: Final = "PaymentGateway"
"""Of the CloudWatch metrics."""

_BEAT_SECONDS: Final = 20.0
_BEAT_AHEAD_SECONDS: Final = 120.0
"""A function is invoked once a minute at least; missed twice, it counts as stopped."""


class LambdaHost:
    """Handles the events of one worker function. One instance per process; its loop lives as long.

    `reserve_seconds`: nothing is claimed in the last seconds of an invocation, since what is in work
    has to end in it; as long as the slowest call of the workloads. `ready` raises while nothing may be claimed.
    """

    def __init__(
        self,
        drains: dict[Kind, Drain],
        wakes: Wakes,
        logger: Logger,
        sweep: Callable[[], Awaitable[None]] | None = None,
        *,
        ready: Callable[[], Awaitable[None]] | None = None,
        database: Database | None = None,
        later: LaterHints | None = None,
        reserve_seconds: float = 8.0,
    ) -> None:
        self._drains = drains
        self._wakes = wakes
        self._logger = logger
        self._sweep = sweep
        self._ready = ready
        self._database = database
        self._later = later
        self._reserve_seconds = reserve_seconds
        self._loop = asyncio.new_event_loop()
        self._beaten = float("-inf")

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """An SQS batch (answers `batchItemFailures`) or a scheduled event (answers what was done)."""
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - self._reserve_seconds
        if "Records" not in event:
            return self._loop.run_until_complete(self._scheduled(context.function_name, deadline))
        if not event["Records"]:
            return {"batchItemFailures": []}
        results: dict[Kind, Exception | None] = {}

        def handle_record(record: SQSRecord) -> None:
            kind = _read_kind(record.body, self._drains)
            if kind not in results:
                results[kind] = self._try_drain(kind, context.function_name, deadline)
            error = results[kind]
            if error is not None:
                raise error

        processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
        return dict(process_partial_response(event, handle_record, processor, context))

    def _try_drain(self, kind: Kind, function_name: str, deadline: float) -> Exception | None:
        """Why the drain failed, told once for all records of the kind: trying each again takes too long."""
        try:
            self._loop.run_until_complete(self._drain(kind, function_name, deadline))
        except Exception as error:
            self._logger.warning("drain failed", extra={"kind": kind, "error": str(error)})
            return error
        return None

    async def _drain(self, kind: Kind, function_name: str, deadline: float) -> int:
        if self._ready is not None:
            await self._ready()
        await self._beat(function_name)
        if self._later is not None:
            await self._later.insure(kind)
        done = await self._drains[kind].run(linger=0, deadline=deadline)
        if time.monotonic() >= deadline:
            self._wakes.wake(kind)  # somebody else goes on
        elif self._later is not None:
            await self._later.follow_up(kind)
        await self._wakes.flush()
        if done:
            with single_metric(
                name="ItemsWorked", unit=MetricUnit.Count, value=done, namespace=NAMESPACE
            ) as metric:
                metric.add_dimension(name="kind", value=kind)
        return done

    async def _scheduled(self, function_name: str, deadline: float) -> dict[str, Any]:
        if self._sweep is not None:
            await self._sweep()
        return {kind: await self._drain(kind, function_name, deadline) for kind in self._drains}

    async def _beat(self, function_name: str) -> None:
        """All instances of a function are one worker: which of them is alive is AWS's business."""
        if self._database is None or time.monotonic() - self._beaten < _BEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        async with self._database.connection(None) as tx:
            for kind in self._drains:
                await beat(tx, f"{function_name}:{kind}", kind, _BEAT_AHEAD_SECONDS)


def _read_kind(body: str, drains: dict[Kind, Drain]) -> Kind:
    """The kind that a hint names. Raises `ValueError` for what is no hint of ours, and never will be."""
    try:
        named = json.loads(body)["kind"]
    except (ValueError, TypeError, KeyError):
        named = None
    for kind in drains:
        if kind == named:
            return kind
    raise ValueError("the record is not a hint that this function knows")

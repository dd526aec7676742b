"""The schedule of the cloud: what local workers do beside their work, once a minute.

It does no work itself. For every kind it sends a hint: at once, also when nothing is known to be due
(the worker that answers it shows that queue, function and database are well), and where something
falls due within the minute, one for that moment.
"""

import asyncio
from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from gateway.jobs.lambda_host import NAMESPACE
from gateway.jobs.later_queries import select_seconds_until_due
from gateway.jobs.model import KINDS
from gateway.runtime import build_runtime
from gateway.settings import load_settings

_runtime = build_runtime(load_settings(), "sweep", in_lambda=True)
_later: Final = _runtime.later_hints()
_loop = asyncio.new_event_loop()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, float]:
    """Entry point of the function. Answers by how many seconds the oldest item of each kind is overdue."""
    return _loop.run_until_complete(_sweep())


async def _sweep() -> dict[str, float]:
    overdue: dict[str, float] = {}
    for kind in KINDS:
        async with _runtime.database.connection(None) as tx:
            seconds = await select_seconds_until_due(tx, kind)
        overdue[kind] = max(-(seconds or 0.0), 0.0)
        _runtime.wakes.wake(kind)
        if _later is not None and seconds is not None and seconds > 0:
            await _later.follow_up(kind)
        with single_metric(
            name="OverdueSeconds", unit=MetricUnit.Seconds, value=overdue[kind], namespace=NAMESPACE
        ) as metric:
            metric.add_dimension(name="kind", value=kind)
    # The hints first: they are the net under every hint that was lost, and must not hang on housekeeping.
    await _runtime.wakes.flush()
    await _runtime.sweep()
    await _runtime.wakes.flush()
    return overdue

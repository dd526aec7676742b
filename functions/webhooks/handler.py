"""Webhooks as a Lambda: SQS batches of hints, or a schedule that sweeps."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from gateway.jobs.lambda_host import LambdaHost
from gateway.runtime import build_runtime
from gateway.settings import load_settings
from webhooks.drains import build_client, build_drains, build_sweep

_runtime = build_runtime(load_settings(), "webhooks", in_lambda=True)
_host = LambdaHost(
    build_drains(_runtime, build_client(_runtime)),
    _runtime.wakes,
    _runtime.logger,
    build_sweep(_runtime),
    ready=_runtime.complete_keyring,
    database=_runtime.database,
    later=_runtime.later_hints(),
    reserve_seconds=_runtime.settings.webhook_timeout_seconds + 5,
)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point of the function."""
    return _host.handle(event, context)

"""Migrations as a Lambda: invoked by hand, or by CloudFormation before the other functions change.

As a custom resource it runs at every change of the layer, so that new code never meets an old schema.
A failure fails the deployment, which then rolls back the code; migrations only ever expand the schema,
so the old code goes on with the new one.
"""

import asyncio
import json
import urllib.request
from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from gateway.log import get_logger
from gateway.settings import load_settings
from migrate.bring_up import bring_up_to_date

_settings = load_settings()
_logger = get_logger("migrate", _settings.log_level)
_RESOURCE_ID: Final = "schema"


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point of the function. By hand: answers `{"applied": […]}` or raises."""
    if "ResponseURL" not in event:
        return _migrate()
    try:
        # Taking the stack away must not touch the data.
        data = {} if event["RequestType"] == "Delete" else _migrate()
    except Exception as error:
        _logger.exception("migration failed")
        _answer(event, "FAILED", f"{type(error).__name__}: {error}"[:1000])
        return {}
    _answer(event, "SUCCESS", "")
    return data


def _migrate() -> dict[str, Any]:
    applied = asyncio.run(bring_up_to_date(_settings))
    _logger.info("migrated", extra={"applied": applied})
    return {"applied": applied}


def _answer(event: dict[str, Any], status: str, reason: str) -> None:
    """Tell CloudFormation; without an answer it waits for an hour."""
    body = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": _RESOURCE_ID,
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    # The URL is CloudFormation's own, signed for one object; it wants no content type.
    request = urllib.request.Request(  # noqa: S310
        event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass

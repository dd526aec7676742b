"""The API as a Lambda behind API Gateway (HTTP API or REST API)."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from mangum import Mangum
from starlette.types import Receive, Scope, Send

from api.app import build_app
from api.http.events import answer_event, unreadable
from gateway.runtime import build_runtime
from gateway.settings import load_settings

# Built once per instance: a lifespan would run on every invocation.
_runtime = build_runtime(load_settings(), "api", in_lambda=True)
_app = build_app(_runtime)


async def _app_with_hints(scope: Scope, receive: Receive, send: Send) -> None:
    """The application; its hints and its line of the request log are away before the instance is frozen."""
    await _app(scope, receive, send)
    await _runtime.wakes.flush()
    await _runtime.requests.flush()


_adapter = Mangum(_app_with_hints, lifespan="off")


def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    """Entry point of the function."""
    error = unreadable(_adapter, event, context)
    return _adapter(event, context) if error is None else answer_event(error, _app.state.docs_url)

"""What is handed to the function and can be read as no request: it is answered, where the adapter would raise."""

import base64
import binascii
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from mangum import Mangum

from api.http.errors import HTTP_STATUS, error_body
from gateway.errors import BadRequest, GatewayError
from gateway.ids import new_id


def unreadable(adapter: Mangum, event: Any, context: LambdaContext) -> GatewayError | None:
    """Why the event cannot be read; None: it can."""
    try:
        if event.get("isBase64Encoded") and event.get("body"):
            base64.b64decode(event["body"], validate=True)
        request = adapter.infer(event, context)
        _ = request.scope, request.body
    except UnicodeError:
        return BadRequest("The request must not contain unpaired surrogates")
    except binascii.Error:
        return BadRequest("The body is not base64, though its event says so")
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError):
        return BadRequest("The event is no HTTP request, or has a Host that there is not")
    return None


def answer_event(error: GatewayError, docs_url: str) -> dict[str, Any]:
    """The whole answer to what never became a request, as gateways and balancers take it."""
    request_id = new_id("req")
    body = error_body(error.code, error.description, error.field, request_id, docs_url)
    return {
        "statusCode": HTTP_STATUS[error.code],
        "headers": {"content-type": "application/json", "cache-control": "no-store", "x-request-id": request_id},
        "body": body.decode(),
        "isBase64Encoded": False,
    }

"""The OpenAPI document: what FastAPI knows of the routes, completed."""

from collections import Counter
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from api.reference.links import add_links
from api.reference.openapi import RESPONSE_HEADERS, models, shared_responses

_DESCRIPTION: Final = """\
Orders, payments, captures, refunds and signed webhooks.

**Amounts** are integers in the currency's minor unit: `50000` with `INR` is ₹500.00, `500` with `JPY` is ¥500.
**Times** are ISO 8601 in UTC with milliseconds. **Errors** are always
`{"error": {"code", "description", "field"?, "request_id", "docs_url"}}`.

**Repeating a request is safe** with an `Idempotency-Key`: the first answer is kept and given again, byte for byte,
with `Idempotent-Replayed: true`. The same key with another body or path is a 422.

**Lists** come newest first in pages of at most 100: send `next_cursor` back as `cursor`, with the same filters.
With `Accept: text/csv` the whole filtered list comes as one file, with amounts in minor units and as decimals.
"""

_TAGS: Final = {
    "Orders": "What is to be paid.",
    "Payments": "One try each to pay an order.",
    "Refunds": "Money on its way back to the shopper.",
    "Unexpected payments": "Money that came after its payment was over, or twice.",
    "Disputes": "What shoppers' banks want back, as processors tell it.",
    "Ledger": "Every movement of money in double entry, and the balances that follow from it.",
    "Processors": "Who really moves the money: your accounts there, which takes which payment, what they tell us.",
    "Webhooks": "Telling your server what happened: the log, and the first endpoint.",
    "Webhook endpoints": "Your URLs that want to be told, each with its events, secret and limits.",
    "Webhook inbox": "A receiver of ours that shows what it got, and whether it verifies. Test mode only.",
    "Events": "What happened, in the order in which it happened.",
    "Checkout": "What the hosted page asks for.",
    "Overview": "Sums, search and what needs attention.",
    "Jobs": "Work that waits, runs or has given up.",
    "API keys": "Who may call this API for the merchant.",
    "Team": "Who may use the dashboard for the merchant.",
    "Request log": "What was asked of this API. Never what was in it.",
    "Audit log": "Who did what.",
    "Dashboard sessions": "Log-ins of people. Servers use API keys instead.",
    "Test mode": "What the simulated bank is asked and told. Open with `TEST_MODE`, else with a key of test mode.",
    "Operations": "For whoever runs the gateway.",
}

_SECURITY: Final = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "The key's id."},
    "ApiSecret": {"type": "apiKey", "in": "header", "name": "X-Api-Secret", "description": "The key's secret."},
    "Session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "gateway_session",
        "description": "A person's log-in; `__Host-gateway_session` on https, with `_` and the port behind it "
        "where the dashboard has one of its own. Changes need `X-CSRF-Token` too.",
    },
    "Basic": {"type": "http", "scheme": "basic", "description": "Key as user, secret as password."},
}

# What stands in a path: what it names, its shape, an example. A wrong shape is a 404 like an unknown id.
PATH_PARAMETERS: Final[dict[str, tuple[str, str | None, str]]] = {
    "order_id": ("The order's id.", "^order_[A-Za-z0-9]{16}$", "order_8sHk2LmNq0PzRtVw"),
    "payment_id": ("The payment's id.", "^pay_[A-Za-z0-9]{16}$", "pay_H8sK3jD9s2L1pQr4"),
    "refund_id": ("The refund's id.", "^rfnd_[A-Za-z0-9]{16}$", "rfnd_K2mN8pQ4rS6tU1vW"),
    "account_id": ("The id of the account at a processor.", "^acct_[A-Za-z0-9]{16}$", "acct_8sHk2LmNq0PzRtVw"),
    "unexpected_id": ("The unexpected payment's id.", "^unex_[A-Za-z0-9]{16}$", "unex_K2mN8pQ4rS6tU1vW"),
    "dispute_id": ("The dispute's id.", "^disp_[A-Za-z0-9]{16}$", "disp_K2mN8pQ4rS6tU1vW"),
    "event_id": ("The event's id.", "^evt_[A-Za-z0-9]{16}$", "evt_2mN8pQ4rS6tU1vWx"),
    "endpoint_id": ("The endpoint's id.", "^we_[A-Za-z0-9]{16}$", "we_N8pQ4rS6tU1vWxYz"),
    "webhook_id": ("The delivery's id, a UUID.", None, "550e8400-e29b-41d4-a716-446655440001"),
    "delivery_id": ("The delivery's id, a UUID.", None, "550e8400-e29b-41d4-a716-446655440001"),
    "recovery_id": ("The recovery's id.", None, "550e8400-e29b-41d4-a716-446655440004"),
    "request_id": ("The `X-Request-Id` of an answer.", None, "req_8sHk2LmNq0PzRtVw"),
    "inbox_token": ("From the inbox's `url`: says whose it is.", None, "AXf3hK2mN8pQ4rS6tU1vWx"),
    "job_id": ("The id of the payment or refund whose work it is.", None, "pay_H8sK3jD9s2L1pQr4"),
    "key_id": ("The public id of the API key.", None, "key_test_abc123"),
    "user_id": ("The member's id, a UUID.", None, "550e8400-e29b-41d4-a716-446655440002"),
    "session_id": ("The session's id, a UUID.", None, "550e8400-e29b-41d4-a716-446655440003"),
}


def describe_api(app: FastAPI) -> None:
    """Make `app.openapi()` complete. It is built at the first call and kept."""
    generate = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            _complete(app, document)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def _complete(app: FastAPI, document: dict[str, Any]) -> None:
    document["info"]["description"] = _DESCRIPTION
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["servers"] = [{"url": "/", "description": "Where this document came from."}]
    used = {str(tag) for route in app.routes if isinstance(route, APIRoute) for tag in route.tags}
    document["tags"] = [{"name": name, "description": _TAGS.get(name, "")} for name in sorted(used, key=_place)]
    names: Counter[str] = Counter()
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in sorted(route.methods or ()):
                operation = document["paths"][route.path_format][method.lower()]
                names[route.name] += 1
                alias = f"_{names[route.name]}" if names[route.name] > 1 else ""
                operation["operationId"] = route.name.strip("_") + alias
                _complete_operation(route, operation)
    add_links(document)
    _, schemas = models_json_schema(
        [(model, "validation") for model in sorted(models, key=lambda model: model.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    for methods in document["paths"].values():
        if "patch" in methods:  # what is absent stays as it is
            body = methods["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            for field in schemas["$defs"][body.rpartition("/")[2]]["properties"].values():
                field.pop("default", None)
    document["components"] = {
        "schemas": dict(sorted(schemas["$defs"].items())),
        "responses": dict(sorted(shared_responses.items())),
        "headers": {name: header for name, (_, header) in RESPONSE_HEADERS.items()},
        "securitySchemes": _SECURITY,
    }


def _place(tag: str) -> tuple[int, str]:
    """In the order of `_TAGS`; what is not in it comes last."""
    return (list(_TAGS).index(tag) if tag in _TAGS else len(_TAGS)), tag


def _complete_operation(route: APIRoute, operation: dict[str, Any]) -> None:
    # Ours alone: FastAPI adds a 422 of its own to every route with a parameter.
    described = (route.openapi_extra or {}).get("responses", {})
    operation["responses"] = dict(sorted(described.items()))
    parameters = [_path_parameter(name) for name in route.param_convertors]
    parameters += [one for one in operation.get("parameters", ()) if one["in"] != "path"]
    if parameters:
        operation["parameters"] = parameters


def _path_parameter(name: str) -> dict[str, Any]:
    description, pattern, example = PATH_PARAMETERS.get(name, ("", None, ""))
    schema = {"type": "string"} if pattern is None else {"type": "string", "pattern": pattern}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }

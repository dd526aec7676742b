"""How operations describe themselves in OpenAPI.

Routes read their bodies themselves (the contract fixes the order of checks and the texts), so
what FastAPI would infer from signatures is declared here, from the models that validate.
"""

from typing import Any, Final

from fastapi import FastAPI
from pydantic import BaseModel

from api.schemas import ErrorEnvelope

_DESCRIPTIONS: Final[dict[int, str]] = {
    400: "Bad input, or a state in which this is not legal",
    401: "Invalid API credentials",
    403: "The key's scope does not allow this",
    404: "Not found",
    409: "Somebody else is changing this right now; try again after `Retry-After` seconds",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The idempotency key was first used with another request",
    429: "Too many requests",
    503: "The database is away; try again after `Retry-After` seconds",
}
_EXAMPLES: Final[dict[int, tuple[str, str]]] = {
    400: ("BAD_REQUEST_ERROR", "amount must be at least 100"),
    401: ("AUTHENTICATION_ERROR", "Invalid API credentials"),
    403: ("PERMISSION_ERROR", "This key does not have the scope write"),
    404: ("NOT_FOUND_ERROR", "Order not found"),
    409: ("IDEMPOTENCY_IN_PROGRESS", "The first request with this key has not ended"),
    413: ("PAYLOAD_TOO_LARGE", "The body is larger than 262144 bytes"),
    415: ("UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json"),
    422: ("IDEMPOTENCY_KEY_REUSED", "Idempotency-Key was first used with another request"),
    429: ("RATE_LIMITED", "Too many requests"),
    503: ("SERVICE_UNAVAILABLE", "The database is not reachable at the moment"),
}
READ_ERRORS: Final = (401, 403, 503)
LIST_ERRORS: Final = (400, *READ_ERRORS)
WRITE_ERRORS: Final = (400, 401, 403, 409, 413, 415, 422, 503)
PUBLIC_WRITE_ERRORS: Final = (400, 404, 409, 413, 415, 422, 503)

_IDEMPOTENCY_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Repeat a request safely: the first answer is kept for 72 hours and given again.",
    "example": "order-2026-0042",
}


def operation(
    *,
    answer: type[BaseModel] | dict[str, Any],
    example: Any = None,
    status: int = 200,
    body: type[BaseModel] | None = None,
    body_example: Any = None,
    body_required: bool = True,
    errors: tuple[int, ...] = READ_ERRORS,
    public: bool = False,
    parameters: list[dict[str, Any]] | None = None,
    idempotent: bool = False,
) -> dict[str, Any]:
    """Keyword arguments of a route decorator: status, answer with example, errors, body, security.

    `answer` is a model, or the `content` object of OpenAPI where the answer is not one JSON model.
    """
    responses: dict[int | str, dict[str, Any]] = {code: _error(code) for code in errors}
    responses[status] = {"description": "As asked"}
    if isinstance(answer, dict):
        responses[status]["content"] = answer
    else:
        responses[status] |= {"model": answer, "content": {"application/json": {"example": example}}}
    extra: dict[str, Any] = {"security": [] if public else [{"ApiKey": [], "ApiSecret": []}, {"Basic": []}]}
    if parameters or idempotent:
        extra["parameters"] = [*(parameters or []), *([_IDEMPOTENCY_PARAMETER] if idempotent else [])]
    if body is not None:
        extra["requestBody"] = {
            "required": body_required,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{body.__name__}"},
                    "example": body_example,
                }
            },
        }
        _BODIES.add(body)
    return {"status_code": status, "responses": responses, "openapi_extra": extra}


_BODIES: Final[set[type[BaseModel]]] = set()


def _error(code: int) -> dict[str, Any]:
    name, description = _EXAMPLES[code]
    example = {"error": {"code": name, "description": description, "request_id": "req_8sHk2LmNq0PzRtVw",
                         "docs_url": f"http://localhost:8000/docs/errors#{name.lower()}"}}  # fmt: skip
    headers = {"Retry-After": {"schema": {"type": "integer"}}} if code in (409, 429, 503) else {}
    return {
        "model": ErrorEnvelope,
        "description": _DESCRIPTIONS[code],
        "content": {"application/json": {"example": example}},
        **({"headers": headers} if headers else {}),
    }


def describe_api(app: FastAPI) -> None:
    """Make `app.openapi()` complete: request bodies, security schemes, no 422 of FastAPI's own."""
    generate = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            components = schema.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            for body in sorted(_BODIES, key=lambda model: model.__name__):
                described = body.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas |= described.pop("$defs", {})
                schemas[body.__name__] = described
            components["securitySchemes"] = {
                "ApiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
                "ApiSecret": {"type": "apiKey", "in": "header", "name": "X-Api-Secret"},
                "Basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Key as user, secret as password",
                },
            }
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]

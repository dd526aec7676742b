"""How operations describe themselves in OpenAPI.

Routes read their bodies themselves (the contract fixes the order of checks and the texts), so what FastAPI
would infer from signatures is declared here, from the models that validate. `api.reference.document` completes it.
"""

from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import Response

from api.http.errors import HTTP_STATUS
from api.http.shapes import EmptyBody, ErrorEnvelope
from api.reference.error_codes import ERROR_CODES

READ_ERRORS: Final = (401, 403, 503)
LIST_ERRORS: Final = (400, *READ_ERRORS)
WRITE_ERRORS: Final = (400, 401, 403, 409, 413, 415, 422, 503)
PUBLIC_WRITE_ERRORS: Final = (400, 404, 409, 413, 415, 422, 503)
METHOD_ERRORS: Final = ("INVALID_VPA", "INVALID_CARD", "EXPIRED_CARD")

_ANYWHERE: Final = (408, 431, 500)

# The code that a status means unless the operation names another.
_USUAL_CODES: Final = {
    400: "BAD_REQUEST_ERROR",
    401: "AUTHENTICATION_ERROR",
    403: "PERMISSION_ERROR",
    404: "NOT_FOUND_ERROR",
    408: "REQUEST_TIMEOUT",
    409: "IDEMPOTENCY_IN_PROGRESS",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "IDEMPOTENCY_KEY_REUSED",
    429: "RATE_LIMITED",
    431: "HEADERS_TOO_LARGE",
    500: "INTERNAL_SERVER_ERROR",
    503: "SERVICE_UNAVAILABLE",
}

_IDEMPOTENCY_PARAMETER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    "description": "Makes it safe to send the request again: the first answer is kept for at least 24 hours "
    "(`GATEWAY_IDEMPOTENCY_HOURS`) and given again, byte for byte. ASCII; best a UUID.",
    "example": "5b3c0d1e-order-2026-0042",
}

_SECURITY: Final[list[dict[str, list[str]]]] = [{"ApiKey": [], "ApiSecret": []}, {"Basic": []}, {"Session": []}]

models: Final[set[type[BaseModel]]] = set()
"""What the document's schemas are made from."""


def operation(
    *,
    answer: type[BaseModel] | dict[str, Any],
    example: Any = None,
    status: int = 200,
    body: type[BaseModel] | None = None,
    body_example: Any = None,
    body_examples: dict[str, Any] | None = None,
    body_required: bool = True,
    errors: tuple[int | str, ...] = READ_ERRORS,
    other_answers: dict[int, tuple[str, type[BaseModel], Any]] | None = None,
    public: bool = False,
    session_only: bool = False,
    parameters: list[dict[str, Any]] | None = None,
    idempotent: bool = False,
) -> dict[str, Any]:
    """Keyword arguments of a route decorator.

    `answer` is a model, or the `content` object of OpenAPI where the answer is not one JSON model. `errors` are
    statuses, or codes where one status has several; 429 is
    added to any. Anybody may call a `public` one, only a person with a log-in
    (never an API key) a `session_only` one. `body_examples` are several bodies, each with a name for people;
    `other_answers` maps a status to its description, model and example.
    """
    if 400 not in errors and any(parameter["in"] == "query" for parameter in parameters or ()):
        errors = (400, *errors)
    is_limited = bool(errors)
    if is_limited:
        errors = (*errors, 429)
    described: dict[str, Any] = {
        "responses": {
            str(status): {"description": "As asked", "headers": _headers(status, idempotent, is_limited)},
            **_error_responses((*errors, *_ANYWHERE), idempotent),
        },
        "security": [] if public else [{"Session": []}] if session_only else _SECURITY,
    }
    content = answer if isinstance(answer, dict) else json_content(answer, {"example": example})
    if content:
        described["responses"][str(status)]["content"] = content
    for other, (text, model, shown) in (other_answers or {}).items():
        described["responses"][str(other)] = {
            "description": text,
            "headers": _headers(other, idempotent),
            "content": json_content(model, {"example": shown}),
        }
    if parameters or idempotent:
        described["parameters"] = [*(parameters or []), *([_IDEMPOTENCY_PARAMETER] if idempotent else [])]
    if body is None and 415 in errors:  # reads what comes, and takes no field of it
        body, body_example, body_required = EmptyBody, {}, False
    if body is not None:
        shown = {"example": body_example} if body_examples is None else {"examples": _named(body_examples)}
        described["requestBody"] = {"required": body_required, "content": json_content(body, shown)}
    return {"status_code": status, "response_class": Response, "openapi_extra": described}


def json_content(model: type[BaseModel], shown: dict[str, Any]) -> dict[str, Any]:
    """The `content` of one JSON model; `shown` holds its `example` or `examples`."""
    models.add(model)
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}, **shown}}


def _named(examples: dict[str, Any]) -> dict[str, Any]:
    return {name.lower().replace(" ", "_"): {"summary": name, "value": value} for name, value in examples.items()}


def _headers(status: int, idempotent: bool, is_limited: bool = False) -> dict[str, Any]:
    names = ["RequestId"]
    if is_limited or status == 429:
        names += ["RateLimitPolicy", "RateLimit"]
    if idempotent and status < 500 and status not in (401, 403, 408, 409, 413, 415, 422, 429, 431):
        names.append("IdempotentReplayed")
    if status in (409, 429, 503):
        names += ["RetryAfter", "ShouldRetry"]
    if status == 401:
        names.append("WWWAuthenticate")
    return {RESPONSE_HEADERS[name][0]: {"$ref": f"#/components/headers/{name}"} for name in names}


RESPONSE_HEADERS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "RequestId": (
        "X-Request-Id",
        {
            "description": "Names this request in our logs; your own `X-Request-Id`, if you sent a plain one.",
            "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.:-]{8,64}$"},
        },
    ),
    "IdempotentReplayed": (
        "Idempotent-Replayed",
        {
            "description": "`true` when this is the kept answer to an earlier request with the same key.",
            "schema": {"type": "string", "enum": ["true"]},
        },
    ),
    "RetryAfter": (
        "Retry-After",
        {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}},
    ),
    "ShouldRetry": (
        "Should-Retry",
        {
            "description": "`true`: the same request, with the same `Idempotency-Key`, may well succeed later.",
            "schema": {"type": "string", "enum": ["true"]},
        },
    ),
    "RateLimitPolicy": (
        "RateLimit-Policy",
        {
            "description": "The limits that this request counted against: `q` requests in `w` seconds.",
            "schema": {"type": "string"},
            "example": '"key";q=6000;w=60',
        },
    ),
    "RateLimit": (
        "RateLimit",
        {
            "description": "Of each limit, `r`: requests left, `t`: seconds until nothing is used up any more.",
            "schema": {"type": "string"},
            "example": '"key";r=5999;t=1',
        },
    ),
    "WWWAuthenticate": (
        "WWW-Authenticate",
        {"description": "HTTP Basic is accepted as well.", "schema": {"type": "string"}},
    ),
}


shared_responses: Final[dict[str, dict[str, Any]]] = {}
"""Error answers that operations refer to, by their names in the document's components."""


def _error_responses(errors: tuple[int | str, ...], idempotent: bool) -> dict[str, Any]:
    codes: dict[int, list[str]] = {}
    for error in errors:
        code = _USUAL_CODES[error] if isinstance(error, int) else error
        if code not in codes.setdefault(HTTP_STATUS[code], []):
            codes[HTTP_STATUS[code]].append(code)
    return {str(status): _error_response(status, codes[status], idempotent) for status in sorted(codes)}


def _error_response(status: int, codes: list[str], idempotent: bool) -> dict[str, Any]:
    headers = _headers(status, idempotent)
    name = ".".join([*codes, *(["replayable"] if "Idempotent-Replayed" in headers else [])])
    if name not in shared_responses:
        examples = {code: {"summary": ERROR_CODES[code].meaning, "value": error_example(code)} for code in codes}
        shared_responses[name] = {
            "description": ". ".join(f"`{code}`: {ERROR_CODES[code].meaning}" for code in codes),
            "headers": headers,
            "content": json_content(ErrorEnvelope, {"examples": examples}),
        }
    return {"$ref": f"#/components/responses/{name}"}


def error_example(code: str) -> dict[str, Any]:
    """How the envelope of this code looks."""
    error: dict[str, Any] = {"code": code, "description": ERROR_CODES[code].example}
    if ERROR_CODES[code].example_field:
        error["field"] = ERROR_CODES[code].example_field
    docs_url = f"http://localhost:8000/docs/errors#{code.lower()}"
    return {"error": error | {"request_id": "req_8sHk2LmNq0PzRtVw", "docs_url": docs_url}}

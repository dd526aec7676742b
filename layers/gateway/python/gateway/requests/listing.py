"""The list of requests."""

import re
from typing import Final

from gateway.pages.filters import TIMES, one_of
from gateway.pages.model import Condition, Filter, Listing, moment_column, number_column
from gateway.requests.model import LoggedRequest
from gateway.requests.queries import COLUMNS

_STATUS: Final = re.compile(r"[1-5](xx|[0-9]{2})")
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _read_status(text: str) -> Condition:
    if text == "error":
        return Condition("status >= 400", {})
    if _STATUS.fullmatch(text) is None:
        raise ValueError("be a status such as 404, a class such as 4xx, or error")
    if text.endswith("xx"):
        first = int(text[0]) * 100
        # The literal lets Postgres use the partial index on errors.
        partial = " AND status >= 400" if first >= 400 else ""
        return Condition(f"status BETWEEN %(first)s AND %(last)s{partial}", {"first": first, "last": first + 99})
    partial = " AND status >= 400" if int(text) >= 400 else ""
    return Condition(f"status = %(status)s{partial}", {"status": int(text)})


def _text(name: str, description: str, example: str) -> Filter:
    def read(text: str) -> Condition:
        if not 1 <= len(text) <= 64:
            raise ValueError("have 1 to 64 characters")
        return Condition(f"{name} = %({name})s", {name: text})

    schema = {"type": "string", "minLength": 1, "maxLength": 64}
    return Filter(name, read, schema, description, example)


REQUESTS: Final = Listing(
    name="requests",
    select=f"SELECT {COLUMNS} FROM request_log",  # noqa: S608 - a constant
    row=LoggedRequest,
    columns=(
        "created_at",
        "method",
        "path",
        "status",
        "error_code",
        "duration_ms",
        "request_id",
        "key_id",
        "user",
        "replayed",
    ),
    filters=(
        Filter(
            "status",
            _read_status,
            {"type": "string", "pattern": "^(error|[1-5](xx|[0-9]{2}))$"},
            "Only answers with this status: `404`, all of a class (`4xx`), or every `error` (400 and above).",
            "4xx",
        ),
        one_of("method", METHODS, "Only requests with this method."),
        _text("request_id", "Only the request with this `X-Request-Id`.", "req_8sHk2LmNq0PzRtVw"),
        _text("key_id", "Only requests with this API key.", "key_test_abc123"),
        *TIMES,
    ),
    key=(moment_column("created_at"), number_column("id")),
)

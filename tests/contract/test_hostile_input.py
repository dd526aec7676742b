"""Whatever is sent to whatever route: the envelope, a documented status, and never our own fault."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from api.http.errors import HTTP_STATUS
from tests.contract.operations import Operation, operations
from tests.contract.world import World
from tests.support.envelope import expect_error

WITH_BODY = [one for one in operations() if "requestBody" in one.description]
WITH_QUERY = [one for one in operations() if any(part["in"] == "query" for part in one.parameters)]
WITH_PATH = [one for one in operations() if one.path_parameters]

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "a brace": b"{",
    "a comma too many": b'{"amount":500,}',
    "no quotes": b"{amount:500}",
    "two objects": b"{}{}",
    "a comment": b'{"amount":500} // all',
    "an array": b"[]",
    "a text": b'"amount"',
    "a number": b"500",
    "null": b"null",
    "NaN": b'{"amount":NaN}',
    "Infinity": b'{"amount":-Infinity}',
    "a NUL": b'{"amount":500,"receipt":"a\0b"}',
    "an escaped NUL": b'{"amount":500,"receipt":"a\\u0000b","reason":"\\u0000"}',
    "a NUL in a name": b'{"amount":500,"notes":{"a\\u0000b":"c"}}',
    "half a surrogate pair": b'{"amount":500,"receipt":"\\ud800","vpa":"\\udfff"}',
    "no UTF-8": b'{"amount":500,"receipt":"\xff\xfe"}',
    "UTF-16": '{"amount":500}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + b'{"amount":500}',
    "deep arrays": b'{"amount":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "just too deep": b'{"amount":500,"x":' + b"[" * 33 + b"]" * 33 + b"}",
    "near the parser's limit": b'{"amount":500,"x":' + b"[" * 900 + b'"\\u00e9"' + b"]" * 900 + b"}",
    "a float beyond floats": b'{"amount":1e400,"expiry_month":1e400,"result":1e400}',
    "an integer of 400 digits": b'{"amount":1' + b"0" * 400 + b"}",
    "an integer of 5000 digits": b'{"amount":1' + b"0" * 5000 + b"}",
    "a thousand fields": json.dumps({f"field{number}": number for number in range(1000)}).encode(),
    "a megabyte": b'{"receipt":"' + b"x" * 1_000_000 + b'"}',
    "names twice": b'{"amount":500,"amount":"x","amount":[]}',
    "a prototype": b'{"__proto__":{"amount":500},"constructor":null}',
}
NO_OBJECTS = (
    "a brace", "a comma too many", "no quotes", "two objects", "a comment", "an array", "a text", "a number",
    "null", "no UTF-8", "UTF-16",
)  # fmt: skip
VALUES: list[Any] = [
    None, "", " ", 0, -1, 1.5, True, [], {}, [[]], {"a": {"b": [1]}}, "\0", "a\0b", "\ud800", "😀" * 300,
    "x" * 100_000, 10**18, 2**63, -(2**63), 10**400, "9" * 400, "../../etc/passwd", "' OR 1=1 --", "=1+1",
    "javascript:alert(1)", "http://", "http://[", "http://\u2024/", "2026-13-45", "٣", "\u202eabc", "NaN",
    "sealed:we_8sHk2LmNq0PzRtVw:AAAA", "http://localhost:9999/sealed:we_8sHk2LmNq0PzRtVw:A",
]  # fmt: skip
QUERY_VALUES = [
    "", " ", "%00", "%ff", "%f0%9f%98%80", "-1", "0", "1.5", "9" * 400, "x" * 5000, "null", "[]", "%27+OR+1",
    "%D9%A3", "2026-13-45", "%25", "_", "%5c", "1&limit=2", "true",
]  # fmt: skip
PATH_VALUES = [
    "%00", "%ff", "%2e%2e", "..%2f..%2fetc", "x" * 5000, "%27%20OR%201%3D1", "%f0%9f%98%80", "undefined", "null",
    "order_", "pay_8sHk2LmNq0PzRtV%0a", "00000000-0000-0000-0000-000000000000", "key_test_", "%20",
]  # fmt: skip


def expect_documented(answer: httpx.Response, operation: Operation) -> None:
    """No fault of ours, and nothing that the document does not say."""
    assert answer.status_code < 500, answer.text
    assert str(answer.status_code) in operation.description["responses"], answer.text
    if answer.status_code >= 400:
        code = answer.json()["error"]["code"]
        assert HTTP_STATUS[code] == answer.status_code
        expect_error(answer, code)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_none_is_refused_in_the_envelope(world: World, name: str) -> None:
    for operation in WITH_BODY:
        path = operation.path.removeprefix("/api/v1").format(**shared_ids(world, operation))
        headers = {"Content-Type": "application/json"}
        client = world.client(operation)
        answer = client.request(operation.method.upper(), path, content=BODIES[name], headers=headers)
        assert answer.status_code < 500, (str(operation), answer.text)
        assert name not in NO_OBJECTS or answer.is_client_error, f"{operation} takes a body and does not read it"
        expect_documented(answer, operation)


@pytest.mark.parametrize("operation", [one for one in WITH_BODY if one.body()], ids=str)
def test_any_value_in_any_field_is_taken_or_refused(world: World, operation: Operation) -> None:
    ids = shared_ids(world, operation)
    example = operation.body()
    if operation.path.startswith("/api/v1/payments") and "order_id" in example:
        example = {"order_id": world.id("order_id"), "method": "card", "card": CARD, "vpa": "a@b"}
    for path in field_paths(example):
        for value in VALUES:
            if operation.is_for_people and path == ("current_password",):
                continue  # wrong passwords lock the owner out, and that is another test
            answer = world.send(operation, ids, replaced(example, path, value))
            assert answer.status_code < 500, (path, value, answer.text)
            expect_documented(answer, operation)


@pytest.mark.parametrize("operation", WITH_QUERY, ids=str)
def test_any_value_of_any_query_parameter_is_taken_or_refused(world: World, operation: Operation) -> None:
    path = operation.path.removeprefix("/api/v1").format(**shared_ids(world, operation))
    for parameter in operation.parameters:
        if parameter["in"] == "query":
            for value in QUERY_VALUES:
                with world.client(operation).stream(
                    operation.method.upper(), f"{path}?{parameter['name']}={value}"
                ) as answer:
                    if "event-stream" not in answer.headers.get("content-type", ""):
                        answer.read()
                assert answer.status_code < 500, (parameter["name"], value)
                expect_documented(answer, operation)


@pytest.mark.parametrize("operation", WITH_PATH, ids=str)
def test_any_id_that_is_none_is_a_404(world: World, operation: Operation) -> None:
    for value in PATH_VALUES:
        path = operation.path.removeprefix("/api/v1")
        for name in operation.path_parameters:
            path = path.replace("{" + name + "}", value)
        body = operation.body()
        content = {} if body is None else {"json": body}
        answer = world.client(operation).request(operation.method.upper(), path, **content)
        expect_error(answer, "NOT_FOUND_ERROR")


CARD = {"number": "4242 4242 4242 4242", "expiry_month": 12, "expiry_year": 2030, "cvv": "123", "holder_name": "A"}

_ids: dict[tuple[World, str], str] = {}


def shared_ids(world: World, operation: Operation) -> dict[str, str]:
    """Ids for the path, the same ones for every operation."""
    for name in operation.path_parameters:
        if (world, name) not in _ids:
            _ids[world, name] = quote(world.id(name))
    return {name: _ids[world, name] for name in operation.path_parameters}


def field_paths(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The way to every field of an object, and of objects in it."""
    found = [path] if path else []
    if isinstance(value, dict):
        for name, part in value.items():
            found += field_paths(part, (*path, name))
    return found


def replaced(example: Any, path: tuple[str, ...], value: Any) -> Any:
    """The example with another value in one place."""
    if not path:
        return value
    return {**example, path[0]: replaced(example[path[0]], path[1:], value)}

"""What every error of every route looks like."""

import httpx

from api.http.errors import HTTP_STATUS


def expect_error(
    answer: httpx.Response, code: str, description: str | None = None, field: str | None = None
) -> dict[str, str]:
    """Assert that this is the contract's envelope with this code; returns what is in it."""
    assert answer.status_code == HTTP_STATUS[code], f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/json", answer.headers
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, str] = body["error"]
    assert set(error) - {"field"} == {"code", "description", "request_id", "docs_url"}, error
    assert all(isinstance(value, str) and value for value in error.values()), error
    assert error["code"] == code, error
    assert error["request_id"] == answer.headers["x-request-id"]
    assert error["docs_url"].endswith(f"/docs/errors#{code.lower()}")
    assert "Traceback" not in answer.text
    if description is not None:
        assert error["description"] == description
    if field is not None:
        assert error.get("field") == field, error
    return error

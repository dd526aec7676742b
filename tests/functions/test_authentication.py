"""Who may call: 401 and 403."""

import base64

import httpx
import pytest

from tests.support.client import Merchant
from tests.support.envelope import expect_error
from tests.support.stack import Stack

INVALID = "Invalid API credentials"


def anonymous(stack: Stack, **headers: str) -> httpx.Client:
    return httpx.Client(base_url=f"{stack.base_url}/api/v1", headers=headers, timeout=30)


def basic(text: bytes) -> str:
    return "Basic " + base64.b64encode(text).decode()


def test_an_unknown_key_and_a_wrong_secret_cannot_be_told_apart(stack: Stack, merchant: Merchant) -> None:
    answers = [
        anonymous(stack, **{"X-Api-Key": key, "X-Api-Secret": secret}).get("/orders")
        for key, secret in (("key_test_unknown", merchant.secret), (merchant.key, "wrong"), ("nonsense", "x"))
    ]
    errors = [expect_error(answer, "AUTHENTICATION_ERROR", INVALID) for answer in answers]
    assert len({str({**error, "request_id": ""}) for error in errors}) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Api-Key": "key_test_abc123"},
        {"X-Api-Secret": "secret_test_xyz789"},
        {"X-Api-Key": "", "X-Api-Secret": ""},
        {"X-Api-Key": "é", "X-Api-Secret": "é"},
        {"X-Api-Key": "k" * 5000, "X-Api-Secret": "s" * 5000},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic =="},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic a"},
        {"Authorization": "Bearer key_test_abc123"},
        {"Authorization": basic(b"key_test_abc123")},
        {"Authorization": basic(b":")},
        {"Authorization": basic(b"key_test_abc123:")},
        {"Authorization": basic(b":secret_test_xyz789")},
        {"Authorization": basic(b"\xff\xfe:\xff")},
        {"Authorization": basic(b"key\0:secret")},
        {"Authorization": basic(b"key_test_abc123:secret\0")},
        {"Authorization": basic(b"key_test_abc123:secret_test_xyz789") + "é"},
    ],
    ids=str,
)
def test_missing_and_malformed_credentials_are_a_401(stack: Stack, headers: dict[str, str]) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    answer = httpx.get(f"{stack.base_url}/api/v1/orders", headers=encoded)
    expect_error(answer, "AUTHENTICATION_ERROR", INVALID)
    assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_http_basic_is_as_good_as_the_two_headers(stack: Stack, merchant: Merchant, scheme: str) -> None:
    encoded = base64.b64encode(f"{merchant.key}:{merchant.secret}".encode()).decode()
    assert anonymous(stack, Authorization=f"{scheme} {encoded}").get("/orders").status_code == 200


def test_a_key_without_the_scope_is_a_403(stack: Stack, merchant: Merchant) -> None:
    stack.sql("UPDATE api_keys SET scopes = '{read}' WHERE id = %s", (merchant.key,))
    assert merchant.api.get("/orders").status_code == 200
    answer = merchant.api.post("/orders", json={"amount": 500})
    expect_error(answer, "PERMISSION_ERROR", "This key does not have the scope write")

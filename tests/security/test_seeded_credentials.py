"""What everybody knows opens nothing outside test mode, and a public test mode has to be asked for."""

import base64
from collections.abc import Callable

import httpx
import pytest
from pydantic import ValidationError

from dev.redis import RedisServer
from gateway.settings import Settings
from gateway.users.seed import seeded_password
from tests.support.stack import Stack

KEY = base64.b64encode(Settings(TEST_MODE=True).master_key_bytes()).decode()
PASSWORD = "a password for the seeded log-in"
LOCAL = {
    "api_url": "http://localhost:8000",
    "checkout_url": "http://127.0.0.1:3001",
    "dashboard_url": "http://[::1]:3000",
}


def log_in(stack: Stack) -> httpx.Client:
    client = httpx.Client(base_url=f"{stack.base_url}/api/v1", timeout=30)
    client.post("/session", json={"email": "test@example.com", "password": PASSWORD})
    return client


def test_the_seeded_key_log_in_and_session_end_with_test_mode(
    new_stack: Callable[..., tuple[Stack, RedisServer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack, _ = new_stack(GATEWAY_MASTER_KEY=KEY)
    from tests.support.stack import prepare_database

    prepare_database(stack.database_url, {"GATEWAY_DASHBOARD_PASSWORD": PASSWORD, "GATEWAY_MASTER_KEY": KEY})
    stack.start("api")
    session, seeded, own = log_in(stack), stack.test_merchant(), stack.merchant()
    assert session.get("/session").status_code == 200
    assert seeded.api.get("/orders").status_code == 200
    basic = httpx.BasicAuth(seeded.key, seeded.secret)

    stack.api.stop()
    stack.api.env = stack.api.env | {"TEST_MODE": "false"}
    stack.start("api")
    for answer in (
        session.get("/session"),
        session.get("/orders"),
        log_in(stack).get("/session"),
        seeded.api.get("/orders"),
        seeded.api.post("/orders", json={"amount": 500}),
        httpx.get(f"{stack.base_url}/api/v1/orders", auth=basic),
    ):
        assert answer.status_code == 401, answer.text
        assert answer.json()["error"]["description"] == "Invalid API credentials"
    refused = httpx.post(
        f"{stack.base_url}/api/v1/session", json={"email": " TEST@example.com", "password": PASSWORD}, timeout=30
    )
    assert refused.status_code == 401
    assert own.api.get("/orders").status_code == 200, "a test key that nobody else knows works on"

    stack.api.stop()
    stack.api.env = stack.api.env | {"TEST_MODE": "true"}
    stack.start("api")
    assert session.get("/session").status_code == 200 and seeded.api.get("/orders").status_code == 200


@pytest.mark.parametrize(
    "url",
    ["https://pay.example.com", "http://192.168.1.5:8000", "http://10.0.0.1", "http://api:8000", "http://0.0.0.0:1",
     "http://localhost.example.com", "http://[fe80::1]",  "",  ],
)  # fmt: skip
@pytest.mark.parametrize("name", LOCAL)
def test_test_mode_on_a_public_address_has_to_be_asked_for(name: str, url: str) -> None:
    given = LOCAL | {name: url}
    with pytest.raises(ValidationError, match=f"GATEWAY_{name.upper()} leads to other machines"):
        Settings(TEST_MODE=True, **given)
    asked_for = Settings(TEST_MODE=True, test_mode_public=True, **given)
    assert asked_for.warnings() == ["Test mode is public: everybody knows the seeded key and log-in"]
    assert Settings(TEST_MODE=False, **given).warnings() == []


@pytest.mark.parametrize(
    "given", [{}, LOCAL, {"api_url": "http://shop.localhost:8000/"}], ids=["default", "own", "name"]
)
def test_test_mode_on_this_machine_starts_as_it_did(given: dict[str, str]) -> None:
    assert Settings(TEST_MODE=True, **given).warnings() == []


def test_a_public_test_mode_is_said_in_health_and_log(
    new_stack: Callable[..., tuple[Stack, RedisServer]],
) -> None:
    stack, _ = new_stack(GATEWAY_CHECKOUT_URL="https://checkout.example.com", GATEWAY_TEST_MODE_PUBLIC="true")
    stack.start("api")
    [warning] = httpx.get(f"{stack.base_url}/health").json()["warnings"]
    assert warning.startswith("Test mode is public")
    assert warning in stack.api.log.read_text()
    login = {
        "email": "test@example.com",
        "password": seeded_password(Settings(TEST_MODE=True).master_key_bytes(), ""),
    }
    session = httpx.post(f"{stack.base_url}/api/v1/session", json=login).raise_for_status()
    assert session.json()["warnings"] == [warning], "the dashboard shows them above every page"

"""A processor's notice that reaches the function: signed over the bytes that came, however it gets them."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from dev.postgres import PostgresServer
from gateway.processors.notices.receive import MOST_BYTES
from tests.deploy.cloud.events import http_event_v1, http_event_v2
from tests.deploy.cloud.function import Function
from tests.processors.rows import SECRET, Shelf
from tests.support.stack import copy_database, database_of

INTENT = "pi_3MtwBwLkdIwHu7ix28a3tqPa"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def url(postgres: PostgresServer) -> str:
    """A database of these tests' own."""
    return copy_database(database_of(postgres.url, "postgres"), "gateway")


@pytest.fixture(scope="module")
def api(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    """One instance of the API's function."""
    log: Path = tmp_path_factory.mktemp("lambda") / "api.log"
    function = Function("api", "api.handler.handler", {"DATABASE_URL": url, "TEST_MODE": "true"}, log).start()
    yield function
    function.stop()


@pytest.fixture
def shelf(url: str) -> Iterator[Shelf]:
    """The rows of a fresh merchant."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield Shelf(connection, chance=Random()).another_merchant()


def in_base64(event: Json, body: bytes) -> Json:
    """As API Gateway hands over what it takes for binary."""
    assert event["isBase64Encoded"] and body
    return event


def plain(event: Json, body: bytes) -> Json:
    """As it hands over text."""
    return event | {"body": body.decode(), "isBase64Encoded": False}


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """Stripe's header."""
    at = str(int(time.time()))
    mac = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={mac}"}


def tell(
    api: Function,
    account_id: str,
    body: bytes,
    headers: dict[str, str] | None = None,
    shape: Any = http_event_v2,
    encoded: Callable[[Json, bytes], Json] = in_base64,
) -> int:
    """The status of the answer to a notice."""
    head = {"Host": "localhost", "Content-Type": "application/json"}
    head |= signed(body) if headers is None else headers
    event = shape("POST", f"/api/v1/processors/{account_id}/notices", "", head, body)
    return int(api.invoke(encoded(event, body))["statusCode"])


def about(event_id: str, **fields: Any) -> bytes:
    """A body as Stripe writes it, with line breaks and letters that are no ASCII: written anew it differs."""
    entity = {"id": INTENT, "description": "Hemden für 500 ₹"} | fields
    event = {"id": event_id, "type": "payment_intent.succeeded", "data": {"object": entity}}
    return json.dumps(event, indent=2, ensure_ascii=False).encode() + b"\n"


@pytest.mark.parametrize("encoded", [in_base64, plain])
@pytest.mark.parametrize("shape", [http_event_v1, http_event_v2])
def test_a_notice_is_taken_over_the_bytes_that_came(api: Function, shelf: Shelf, shape: Any, encoded: Any) -> None:
    """Both kinds of gateway, text and base64: kept once, and its payment due."""
    account = shelf.account()
    payment = shelf.payment(account)
    shelf.operation(account, payment, reference=INTENT)
    body = about("evt_1")
    assert [tell(api, account, body, None, shape, encoded) for _ in range(2)] == [200, 200]
    assert shelf.sql("SELECT due_at <= now() FROM payments WHERE id = %s", payment) == [(True,)]
    kept = "SELECT event_id, payment_id FROM processor_notices WHERE account_id = %s"
    assert shelf.sql(kept, account) == [("evt_1", payment)]
    changed = body.replace(b"500", b"501")
    assert tell(api, account, changed, signed(body), shape, encoded) == 401
    again = json.dumps(json.loads(body)).encode()
    assert tell(api, account, again, signed(body), shape, encoded) == 401


def test_a_body_that_is_no_text_is_taken_as_it_is(api: Function, shelf: Shelf) -> None:
    """A signature of bytes that nobody could decode holds as well; what they say is nothing that we know."""
    account, body = shelf.account("razorpay"), b'{"event":"\xff\xfe"}'
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert tell(api, account, body, {"X-Razorpay-Signature": mac}) == 200
    assert tell(api, account, body + b" ", {"X-Razorpay-Signature": mac}) == 401


def test_what_is_refused_and_what_is_to_be_sent_again(api: Function, shelf: Shelf, url: str) -> None:
    """401, 404, 413; and 503 while the database is away, after which it is taken."""
    account, unset = shelf.account(), shelf.account(secret=None)
    body = about("evt_1")
    assert tell(api, account, body, signed(body, "whsec_of_somebody_else")) == 401
    assert tell(api, account, body, {}) == 401
    assert [tell(api, nobody, body) for nobody in (unset, "acct_0000000000000000")] == [404, 404]
    assert tell(api, account, about("evt_1", padding="x" * MOST_BYTES)) == 413
    assert tell(api, account, about("evt_2", padding="x" * (MOST_BYTES - 1_000))) == 200
    name = url.rpartition("/")[2]
    with psycopg.connect(url.replace(name, "postgres"), autocommit=True) as operator:
        operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        assert tell(api, account, body) == 503
        operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
    assert tell(api, account, body) == 200

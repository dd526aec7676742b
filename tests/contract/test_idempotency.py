"""Every POST honours `Idempotency-Key`: generated from the OpenAPI document, so a new one is covered."""

import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.contract.operations import Operation, operations
from tests.contract.world import LIVE_ONLY, World
from tests.support.client import at_once
from tests.support.envelope import expect_error

POSTS = [one for one in operations() if one.method == "post"]
IDEMPOTENT = [one for one in POSTS if one.is_idempotent]
FOR_MERCHANTS = [one for one in IDEMPOTENT if not one.is_public]

# POSTs without the header, and why. Anything else without it fails below.
WITHOUT = {
    "/api/v1/session": "a log-in sets a cookie, which no stored answer may do",
    "/api/v1/session/two-factor": "shows a secret once, and does nothing until it is confirmed",
    "/api/v1/session/two-factor/confirm": "its code works once; shows recovery codes once",
    "/api/v1/session/two-factor/disable": "its code works once",
    "/api/v1/session/two-factor/recovery-codes": "its code works once; shows recovery codes once",
    "/api/v1/processor-routes/preview": "a question: makes nothing, and has another answer when the routes change",
    "/api/v1/team/accept": "logs in as well; its token works once",
    "/api/v1/team/invitation": "a question; POST keeps its token out of logs",
    "/api/v1/team/{user_id}/two-factor/reset": "off twice is off",
    "/api/v1/test/inbox/{inbox_token}": "a receiver of webhooks: what it is sent carries its own id",
    "/api/v1/processors/{account_id}/notices": "a receiver of notices: each carries its own id",
}

# Where fifty at once are worth their time.
MONEY = {"/api/v1/orders", "/api/v1/payments", "/api/v1/payments/{payment_id}/refunds"}

LOOKING_UP = [
    one
    for one in FOR_MERCHANTS
    if one.path_parameters
    # Speaks to the receiver or processor before it takes the key: a network call is never inside a transaction.
    and one.path
    not in ("/api/v1/webhooks/endpoints/{endpoint_id}/test", "/api/v1/processor-accounts/{account_id}/check")
]

_numbers = itertools.count()


def fresh_key() -> str:
    return f"key-{next(_numbers)}"


def order_body(world: World) -> dict[str, Any]:
    return {"order_id": world.merchant.order()["id"], "method": "upi", "vpa": "success@bank"}


def authorised(world: World) -> dict[str, str]:
    payment = world.merchant.upi(world.merchant.order(50_000, capture="manual"))
    return {"payment_id": world.merchant.settled(payment)["id"]}


def in_review(world: World) -> dict[str, str]:
    job_id = world.make_challenge()
    world.stack.sql(
        "UPDATE payments SET work = NULL, due_at = NULL, review_reason = 'asked too often' WHERE id = %s",
        (job_id,),
    )
    return {"job_id": job_id}


def capped(world: World) -> dict[str, str]:
    return {"job_id": world.make_capped()}


def with_an_end(world: World) -> dict[str, str]:
    """An order of a merchant whose orders expire, so that they can be extended."""
    world.merchant.api.put("/checkout/settings", json={"order_seconds": 3600}).raise_for_status()
    return {"order_id": world.merchant.order()["id"]}


# What a success needs beyond ids from the world and the document's example.
IDS: dict[str, Callable[[World], dict[str, str]]] = {
    "/api/v1/payments/{payment_id}/capture": authorised,
    "/api/v1/payments/{payment_id}/cancel": authorised,
    "/api/v1/jobs/{job_id}/retry": in_review,
    "/api/v1/jobs/{job_id}/settle": capped,
    "/api/v1/checkout/sessions/{order_id}/extend/public": with_an_end,
    "/api/v1/checkout/payments/{payment_id}/cancel/public": lambda world: {"payment_id": world.make_challenge()},
    "/api/v1/checkout/payments/{payment_id}/look/public": lambda world: {"payment_id": world.make_challenge()},
    "/api/v1/checkout/payments/{payment_id}/code/public": lambda world: {"payment_id": world.make_challenge()},
    "/api/v1/checkout/payments/{payment_id}/authenticate/public": lambda world: {
        "payment_id": world.make_challenge()
    },
    "/api/v1/test/payments/{payment_id}/authenticate": lambda world: {"payment_id": world.make_challenge()},
}
BODIES: dict[str, Callable[[World], Any]] = {
    "/api/v1/payments": order_body,
    "/api/v1/payments/public": order_body,
    "/api/v1/webhooks/endpoints": lambda world: {"url": world.receiver.url},
    "/api/v1/webhooks/recover": lambda world: {"since": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:01:00Z"},
    "/api/v1/team": lambda _: {"email": f"{fresh_key()}@example.com", "role": "support"},
}


def request_of(world: World, operation: Operation) -> tuple[dict[str, str], Any]:
    """Ids and body with which the operation succeeds."""
    if operation.path.endswith("/webhooks/test"):
        world.merchant.api.put("/webhooks/config", json={"webhook_url": world.receiver.url}).raise_for_status()
    if operation.path.endswith("/webhooks/endpoints"):
        world.make_endpoint()  # clears out old ones
    if operation.path.endswith("/processor-accounts"):
        world.make_account()  # the same
    ids = IDS.get(operation.path, lambda world: world.ids(operation))(world)
    body = BODIES[operation.path](world) if operation.path in BODIES else operation.body()
    return ids, body


def replayed(answer: httpx.Response) -> bool:
    return answer.headers.get("idempotent-replayed") == "true"


def test_every_post_takes_the_header_or_says_why_not() -> None:
    assert {one.path for one in POSTS if not one.is_idempotent} == set(WITHOUT)


@pytest.mark.parametrize("operation", IDEMPOTENT, ids=str)
def test_a_repeat_gives_the_same_bytes(world: World, operation: Operation) -> None:
    ids, body = request_of(world, operation)
    key = {"Idempotency-Key": fresh_key()}
    first, second = (world.send(operation, ids, body, **key) for _ in range(2))
    assert str(first.status_code) in operation.description["responses"], first.text
    assert first.is_success, first.text
    assert not replayed(first)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert replayed(second)
    assert second.headers["content-type"] == first.headers["content-type"]


@pytest.mark.parametrize("operation", IDEMPOTENT, ids=str)
def test_the_same_key_with_another_body_is_a_422(world: World, operation: Operation) -> None:
    ids, body = request_of(world, operation)
    key = {"Idempotency-Key": fresh_key()}
    first = world.send(operation, ids, body, **key)
    assert first.is_success, first.text
    other = {"payment_id": "nothing"} if not body else {**body, "a_field_that_nobody_knows": 1}
    answer = world.send(operation, ids, other, **key)
    expect_error(answer, "IDEMPOTENCY_KEY_REUSED")
    assert world.send(operation, ids, body, **key).content == first.content


@pytest.mark.parametrize("operation", FOR_MERCHANTS, ids=str)
def test_the_same_key_on_another_path_is_a_422(world: World, operation: Operation) -> None:
    key = {"Idempotency-Key": fresh_key()}
    # In live mode nobody takes an order of this merchant.
    first = ("/keys", {"label": "x"}) if operation.path.endswith(LIVE_ONLY) else ("/orders", {"amount": 777})
    assert world.client(operation).post(first[0], json=first[1], headers=key).status_code == 201
    if operation.path == "/api/v1/orders":
        return
    ids, body = request_of(world, operation)
    expect_error(world.send(operation, ids, body, **key), "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize("operation", IDEMPOTENT, ids=str)
def test_many_at_once_are_one(world: World, operation: Operation) -> None:
    ids, body = request_of(world, operation)
    key = {"Idempotency-Key": fresh_key()}
    answers = at_once(50 if operation.path in MONEY else 12, lambda _: world.send(operation, ids, body, **key))
    done = [answer for answer in answers if answer.is_success]
    assert done
    assert {(answer.status_code, answer.content) for answer in done} == {(done[0].status_code, done[0].content)}
    assert sum(not replayed(answer) for answer in done) == 1
    for answer in answers:
        if not answer.is_success:
            expect_error(answer, "IDEMPOTENCY_IN_PROGRESS")


@pytest.mark.parametrize("operation", LOOKING_UP, ids=str)
def test_a_404_is_kept_like_an_answer(world: World, operation: Operation) -> None:
    ids = {name: world.id(name)[:-3] + "000" for name in operation.path_parameters}
    key = {"Idempotency-Key": fresh_key()}
    first, second = (world.send(operation, ids, operation.body(), **key) for _ in range(2))
    expect_error(first, "NOT_FOUND_ERROR")
    assert second.content == first.content
    assert replayed(second)


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "a\tb"], ids=lambda key: f"{key[:3]!r}-{len(key)}")
@pytest.mark.parametrize("operation", IDEMPOTENT, ids=str)
def test_a_key_that_is_none_is_a_400(world: World, operation: Operation, key: str) -> None:
    ids, body = request_of(world, operation)
    encoded: Any = {"Idempotency-Key": key.encode("latin-1")}
    expect_error(world.send(operation, ids, body, **encoded), "BAD_REQUEST_ERROR", field="Idempotency-Key")


def test_the_longest_key_and_every_printable_character_are_taken(world: World) -> None:
    printable = "".join(map(chr, range(0x21, 0x7F)))
    for key in ("x" * 255, printable, f"{printable} {printable}", "0"):
        sent = [world.merchant.api.post("/orders", json={"amount": 500}, headers={"Idempotency-Key": key})
                for _ in range(2)]  # fmt: skip
        assert [answer.status_code for answer in sent] == [201, 201]
        assert replayed(sent[1])


def test_a_key_is_its_merchants_own(world: World, stranger: World) -> None:
    key = {"Idempotency-Key": fresh_key()}
    ours = world.merchant.api.post("/orders", json={"amount": 500}, headers=key).json()
    theirs = stranger.merchant.api.post("/orders", json={"amount": 500}, headers=key)
    assert theirs.status_code == 201
    assert not replayed(theirs)
    assert theirs.json()["id"] != ours["id"]


def test_a_shopper_cannot_use_up_the_merchants_keys(world: World) -> None:
    key, body = {"Idempotency-Key": fresh_key()}, order_body(world)
    public = f"{world.stack.base_url}/api/v1/payments/public"
    assert httpx.post(public, json=body, headers=key).status_code == 201
    answer = world.merchant.api.post("/orders", json={"amount": 500}, headers=key)
    assert answer.status_code == 201
    assert replayed(httpx.post(public, json=body, headers=key))


def test_a_secret_in_an_answer_is_not_kept_in_clear(world: World) -> None:
    key = {"Idempotency-Key": fresh_key()}
    first, second = (world.merchant.api.post("/keys", json={"label": "x"}, headers=key) for _ in range(2))
    assert second.json() == first.json()
    kept = world.stack.sql("SELECT response FROM idempotency_keys WHERE key = %s", (key["Idempotency-Key"],))
    assert first.json()["secret"].encode() not in kept[0][0]
    assert first.json()["key"]["id"].encode() not in kept[0][0]

"""The head of a request has a bound in size and in time, and whoever is over it holds up nobody else."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack
from tests.support.wire import Wire, WireAnswer, chunked, request_bytes

LIMIT = 65_536
CHUNKED = request_bytes("POST", "/api/v1/orders", {"Transfer-Encoding": "chunked"})
START = b"GET /health HTTP/1.1\r\nHost: a\r\n"
ENDLESS = {
    "one header": (START + b"X-Long: ", b"x" * 65_536),
    "many small headers": (START, b"x: y\r\n" * 10_000),
    "a header's name": (START, b"x" * 65_536),
    "the request line": (b"GET /health?q=", b"x" * 65_536),
    "the method": (b"", b"GET" * 20_000),
    "blank lines": (b"", b"\r\n" * 30_000),
    "a trailer": (CHUNKED + chunked()[:-2] + b"x: ", b"x" * 65_536),
    "many trailers": (CHUNKED + chunked()[:-2], b"x: y\r\n" * 10_000),
    "a chunk's extension": (CHUNKED + b"5;", b"x" * 65_536),
}  # fmt: skip


def health(stack: Stack) -> float:
    """Seconds that somebody else waits."""
    began = time.perf_counter()
    with Wire(stack.port) as wire:
        assert wire.ask(request_bytes("GET", "/health")).status == 200
    return time.perf_counter() - began


@contextmanager
def watched(stack: Stack) -> Iterator[list[float]]:
    """The waits of another client meanwhile."""
    waits, is_over = [health(stack)], threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            waits.append(health(stack))
            time.sleep(0.01)

    asking = threading.Thread(target=ask)
    asking.start()
    yield waits
    is_over.set()
    asking.join()


def flood(wire: Wire, part: bytes, megabytes: int) -> None:
    try:
        for _ in range(megabytes * 1_048_576 // len(part)):
            wire.send(part)
    except OSError:
        pass  # hung up on, rightly


@pytest.mark.parametrize(("start", "part"), ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_is_refused_at_the_bound_and_others_do_not_wait(
    stack: Stack, start: bytes, part: bytes
) -> None:
    with watched(stack) as waits, Wire(stack.port) as wire:
        wire.send(start, part[:1000])
        flood(wire, part, 30)
        answer = wire.read()
        assert answer.status in (400, 401, 431), answer
        assert wire.is_closed(10)
    assert max(waits) < 1.0, sorted(waits)[-5:]


def test_a_hundred_megabytes_of_one_header_hold_up_nobody(stack: Stack) -> None:
    with watched(stack) as waits, Wire(stack.port) as wire:
        wire.send(START + b"X-Long: ")
        flood(wire, b"x" * 1_048_576, 100)
    assert max(waits) < 1.0, sorted(waits)[-5:]


def padded(length: int) -> bytes:
    """A request whose head has this length."""
    head = START + b"X-Long: "
    return head + b"x" * (length - len(head) - 4) + b"\r\n\r\n"


def test_a_head_just_within_the_bound_is_read_and_one_over_it_is_a_431(stack: Stack) -> None:
    for cuts in ((), (100,), (LIMIT - 1,), (30_000, 60_000)):
        for length, status in ((LIMIT, 200), (LIMIT + 1, 431)):
            sent, parts = padded(length), []
            for cut in reversed(cuts):
                sent, last = sent[:cut], sent[cut:]
                parts.insert(0, last)
            with Wire(stack.port) as wire:
                for part in (sent, *parts):
                    wire.send(part)
                    time.sleep(0.02)
                assert wire.read().status == status


def test_the_refusal_is_the_envelope_and_says_which_bound(stack: Stack) -> None:
    with Wire(stack.port) as wire:
        answer = wire.ask(START + b"X-Long: " + b"x" * 70_000)
        assert (answer.status, answer.code) == (431, "HEADERS_TOO_LARGE")
        error = answer.json["error"]
        assert error["request_id"] == answer.headers["x-request-id"]
        assert error["docs_url"].endswith("#headers_too_large")
        assert "65536" in error["description"]
        assert wire.is_closed(5)


def test_a_hundred_lines_are_read_and_three_hundred_are_a_431(stack: Stack) -> None:
    for lines, status in ((100, 200), (300, 431)):
        with Wire(stack.port) as wire:
            assert wire.ask(START + b"x: y\r\n" * lines + b"\r\n").status == status


def test_a_large_body_is_no_head(stack: Stack, merchant: Merchant) -> None:
    """In chunks of one byte, too, which are mostly what stands around them."""
    headers = {"X-Api-Key": merchant.key, "X-Api-Secret": merchant.secret, "Content-Type": "application/json"}
    body = b'{"amount":500,"notes":{"a":"' + b"n" * 256 + b'"}' + b" " * 200_000 + b"}"
    head = request_bytes("POST", "/api/v1/orders", headers | {"Transfer-Encoding": "chunked"})
    for parts in ([body], [body[at : at + 1] for at in range(100_000)] + [body[100_000:]]):
        with Wire(stack.port) as wire:
            assert wire.ask(head + chunked(*parts)).status == 201
    with Wire(stack.port) as wire:
        assert wire.ask(request_bytes("POST", "/api/v1/orders", headers, body)).status == 201


def test_requests_before_a_refused_one_keep_their_answers(stack: Stack, merchant: Merchant) -> None:
    """In one packet: what was asked rightly is done, so it must be answered, and first."""
    headers = {"X-Api-Key": merchant.key, "X-Api-Secret": merchant.secret, "Content-Type": "application/json"}
    order = request_bytes("POST", "/api/v1/orders", headers, b'{"amount":777}')
    for wrong, status in (
        (b"nonsense\r\n\r\n", 400),
        (padded(200_000), 431),
        (
            request_bytes("POST", "/api/v1/orders", headers | {"Transfer-Encoding": "chunked"}) + b"no chunk\r\n",
            400,
        ),
    ):
        with Wire(stack.port) as wire:
            wire.send(order + order + wrong)
            assert [wire.read().status for _ in range(3)] == [201, 201, status]
            assert wire.is_closed(5)


@pytest.fixture(scope="module")
def patient(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An API that waits for one second."""
    from tests.conftest import TEMPLATE
    from tests.support.stack import copy_database, database_of

    postgres, redis = request.getfixturevalue("postgres"), request.getfixturevalue("redis_server")
    settings = {"GATEWAY_RECEIVE_SECONDS": "1", "GATEWAY_KEEP_ALIVE_SECONDS": "2"}
    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    stack = Stack(url, redis.url, tmp_path_factory.mktemp("patient"), settings)
    stack.start("api", "worker")
    yield stack
    stack.stop()


def dribble(wire: Wire, sent: bytes, seconds: float) -> WireAnswer | None:
    """A byte each tenth of a second; the answer, if one came within so many seconds."""
    for byte in sent[: int(seconds * 10)]:
        try:
            wire.send(bytes([byte]))
        except OSError:
            break
        time.sleep(0.1)
    return wire.read()


@pytest.mark.parametrize(
    "sent",
    [
        START + b"X-Slow: " + b"x" * 100,
        b"GET /" + b"x" * 100,
        b"\r\n" * 100,
        request_bytes("GET", "/h" + "x" * 99),
    ],
    ids=["header", "request line", "blank lines", "whole"],
)
def test_a_head_that_takes_too_long_is_a_408(patient: Stack, sent: bytes) -> None:
    with Wire(patient.port) as wire:
        began = time.monotonic()
        answer = dribble(wire, sent, 3)
        assert answer is not None and (answer.status, answer.code) == (408, "REQUEST_TIMEOUT")
        assert time.monotonic() - began < 5
        assert wire.is_closed(5)


def test_a_body_that_pauses_too_long_is_a_408_and_one_that_goes_on_is_read(patient: Stack) -> None:
    shop = patient.merchant()
    headers = {"X-Api-Key": shop.key, "X-Api-Secret": shop.secret, "Content-Type": "application/json"}
    sent = request_bytes("POST", "/api/v1/orders", headers, b'{"amount":777 }')
    with Wire(patient.port) as wire:
        assert wire.ask(sent[:-5]).code == "REQUEST_TIMEOUT"
    with Wire(patient.port) as wire:
        wire.send(sent[:-5])
        for byte in sent[-5:]:
            time.sleep(0.6)
            wire.send(bytes([byte]))
        assert wire.read().status == 201


def test_two_hundred_slow_clients_hold_up_nobody(patient: Stack) -> None:
    wires = [Wire(patient.port) for _ in range(200)]
    for wire in wires:
        wire.send(START)
    assert health(patient) < 1
    assert all(wire.read().status == 408 for wire in wires)


def test_an_answer_that_takes_longer_than_a_head_may_is_not_cut_off(patient: Stack) -> None:
    """Nor what was asked behind it on the same connection, though its bytes wait meanwhile."""
    shop = patient.merchant()
    payment = shop.upi(shop.order(), "pending@bank")
    shop.settled(payment, "requires_action")
    watch = request_bytes("GET", f"/api/v1/checkout/payments/{payment['id']}/public?wait=4&status=requires_action")
    health_check = request_bytes("GET", "/health")
    with Wire(patient.port) as wire:
        began = time.monotonic()
        wire.send(watch, health_check[:20], health_check[20:])
        assert [wire.read().status, wire.read().status] == [200, 200]
        assert time.monotonic() - began > 2, "the first answer came too soon to prove anything"


def test_a_connection_that_says_nothing_is_closed_as_an_idle_one_is(patient: Stack) -> None:
    with Wire(patient.port) as silent, Wire(patient.port) as idle:
        idle.ask(request_bytes("GET", "/health"))
        assert not silent.is_closed(1)
        assert silent.is_closed(5) and idle.is_closed(5)

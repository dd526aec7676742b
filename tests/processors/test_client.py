"""One exchange with a processor: what went wrong is sorted by whether anything can have happened there."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from gateway.processors.client import MOST_BYTES, ProcessorClient
from gateway.processors.protocol import Misconfigured, NotSent, ProcessorError, Unknown
from gateway.processors.transcript import recorded
from tests.processors.fakes.base import Fake
from tests.processors.fakes.exchange import FakeReply, FakeRequest


class Echo(Fake):
    """Counts what it has done, and answers what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.done = 0
        self.reply = FakeReply(200, {"id": "x", "client_secret": "canary"})

    def operation_of(self, request: FakeRequest) -> str:
        return "ask"

    def answer(self, request: FakeRequest) -> FakeReply:
        self.done += 1
        return self.reply


@contextlib.asynccontextmanager
async def echo(timeout: float = 5) -> AsyncIterator[tuple[Echo, ProcessorClient]]:
    fake = Echo()
    client = ProcessorClient(f"http://127.0.0.1:{await fake.start()}", timeout)
    yield fake, client
    await client.close()
    await fake.stop()


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "http://no-such-host.invalid", "https://127.0.0.1:{port}"]
)
async def test_without_a_connection_nothing_was_sent(url: str) -> None:
    client = ProcessorClient(url.format(port=free()), 5)
    with pytest.raises(NotSent):
        await client.request("POST", "/x", form={"amount": 1})
    await client.close()


async def test_a_server_without_tls_was_not_reached() -> None:
    async with echo() as (fake, client):
        secure = ProcessorClient(str(client._http.base_url).replace("http:", "https:"), 5)
        with pytest.raises(NotSent):
            await secure.request("POST", "/x", form={"amount": 1})
        assert fake.done == 0
        await secure.close()


@pytest.mark.parametrize(
    ("fault", "raised", "done"),
    [
        ("lose_request", Unknown, 0), ("lose_answer", Unknown, 1), ("error_after", Unknown, 1),
        ("error_before", Unknown, 0), ("html", Unknown, 0), ("conflict", Unknown, 0), ("too_many", NotSent, 0),
        ("refused_key", Misconfigured, 0), ("silent", Unknown, 0), ("slow", Unknown, 1), ("cut", Unknown, 1),
        ("empty", Unknown, 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_may_have_happened_is_unknown_and_sent_once(
    fault: str, raised: type[ProcessorError], done: int, method: str
) -> None:
    async with echo(timeout=0.3) as (fake, client):
        await client.request(method, "/x")  # the connection is kept from here on
        fake.fail(fault, seconds=2)  # type: ignore[arg-type]
        with pytest.raises(raised) as problem:
            await client.request(method, "/x")
        assert type(problem.value) is raised
        assert (fake.done, len(fake.requests)) == (1 + done, 2), "no second try of its own"


async def test_a_kept_connection_that_the_other_side_has_ended_is_no_proof_that_nothing_was_sent() -> None:
    """Cut after the request has been read: whoever says "not sent" here charges twice."""
    seen = []

    async def answer_once_then_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number in range(2):
            with contextlib.suppress(asyncio.IncompleteReadError):
                seen.append(await reader.readuntil(b"\r\n\r\n"))
            if number == 0:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer_once_then_hang_up, "127.0.0.1", 0)
    client = ProcessorClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", 5)
    await client.request("GET", "/x")
    with pytest.raises(Unknown):
        await client.request("GET", "/x")
    assert len(seen) == 2
    await client.close()
    server.close()


@pytest.mark.parametrize(
    ("reply", "raised"),
    [
        (FakeReply(302, {}, {"location": "http://127.0.0.1:1/"}), Unknown),
        (FakeReply(200, "x" * (MOST_BYTES + 1)), Unknown),
        (FakeReply(503, {"error": {"code": "down"}}), Unknown),
        (FakeReply(403, {"error": {"code": "no"}}), Misconfigured),
    ],
    ids=["redirect", "too long", "503", "403"],
)
async def test_answers_that_are_none(reply: FakeReply, raised: type[ProcessorError]) -> None:
    async with echo() as (fake, client):
        fake.reply = reply
        with pytest.raises(raised):
            await client.request("POST", "/x")


@pytest.mark.parametrize("status", [200, 201, 400, 402, 404, 422])
async def test_an_answer_or_a_refusal_is_the_connectors_to_read(status: int) -> None:
    async with echo() as (fake, client):
        fake.reply = FakeReply(status, {"amount": 10.34, "whole": 10})
        reply = await client.request("POST", "/x", body={"b": 1, "a": 2})
        assert (reply.status, reply.is_success) == (status, status < 400)
        assert reply.body == {"amount": "10.34", "whole": 10}, "no amount is a float"
        assert fake.requests[-1]["body"] == '{"a":2,"b":1}', "the same bytes for the same value"


async def test_the_transcript_keeps_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free()}")
    async with echo() as (_, client):
        with recorded() as calls:
            form = {"amount": 5, "card[number]": "4242424242424242", "metadata[payment_id]": "pay_1"}
            await client.request("POST", "/x", auth=("sk_canary", ""), form=form, headers={"K": "canary"})
        (call,) = calls
        assert call.request == {"amount": 5, "card[number]": "…", "metadata[payment_id]": "pay_1"}
        assert (call.status, call.response["client_secret"], call.error) == (200, "…", None)
        assert "canary" not in repr(call) and "4242" not in repr(call)

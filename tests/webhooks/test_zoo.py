"""Each misbehaving receiver ends in its row of the table: in time, in bounds, with the right reason."""

import asyncio
import inspect
import resource
import ssl
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import uvloop

from dev.ports import free_port
from gateway.settings import Settings
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.client import Outcome, WebhookClient
from gateway.webhooks.sender.connection import KEPT_BODY_BYTES
from tests.webhooks import zoo
from tests.webhooks.network.world import make_certificates
from tests.webhooks.zoo import Serve, answering, serving, with_status

DEADLINE = 1.0


def on_both_loops(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Lambda has asyncio's own event loop, local processes have uvloop."""

    def run_in(run: Callable[[Coroutine[Any, Any, None]], None], **arguments: Any) -> None:
        run(test(**arguments))

    given = inspect.signature(test).parameters.values()
    run = inspect.Parameter("run", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    run_in.__signature__ = inspect.Signature([run, *given])  # type: ignore[attr-defined]
    run_in.__name__, run_in.__doc__ = test.__name__, test.__doc__
    marked: Callable[..., None] = pytest.mark.parametrize(
        "run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"]
    )(run_in)
    return marked


def new_client(**settings: object) -> WebhookClient:
    chosen = Settings.model_validate({"TEST_MODE": True, "webhook_timeout_seconds": DEADLINE, **settings})
    return WebhookClient(chosen, AddressGuard(chosen))


async def post(port: int, client: WebhookClient | None = None, url: str = "http://127.0.0.1:{}/hook") -> Outcome:
    client = client or new_client()
    outcome = await client.post(url.format(port), "test", {"webhook-id": "evt_x"}, b'{"a":1}')
    await client.close()
    return outcome


ROWS: list[tuple[str, Serve, int | None, str | None, bool]] = [
    # name, receiver, code, error class, ends only with the deadline
    ("200", answering(zoo.OK), 200, None, False),
    ("204", answering(b"HTTP/1.1 204 No Content\r\n\r\n"), 204, None, False),
    ("chunked", answering(zoo.CHUNKED, b"2\r\nok\r\n", b"0\r\n\r\n", pause=0.01), 200, None, False),
    ("until close", answering(b"HTTP/1.1 200 OK\r\n\r\n", b"bye", close=True), 200, None, False),
    ("HTTP/1.0", answering(b"HTTP/1.0 200 OK\r\n\r\nold", close=True), 200, None, False),
    ("100 first", answering(b"HTTP/1.1 100 Continue\r\n\r\n", zoo.OK, pause=0.01), 200, None, False),
    ("103 first", answering(b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + zoo.OK), 200, None, False),
    ("500", with_status(500), 500, "status", False),
    ("410", with_status(410), 410, "status", False),
    ("301", with_status(301, "Location: http://169.254.169.254/"), 301, "status", False),
    ("429", with_status(429, "Retry-After: 7"), 429, "status", False),
    ("hangs", zoo.hang, None, "timeout", True),
    ("does not read", zoo.deaf, None, "timeout", True),
    ("drips headers", zoo.dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), None, "timeout", True),
    ("drips body", zoo.dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"), None, "timeout", True),
    ("drips chunks", zoo.dripping(zoo.CHUNKED, b"1\r\nx\r\n"), None, "timeout", True),
    ("100 for ever", zoo.dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), None, "timeout", True),
    ("100 flood", zoo.flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), None, "protocol", False),
    ("endless body", zoo.flooding(zoo.CHUNKED, zoo.CHUNK), 200, None, False),
    ("endless error", zoo.flooding(zoo.CHUNKED.replace(b"200 OK", b"500 No"), zoo.CHUNK), 500, "status", False),
    ("1 GB announced", zoo.flooding(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", b"x" * 65536), 200,
     None, False),
    ("gzip bomb", answering(zoo.gzip_bomb()), 200, None, False),
    ("100 kB headers", answering(zoo.BIG_HEADERS), None, "protocol", False),
    ("header flood", zoo.flooding(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 1000), None, "protocol", False),
    ("not HTTP", answering(b"SSH-2.0-OpenSSH_9.2\r\n"), None, "protocol", False),
    ("bad length", answering(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), None, "protocol", False),
    ("both lengths", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok"),
     None, "protocol", False),
    ("switches", answering(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), None,
     "protocol", False),
    ("resets", zoo.reset, None, "reset", False),
    ("hangs up", zoo.hang_up, None, "reset", False),
    ("half a body", answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", close=True), None,
     "reset", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("serve", "code", "error_class", "whole"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
@on_both_loops
async def test_the_outcome_is_the_row(
    serve: Serve, code: int | None, error_class: str | None, whole: bool
) -> None:
    async with serving(serve) as port:
        started = time.monotonic()
        outcome = await post(port)
        seconds = time.monotonic() - started
    assert (outcome.code, outcome.error_class) == (code, error_class), outcome
    assert seconds < DEADLINE + 1
    assert (seconds >= DEADLINE - 0.05) == whole
    assert len((outcome.body or "").encode()) <= KEPT_BODY_BYTES
    assert (outcome.error is None) == (error_class is None)


@on_both_loops
async def test_a_closed_port_refuses() -> None:
    assert (await post(free_port())).error_class == "connect"


@on_both_loops
async def test_a_name_without_address_is_a_dns_failure() -> None:
    outcome = await post(443, url="https://nobody.invalid:{}/")
    assert outcome.error_class in ("dns", "timeout")  # the time-out where the machine's name server is unreachable


@on_both_loops
async def test_retry_after_is_read_in_both_forms() -> None:
    async with serving(with_status(503, "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT")) as port:
        assert ((await post(port)).retry_after or 0) > 86_400 * 365
    async with serving(with_status(429, "Retry-After: 7")) as port:
        assert (await post(port)).retry_after == 7
    for nonsense in ("soon", "-5", "1e9", ""):
        async with serving(with_status(429, f"Retry-After: {nonsense}")) as port:
            assert (await post(port)).retry_after is None


@on_both_loops
async def test_what_is_kept_of_an_answer_can_be_stored_and_shown() -> None:
    body = b"\x00\xff card 4242 4242 4242 4242 whsec_abcDEF " + "é".encode() * 4000
    head = b"HTTP/1.1 500 No\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with serving(answering(head + body)) as port:
        kept = (await post(port)).body or ""
    assert "\x00" not in kept and "4242" not in kept and "abcDEF" not in kept
    assert len(kept.encode()) <= KEPT_BODY_BYTES


@on_both_loops
async def test_connections_are_kept_and_a_closed_one_is_replaced_unseen() -> None:
    connections = 0

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):
            await zoo.read_request(reader)
            writer.write(zoo.OK)

    client = new_client()
    async with serving(twice) as port:
        url = f"http://127.0.0.1:{port}/"
        outcomes = []
        for _ in range(6):
            outcomes.append(await client.post(url, "test", {}, b"{}"))
            await asyncio.sleep(0.02)  # lets the end of the connection arrive
    await client.close()
    assert [one.code for one in outcomes] == [200] * 6
    assert connections == 3


@on_both_loops
async def test_idle_connections_are_closed_after_a_few_seconds() -> None:
    ended = asyncio.Event()

    async def wait_for_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await zoo.read_request(reader)
        writer.write(zoo.OK)
        await reader.read()
        ended.set()

    client = new_client()
    async with serving(wait_for_the_end) as port:
        await client.post(f"http://127.0.0.1:{port}/", "test", {}, b"{}")
        async with asyncio.timeout(10):
            await ended.wait()
    await client.close()


@on_both_loops
async def test_a_connection_with_an_unasked_answer_is_not_used_again() -> None:
    seen: list[bytes] = []

    async def twofold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await zoo.read_request(reader))
        writer.write(zoo.OK + b"HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        seen.append(await zoo.read_request(reader))
        writer.write(zoo.OK)

    client = new_client()
    async with serving(twofold) as port:
        url = f"http://127.0.0.1:{port}/"
        codes = [(await client.post(url, "test", {}, b"{}")).code for _ in range(3)]
    await client.close()
    assert 500 not in codes


def tls_server(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    pem, key = make_certificates(folder, *names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context, pem


@on_both_loops
async def test_https_with_a_known_authority(tmp_path: Path) -> None:
    context, pem = tls_server(tmp_path, "localhost")
    async with serving(answering(zoo.OK), context) as port:
        outcome = await post(port, new_client(webhook_ca_file=str(pem)), "https://localhost:{}/")
    assert (outcome.code, outcome.error_class) == (200, None)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
@pytest.mark.parametrize(
    "case", ["unknown authority", "other name", "plain HTTP", "old TLS", "hangs in the handshake"]
)
@on_both_loops
async def test_tls_failures_are_tls_failures(tmp_path: Path, case: str) -> None:
    context, pem = tls_server(tmp_path, "other.example" if case == "other name" else "localhost")
    if case == "old TLS":
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
    client = new_client() if case == "unknown authority" else new_client(webhook_ca_file=str(pem))
    plain = {"plain HTTP": answering(zoo.OK), "hangs in the handshake": zoo.deaf}
    async with serving(plain.get(case, answering(zoo.OK)), None if case in plain else context) as port:
        if case == "plain HTTP":

            async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                writer.write(b"HTTP/1.1 400 Bad\r\n\r\n")

            async with serving(speak) as talking:
                outcome = await post(talking, client, "https://localhost:{}/")
        else:
            outcome = await post(port, client, "https://localhost:{}/")
    assert outcome.error_class == ("timeout" if case == "hangs in the handshake" else "tls"), outcome


@on_both_loops
async def test_the_zoo_costs_little_memory() -> None:
    """Forty of each at once; what a gzip bomb or an endless body could eat would show."""

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    client = new_client()
    with zoo.in_a_process("bomb", "endless", "huge", "headers", "header-flood", "drip") as ports:
        urls = [f"http://127.0.0.1:{port}/" for port in ports.values()]
        before = resident()
        for _ in range(3):
            await asyncio.gather(*(client.post(url, "test", {}, b"{}") for url in urls * 40))
        grown = resident() - before
    await client.close()
    print(f"{grown / 1e6:.0f} MB")
    assert grown < 50_000_000, f"{grown / 1e6:.0f} MB"

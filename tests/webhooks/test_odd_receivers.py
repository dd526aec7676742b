"""What nobody has thought of is an attempt as well: written down once, with its class, and tried again."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import Settings
from gateway.webhooks.sender.addresses import AddressGuard
from gateway.webhooks.sender.client import WebhookClient, read_retry_after, request_url
from gateway.webhooks.sender.target import TargetRefused, parse_target, plain_url
from tests.webhooks import zoo
from tests.webhooks.engine import running_engine
from tests.webhooks.zoo import serving

NOW = datetime(2026, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "called"),
    [
        ("https://ｓｈｏｐ.example/hook?a=1", "https://shop.example/hook?a=1"),
        ("https://shop\u00ad.example/", "https://shop.example/"),
        ("https://ﬁnance.example:8443/x", "https://finance.example:8443/x"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://SHOP。example/", "https://shop.example/"),
        ("https://㋿.example/", "https://xn--nnqt1l.example/"),
    ],
    ids=["full width", "soft hyphen", "ligature", "umlaut", "ideographic dot", "era"],
)
def test_a_host_is_read_once_and_called_as_it_was_read(url: str, called: str) -> None:
    target = parse_target(url)
    assert plain_url(url, target) == called
    assert str(request_url(url, target)) == plain_url(url, target)
    assert request_url(url, target).raw_host.decode() == target.host


def test_an_ascii_url_stays_to_the_letter() -> None:
    for url in ("https://Shop.Example/A?b=%7e", "http://127.0.0.1:4242/ü", "https://[2001:db8::1]:8443/x"):
        try:
            target = parse_target(url)
        except TargetRefused:
            continue
        assert plain_url(url, target) == url


@given(st.text(min_size=1, max_size=24), st.text(max_size=12))
def test_what_is_accepted_at_saving_can_be_requested(host: str, path: str) -> None:
    url = f"https://{host}.example/{path}"
    try:
        target = parse_target(url)
        request = request_url(url, target)
    except TargetRefused:
        return  # refused with a reason, and so never saved
    assert request.raw_host.decode().strip("[]") == target.host
    assert request.netloc.isascii()


@pytest.mark.parametrize(
    "value",
    [
        "1 Jan 99999999999999999999 00:00:00",
        "Mon, 01 Jan 0000 00:00:00 GMT",
        "Thu, 32 Jan 2026 00:00:00 GMT",
        "1 Jan 2026 99:99:99 +9999",
        "²",
        "-1",
        "1e400",
        "\x00",
        "9" * 400,
    ],
)
def test_a_nonsensical_retry_after_raises_nothing(value: str) -> None:
    seconds = read_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= 1e9


async def test_an_impossible_retry_after_is_one_recorded_attempt_and_a_later_one(database_url: str) -> None:
    head = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 1 Jan 99999999999999999999 00:00:00\r\n\r\n"
    async with serving(zoo.answering(head)) as port, running_engine(database_url) as engine:
        endpoint = await engine.endpoint(f"http://127.0.0.1:{port}/")
        await engine.events()
        await engine.drain()
        [(status, attempts, due_soon)] = await engine.deliveries(
            "status, attempts, due_at < now() + interval '1 minute'", endpoint
        )
        assert (status, attempts, due_soon) == ("pending", 1, True)
        rows = await engine.sql(
            "SELECT a.response_code, a.error_class FROM delivery_attempts a "
            "JOIN deliveries d ON d.id = a.delivery_id WHERE d.endpoint_id = %s",
            endpoint,
        )
        assert rows == [(503, "status")]


class _Broken(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError("nobody has thought of this")


async def test_whatever_an_attempt_raises_is_an_attempt_of_class_protocol(database_url: str) -> None:
    async with running_engine(database_url) as engine:
        endpoint = await engine.endpoint("http://127.0.0.1:9999/")
        engine.client._transport = _Broken()
        await engine.events()
        await engine.drain()
        rows = await engine.sql(
            "SELECT d.status, d.attempts, a.error_class, a.error FROM delivery_attempts a "
            "JOIN deliveries d ON d.id = a.delivery_id WHERE d.endpoint_id = %s",
            endpoint,
        )
        assert rows == [("pending", 1, "protocol", "ZeroDivisionError: nobody has thought of this")]


async def test_a_saved_full_width_host_is_no_exception(database_url: str) -> None:
    settings = Settings.model_validate({"DATABASE_URL": database_url, "TEST_MODE": True})
    client = WebhookClient(settings, AddressGuard(settings))
    outcome = await client.post("https://ｓｈｏｐ.invalid/", "test", {}, b"{}")
    assert outcome.error_class in ("dns", "refused_address")
    await client.close()


async def test_a_kept_connection_that_dies_is_an_attempt_of_its_own(database_url: str) -> None:
    """The receiver acts on the second webhook and dies before it answers: it gets it again, as the log says."""
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for turn in (1, 2):
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            seen.append(await reader.readexactly(length))
            if turn == 2 and len(seen) == 2:
                return  # the effect has happened, no answer leaves
            writer.write(zoo.OK)
            await writer.drain()

    async with serving(serve) as port, running_engine(database_url) as engine:
        endpoint = await engine.endpoint(f"http://127.0.0.1:{port}/")
        await engine.events()
        await engine.drain()
        await engine.events()
        await engine.drain()
        assert len(seen) == 3 and seen[1] == seen[2] != seen[0]
        rows = await engine.sql(
            "SELECT d.attempts, a.response_code, a.error_class FROM delivery_attempts a "
            "JOIN deliveries d ON d.id = a.delivery_id WHERE d.endpoint_id = %s ORDER BY a.id",
            endpoint,
        )
        assert rows == [(1, 200, None), (2, None, "reset"), (2, 200, None)], "as many attempts as requests"
        assert (await engine.health(endpoint))[0] == 0, "a receiver that restarts is no failing one"


async def test_a_restarted_receiver_costs_one_attempt_however_many_connections_were_kept(
    database_url: str,
) -> None:
    """All kept connections of a target are given up with the first that has ended without an answer."""
    settings = Settings.model_validate({"DATABASE_URL": database_url, "TEST_MODE": True})
    client = WebhookClient(settings, AddressGuard(settings))
    answers = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal answers
        while True:
            await reader.readuntil(b"\r\n\r\n{}")
            answers += 1
            if 3 < answers <= 5:
                return
            await asyncio.sleep(0.05)
            writer.write(zoo.OK)

    async with serving(serve) as port:
        url = f"http://127.0.0.1:{port}/"
        await asyncio.gather(*(client.post(url, "test", {}, b"{}") for _ in range(3)))
        stale = await client.post(url, "test", {}, b"{}")
        assert stale.is_stale and stale.error_class == "reset"
        answers = 10
        assert (await client.post(url, "test", {}, b"{}")).code == 200
        await client.close()

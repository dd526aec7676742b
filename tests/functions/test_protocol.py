"""What is hardly HTTP: raw bytes on the socket, and what every answer carries."""

import json
import re
import select
import socket

import httpx
import pytest

from tests.support.client import Merchant
from tests.support.stack import Stack

Answer = tuple[int, dict[str, str], bytes]


def exchange(stack: Stack, sent: bytes) -> Answer:
    """Send raw bytes on a connection of their own; status, headers and body of the answer."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as connection:
        return ask(connection, sent)


def ask(connection: socket.socket, sent: bytes) -> Answer:
    """The same on this connection; the whole answer is read."""
    connection.sendall(sent)
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65_536)
        assert part, received
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return int(lines[0].split(" ")[1]), headers, body


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"GET /h\xc3\xa9alth HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nX-Api-Key: a\0b\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"POST /api/v1/orders HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n",
        b"POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    ],
    ids=lambda sent: repr(sent[:40]),
)
def test_what_is_no_http_gets_the_envelope(stack: Stack, sent: bytes) -> None:
    status, headers, body = exchange(stack, sent)
    assert status == 400
    assert headers["content-type"] == "application/json"
    error = json.loads(body)["error"]
    assert error["code"] == "BAD_REQUEST_ERROR"
    assert error["request_id"] == headers["x-request-id"]


def test_a_connection_serves_several_requests_also_in_one_packet(stack: Stack) -> None:
    asked = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as connection:
        connection.sendall(asked * 3)
        received = b""
        while received.count(b'"timestamp"') < 3:
            received += connection.recv(65_536)
    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_a_websocket_is_not_spoken(stack: Stack) -> None:
    status, _, _ = exchange(
        stack,
        b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    )
    assert status == 200  # answered as the ordinary request that it is as well


def test_every_answer_names_its_request_and_keeps_browsers_from_guessing(stack: Stack, merchant: Merchant) -> None:
    for path in ("/health", "/docs", "/nothing", "/api/v1/orders"):
        answer = httpx.get(stack.base_url + path)
        assert re.fullmatch("req_[A-Za-z0-9]{16}", answer.headers["x-request-id"])
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert merchant.api.get("/orders").headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("my-request_1:2.3", True), ("x" * 64, True), ("short", False), ("x" * 65, False), ("a b c d e f g", False),
     ("<script>alert(1)</script>", False), ("", False)],
)  # fmt: skip
def test_a_plain_request_id_of_the_caller_is_kept(stack: Stack, given: str, is_kept: bool) -> None:
    answer = httpx.get(f"{stack.base_url}/nothing", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) == is_kept
    assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]


def test_an_idle_connection_outlives_its_clients_patience(stack: Stack) -> None:
    """httpx and Node keep one for 5 s: were we to close it then, a request could be under way to it."""
    asked = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as connection:
        for idle_seconds in (6, 0):
            status, _, _ = ask(connection, asked)
            assert status == 200
            closed, _, _ = select.select([connection], [], [], idle_seconds)
            assert not closed

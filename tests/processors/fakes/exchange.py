"""Requests and answers of a fake, and how they are read off a connection."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import h11


@dataclass(frozen=True, slots=True)
class FakeRequest:
    """A request as it arrived. `fields`: the JSON object or the form, nested names as they were written."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    fields: dict[str, Any]


@dataclass(slots=True)
class FakeReply:
    """What a fake answers. `body` is JSON."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FakePage:
    """What a browser gets of a fake."""

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


def as_json(reply: FakeReply) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers."""
    return reply.status, json.dumps(reply.body).encode(), {"content-type": "application/json", **reply.headers}


async def next_request(http: h11.Connection, reader: asyncio.StreamReader) -> FakeRequest | None:
    """The next whole request of a connection; None at its end."""
    head: h11.Request | None = None
    body = b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            assert head is not None
            return _read_request(head, body)
        else:
            return None


def _read_request(head: h11.Request, body: bytes) -> FakeRequest:
    headers = {name.decode(): value.decode() for name, value in head.headers}
    target = urlsplit(head.target.decode())
    return FakeRequest(
        method=head.method.decode(),
        path=target.path,
        query=dict(parse_qsl(target.query, keep_blank_values=True)),
        headers=headers,
        body=body,
        fields=_read_fields(headers, body),
    )


def _read_fields(headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if "json" in headers.get("content-type", ""):
        value = json.loads(body)
        return value if isinstance(value, dict) else {"": value}
    return dict(parse_qsl(body.decode(), keep_blank_values=True))

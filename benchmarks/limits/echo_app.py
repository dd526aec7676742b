"""A bare ASGI application: parses a JSON body and answers it with an id, nothing else.

What is left of a request when validation, authentication and the database are taken away.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer 201 with the body's fields and an id; any path, any method."""
    if scope["type"] != "http":
        return
    body = await read_json(receive)
    await send_json(send, 201, {"id": "order_0000000000000000", **body})


async def read_json(receive: Receive) -> dict[str, Any]:
    """The request's whole body; an empty one is an empty object."""
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    parsed: dict[str, Any] = json.loads(body or b"{}")
    return parsed


async def send_json(send: Send, status: int, content: object) -> None:
    """One whole answer."""
    answer = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer})

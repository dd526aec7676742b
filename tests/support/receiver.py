"""A merchant's webhook receiver on a free port, answering as a test tells it."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.support.stack import eventually


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The body, parsed."""
        parsed: dict[str, Any] = json.loads(self.body)
        return parsed


class Receiver:
    """Collects what is posted to `url`. `answer` gives the status code for each request, 200 by default."""

    def __init__(self, answer: Callable[[Received], int] = lambda _: 200) -> None:
        self.received: list[Received] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received = Received(self.path, {name.lower(): v for name, v in self.headers.items()}, body)
                receiver.received.append(received)
                self.send_response(answer(received))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_port}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of(self, event: str, object_id: str) -> list[Received]:
        """What was received of this event about this order, payment or refund."""
        return [
            one
            for one in self.received
            if one.event["event"] == event
            and any(part.get("id") == object_id for part in one.event["data"].values())
        ]

    def wait_for(self, event: str, object_id: str, seconds: float = 20) -> Received:
        """The first webhook of this event about this object."""
        return eventually(lambda: self.of(event, object_id), seconds, f"webhook {event} for {object_id}")[0]

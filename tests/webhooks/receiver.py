"""A merchant's webhook receiver on a real socket, programmable per path.

`receiver.answer("/hook", 503, 503, 200)` answers in this order, then repeats the last one.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.stack import eventually


@dataclass(frozen=True)
class Received:
    """One request as it came: exact body, headers with lower-case names, monotonic seconds."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> dict[str, Any]:
        import json

        body: dict[str, Any] = json.loads(self.body)
        return body


@dataclass
class Receiver:
    """What arrived, and what is answered. `around` is called when one has come (True) and before its answer."""

    port: int = 0
    around: Callable[[Received, bool], None] | None = None
    requests: list[Received] = field(default_factory=list)
    _answers: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def answer(self, path: str, *codes: int, headers: dict[str, str] | None = None) -> None:
        """The codes for this path, one a request; the last one stays."""
        with self._lock:
            self._answers[path] = [(code, headers or {}) for code in codes]

    def take(self, received: Received) -> tuple[int, dict[str, str]]:
        with self._lock:
            self.requests.append(received)
            answers = self._answers[received.path]
            if not answers:
                return 200, {}
            return answers.pop(0) if len(answers) > 1 else answers[0]

    def at(self, path: str) -> list[Received]:
        """What arrived at this path."""
        with self._lock:
            return [one for one in self.requests if one.path == path]

    def wait(self, path: str, count: int, seconds: float = 20) -> list[Received]:
        """The requests at this path, once there are that many."""

        def enough() -> list[Received] | None:
            found = self.at(path)
            return found if len(found) >= count else None

        return eventually(enough, seconds, f"{count} requests at {path}")


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(self.path, headers, body, time.monotonic())
            code, extra = receiver.take(received)
            if receiver.around is not None:
                receiver.around(received, True)
                receiver.around(received, False)
            content = b"ok" if code == 200 else b"no"
            self.send_response(code)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, *_: Any) -> None:
            """A sender that goes away is no error here."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield receiver
    server.shutdown()
    server.server_close()

"""A merchant's server that runs inside the containers' network: keeps what is posted, gives it out again.

`POST /any-path` is kept; `GET /received/any-path` answers a list of `{"headers", "body"}`.
Only the standard library: it is handed to a bare Python as a string.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEPT: dict[str, list[dict[str, object]]] = {}
LOCK = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        with LOCK:
            KEPT.setdefault(self.path, []).append({"headers": headers, "body": body})
        self._send(b"{}")

    def do_GET(self) -> None:
        with LOCK:
            found = KEPT.get(self.path.removeprefix("/received"), [])
        self._send(json.dumps(found).encode())

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()

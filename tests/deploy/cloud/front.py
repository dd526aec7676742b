"""Stands in for API Gateway: HTTP in, events to the function, its answer out."""

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any

from tests.deploy.cloud.events import http_event_v2
from tests.deploy.cloud.function import Function, FunctionError


class Front:
    """Listens on `base_url` and spreads requests over the instances of the API."""

    def __init__(self, instances: list[Function]) -> None:
        turns = cycle(instances)
        turn = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                path, _, query = self.path.partition("?")
                with turn:
                    function = next(turns)
                try:
                    result = function.invoke(http_event_v2(self.command, path, query, dict(self.headers), body))
                except FunctionError as error:
                    self._send(502, {"content-type": "text/plain"}, str(error).encode())
                    return
                text = result.get("body") or ""
                content = base64.b64decode(text) if result.get("isBase64Encoded") else text.encode()
                cookies = result.get("cookies") or []
                self._send(result["statusCode"], result.get("headers") or {}, content, cookies)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = do_TRACE = do_QUERY = answer

            def _send(self, status: int, headers: dict[str, str], body: bytes, cookies: Any = ()) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() != "content-length":
                        self.send_header(name, value)
                for cookie in cookies:
                    self.send_header("Set-Cookie", cookie)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Serve until `stop`."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

"""HTTP/1.1 on the socket, where uvicorn's own reading of it leaves something open.

* **An offer of another protocol is ignored** (RFC 9110, section 7.8). The parser underneath stops at one and
  skips the body; the head as it has read it, without the offer, is then given to a fresh parser, which reads on.
  So there is one opinion of where a request begins and ends, never two.
* **A head has a bound** in bytes, lines and time; so has what stands between the parts of a body.
* **What is refused here gets the envelope as well**, after the answers of the requests before it.
"""

import asyncio
import re
from typing import Final
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.http.cycle import Cycle
from api.http.errors import error_on_the_wire
from gateway.errors import BadRequest, GatewayError, HeadersTooLarge, RequestTimeout

HEAD_BYTES: Final = 65_536
"""Request line and headers. A head that begins amid another request's packet may be larger by as much."""
HEAD_LINES: Final = 256
_LINGER_SECONDS: Final = 1.0
"""After a refusal: what still comes is read, or the connection's reset would overtake the answer."""
_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]{0,5})?")


_NO_HTTP: Final = BadRequest("The request is not valid HTTP")
_NO_HOST: Final = BadRequest("The request needs one Host header with a host's name", field="Host")
_TOO_LARGE: Final = HeadersTooLarge(
    f"Request line and headers are larger than {HEAD_BYTES} bytes or {HEAD_LINES} lines"
)
_TOO_SLOW: Final = RequestTimeout("The request did not arrive in time")


class _Refused(Exception):
    """Stops the parser, which tells nothing of it but that a callback failed."""


class GatewayProtocol(HttpToolsProtocol):
    """One connection. `docs_url` and `receive_seconds` are set by `protocol_with`."""

    docs_url = ""
    receive_seconds = 20.0

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._refusal: GatewayError | None = None
        self._cause: GatewayError = _NO_HTTP
        self._begun = False  # a request has begun and not ended
        self._in_body = False  # … and its head is complete
        self._ended = False  # a request ended in the bytes that are just being read
        self._offers = False  # the head that was just read offers another protocol
        self._host = b""  # the last one that was found to be a name: a connection has one as a rule
        self._head_bytes = 0
        self._spare = 0  # bytes that the rest of the request may have besides its body
        self._unanswered = 0
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Nothing needs to come at once, but something before the patience with idle connections ends.
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        self._stop_watching()

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None:
            return
        self._unset_keepalive_if_required()
        try:
            while data and self._refusal is None:
                data = self._feed(data)
        except httptools.HttpParserError:
            self._refuse(self._cause)
        if self._refusal is None:
            self._watch()

    def _feed(self, data: bytes) -> bytes:
        """Read the first part of `data`; returns the rest. Raises `HttpParserError`."""
        part = data if self._in_body else data[: HEAD_BYTES - self._head_bytes]
        was_in_body, self._ended = self._in_body, False
        read = len(part)
        try:
            self.parser.feed_data(part)
        except httptools.HttpParserUpgrade as stop:
            read = stop.args[0]
            self._read_without_offer()
        if self._in_body:
            self._head_bytes = 0
            self._spare -= read if was_in_body else 0
            if self._spare < 0:
                self._refuse(_TOO_LARGE)
        else:
            self._head_bytes = 0 if self._ended else self._head_bytes + read
            if self._head_bytes >= HEAD_BYTES:
                self._refuse(_TOO_LARGE)
        return data[read:]

    def _read_without_offer(self) -> None:
        """Go on with a parser that has read the same head, but for its offer."""
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._offers = False
        self.parser.feed_data(b"\r\n".join([*lines, b"", b""]))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun, self._in_body = True, False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_body:
            return  # a trailer: no check has seen it, and nothing of ours is told there
        headers = self.headers
        if len(headers) >= HEAD_LINES:
            raise self._stopped(_TOO_LARGE)
        # uvicorn's own lines: to call them takes as long as they do, for each header of each request.
        name, value = name.lower(), value.rstrip(b" \t")
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                raise self._stopped(_NO_HTTP)
            self._offers = True
            return
        version = self.parser.get_http_version()
        if version not in ("1.1", "1.0"):
            raise self._stopped(_NO_HTTP)
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or not (self._is_host(hosts[0]) if hosts else version == "1.0"):
            raise self._stopped(_NO_HOST)
        self._in_body, self._spare = True, HEAD_BYTES
        self._unanswered += 1
        self._begin_cycle(version)

    def _begin_cycle(self, version: str) -> None:
        """uvicorn's own lines, but for the class of the cycle, which it lets nobody choose."""
        url = httptools.parse_url(self.url)
        path: str = url.path.decode("ascii")
        self.scope["method"] = self.parser.get_method().decode("ascii")
        if version != "1.1":
            self.scope["http_version"] = version
        self.scope["path"] = unquote(path) if "%" in path else path
        self.scope["raw_path"] = url.path
        self.scope["query_string"] = url.query or b""
        before = self.cycle
        self.cycle = Cycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _is_host(self, value: bytes) -> bool:
        if value != self._host or not value:
            if _HOST.fullmatch(value) is None:
                return False
            self._host = value
        return True

    def _stopped(self, cause: GatewayError) -> _Refused:
        self._cause = cause
        return _Refused(cause.description)

    def on_body(self, body: bytes) -> None:
        self._spare += 9 * len(body)  # chunks of one byte each have five around it
        super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._offers:
            self._begun, self._in_body, self._ended = False, False, True
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self._unanswered -= 1
        super().on_response_complete()
        if self._refusal is not None and self._unanswered == 0:
            self._send_refusal()

    # Time: of a head the whole, of a body each pause, while we read at all.

    def _watch(self) -> None:
        if not (self._begun or self._head_bytes):
            self._stop_watching()
        elif self._timer is None or self._in_body or self._ended:
            self._due = self.loop.time() + self.receive_seconds
            if self._timer is None:
                self._timer = self.loop.call_at(self._due, self._look_at_the_clock)

    def _stop_watching(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_at_the_clock(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self.flow.read_paused:
            self._due = self.loop.time() + self.receive_seconds
        if self._due > self.loop.time():
            self._timer = self.loop.call_at(self._due, self._look_at_the_clock)
        else:
            self._refuse(_TOO_SLOW)

    def _refuse(self, refusal: GatewayError) -> None:
        """Close the connection with an answer, once the requests before this one have theirs."""
        self._refusal = refusal
        self._stop_watching()
        self._unset_keepalive_if_required()
        if self._in_body:
            self._give_up(self.cycle)
        if self._unanswered == 0:
            self._send_refusal()

    def _give_up(self, cycle: RequestResponseCycle) -> None:
        """The rest of this request's body will not come."""
        if cycle.response_started:
            self.transport.close()  # one request has one answer
            return
        self._unanswered -= 1
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        else:
            cycle.disconnected = True
            cycle.message_event.set()

    def _send_refusal(self) -> None:
        if self._refusal is None or self.transport.is_closing():
            return
        self.logger.warning("%s: %s", self._refusal.code, self._refusal.description)
        self.transport.write(error_on_the_wire(self._refusal, self.docs_url))
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._timer = self.loop.call_later(_LINGER_SECONDS, self.transport.close)


def protocol_with(docs_url: str, receive_seconds: float) -> type[HttpToolsProtocol]:
    """The class of connections, for uvicorn."""
    return type("Protocol", (GatewayProtocol,), {"docs_url": docs_url, "receive_seconds": receive_seconds})

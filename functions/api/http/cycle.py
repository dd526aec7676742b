"""One request and its answer on a connection: uvicorn's, which writes head and body of an answer one by one and
looks at each header by itself. Each write is a call of the system, and costs as much as a route of ours."""

from typing import Final

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HEADER_VALUE_RE, STATUS_LINE, RequestResponseCycle

_NO_BODY: Final = frozenset({204, 304})


class Cycle(RequestResponseCycle):
    """An answer that says its length is written when its first part is there, head and part together."""

    _head = b""

    async def send(self, message: ASGISendEvent) -> None:
        """As uvicorn's. Raises `RuntimeError` for what would be no HTTP."""
        if self.response_started and not self._head:
            await super().send(message)
            return
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if not self.response_started:
            self._begin(message)
            return
        head, self._head = self._head, b""
        if message["type"] != "http.response.body" or message.get("more_body") or self.scope["method"] == "HEAD":
            self.transport.write(head)
            await super().send(message)
            return
        body = message.get("body", b"")
        if len(body) != self.expected_content_length:
            self.transport.write(head)
            await super().send(message)  # which knows what is wrong with it
            return
        self.expected_content_length = 0
        self.transport.write(head + body)
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()

    def _begin(self, message: ASGISendEvent) -> None:
        if message["type"] != "http.response.start":
            raise RuntimeError(f"Expected ASGI message 'http.response.start', but got '{message['type']}'.")
        status = message["status"]
        headers = [*self.default_headers, *message.get("headers", ())]
        if HEADER_VALUE_RE.search(b"".join([value for _, value in headers])):
            raise RuntimeError("Invalid HTTP header value.")
        self.response_started = True
        self.waiting_for_100_continue = False
        content = [STATUS_LINE[status]]
        for name, value in headers:
            content += (name, b": ", value, b"\r\n")
        self._note(dict(headers), status, content)
        content.append(b"\r\n")
        if self.chunked_encoding:
            self.transport.write(b"".join(content))
        else:
            self._head = b"".join(content)

    def _note(self, named: dict[bytes, bytes], status: int, content: list[bytes]) -> None:
        """How the answer ends, and whether the connection does."""
        length = named.get(b"content-length")
        if length is not None:
            self.expected_content_length = int(length)
            self.chunked_encoding = False
        elif named.get(b"transfer-encoding", b"").lower() == b"chunked":
            self.chunked_encoding = True
        elif self.scope["method"] != "HEAD" and status not in _NO_BODY:
            self.chunked_encoding = True
            content.append(b"transfer-encoding: chunked\r\n")
        asked = [token.strip().lower() for token in named.get(b"connection", b"").split(b",")]
        if b"close" in asked:
            self.keep_alive = False
        elif not self.keep_alive:
            content.append(b"connection: close\r\n")

"""Raw bytes on a socket, where an HTTP client would tidy up what a test means to send."""

import json
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class WireAnswer:
    """One answer as it came over the socket. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The error's code, if this is the envelope."""
        return self.json["error"]["code"] if b'"error"' in self.body else None


class Wire:
    """A connection of its own to a port of this machine; answers are read one by one."""

    def __init__(self, port: int, timeout: float = 15) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._socket.close()

    def send(self, *parts: bytes) -> None:
        """Each part as a packet of its own."""
        for part in parts:
            self._socket.sendall(part)

    def ask(self, *parts: bytes) -> WireAnswer:
        """Send, and read one answer."""
        self.send(*parts)
        return self.read(has_body=not parts[0].startswith(b"HEAD "))

    def read(self, *, has_body: bool = True) -> WireAnswer:
        """The next answer, whole; `100 Continue` is one as well."""
        head = self._until(b"\r\n\r\n").decode()
        lines = head.split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:] if line)}
        body = b""
        if not has_body:
            pass
        elif headers.get("transfer-encoding") == "chunked":
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size + 2)[:-2]
            self._exactly(2)
        else:
            body = self._exactly(int(headers.get("content-length", "0")))
        return WireAnswer(int(lines[0].split(" ")[1]), headers, body)

    def is_closed(self, seconds: float) -> bool:
        """Whether the other side hangs up within so many seconds; what it still sends is thrown away."""
        self._socket.settimeout(seconds)
        try:
            while self._socket.recv(65_536):
                pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            self._more()
        found, _, self._unread = self._unread.partition(end)
        return found

    def _exactly(self, count: int) -> bytes:
        while len(self._unread) < count:
            self._more()
        found, self._unread = self._unread[:count], self._unread[count:]
        return found

    def _more(self) -> None:
        part = self._socket.recv(65_536)
        if not part:
            raise ConnectionError(f"closed after {self._unread[:200]!r}")
        self._unread += part


def request_bytes(
    method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None, version: str = "1.1"
) -> bytes:
    """A request with a Host, and with a Content-Length if there is a body."""
    lines = {"Host": "localhost"} | (headers or {})
    if body is not None:
        lines |= {"Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/{version}\r\n{head}\r\n".encode() + (body or b"")


def chunked(*parts: bytes, trailers: bytes = b"") -> bytes:
    """A body in chunks, with its end."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailers + b"\r\n"

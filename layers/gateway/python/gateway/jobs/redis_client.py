"""A client of a Redis that strangers may have written to."""

from typing import Any, Final

from gateway.redis_server import connect as server

LONGEST: Final = 4096
"""The longest text in bytes that is read: a list may hold an entry of half a gigabyte."""

_CONNECT_SECONDS: Final = 2.0


class AnswerTooLong(Exception):
    """Redis answered with a text that nothing of ours is."""


def connect(redis_url: str, wait_seconds: float, *, margin_seconds: float = 5) -> Any:
    """A client for blocking calls of up to `wait_seconds`, which does nothing twice by itself; it gives up
    `margin_seconds` later.

    It reads no text into memory that is longer than 4 KiB: raises `AnswerTooLong`, and the connection is closed.
    """
    from redis._parsers import _RESP2Parser  # the one place where a length is known before its text is read

    return server.connect(
        redis_url,
        seconds=wait_seconds + margin_seconds,
        connect_seconds=_CONNECT_SECONDS,
        on_connect=_read_short_answers,
        protocol=2,
        parser_class=_RESP2Parser,
    )


def _read_short_answers(connection: Any) -> None:
    buffer = connection._parser._buffer
    read = buffer.read

    def read_short(length: int, **options: Any) -> bytes:
        if length > LONGEST:
            raise AnswerTooLong
        return bytes(read(length, **options))

    buffer.read = read_short

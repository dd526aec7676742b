"""A client of a Redis that strangers may have written to."""

from typing import Any, Final

LONGEST: Final = 4096
"""The longest text in bytes that is read: a list may hold an entry of half a gigabyte."""


class AnswerTooLong(Exception):
    """Redis answered with a text that nothing of ours is."""


def connect(redis_url: str, wait_seconds: float, *, margin_seconds: float = 5) -> Any:
    """A client for blocking calls of up to `wait_seconds`, which does nothing twice by itself; it gives up
    `margin_seconds` later.

    It reads no text into memory that is longer than 4 KiB: raises `AnswerTooLong`, and the connection is closed.
    """
    from redis import Redis
    from redis._parsers import _RESP2Parser  # the one place where a length is known before its text is read
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    class ShortAnswers(_RESP2Parser):
        def on_connect(self, connection: Any) -> None:
            super().on_connect(connection)  # type: ignore[no-untyped-call]
            buffer: Any = self._buffer
            read = buffer.read

            def read_short(length: int, **options: Any) -> bytes:
                if length > LONGEST:
                    raise AnswerTooLong
                return bytes(read(length, **options))

            buffer.read = read_short

    return Redis.from_url(
        redis_url,
        protocol=2,
        parser_class=ShortAnswers,
        socket_timeout=wait_seconds + margin_seconds,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),
    )

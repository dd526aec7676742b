"""Lines of the log on their way out: gathered for a moment, as each write is a call of the system.

What is gathered is written after `WRITE_SECONDS`, at once with a warning or an error (in the order in which they
were said), and when the process ends: `logging` flushes its handlers then. A SIGKILL loses the text of that
moment, and nothing but text. Where no event loop runs each line is written as it comes.
"""

import asyncio
import logging
from typing import Final, TextIO

WRITE_SECONDS: Final = 0.05
_MOST_LINES: Final = 1_000
"""Kept before they are written all the same: a loop that is busy runs no timer."""


class GatheringHandler(logging.StreamHandler[TextIO]):
    """A stream handler that writes many lines at once."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []
        self._waiting: asyncio.AbstractEventLoop | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Format a record and keep its line; never raises."""
        try:
            self.add(self.format(record), at_once=record.levelno >= logging.WARNING)
        except Exception:
            self.handleError(record)

    def add(self, line: str, *, at_once: bool = False) -> None:
        """Keep a line until the next write. Raises what the stream raises."""
        self._lines.append(line)
        if at_once or len(self._lines) >= _MOST_LINES:
            self._write()
        else:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                self._write()
                return
            if self._waiting is not loop:  # one that has ended runs no timer
                self._waiting = loop
                loop.call_later(WRITE_SECONDS, self._write_later)

    def flush(self) -> None:
        """Write what is kept."""
        with self.lock:  # type: ignore[union-attr]  # made in `Handler.__init__`
            self._write()

    def _write_later(self) -> None:
        self._waiting = None
        try:
            self.flush()
        except Exception:
            self.handleError(logging.makeLogRecord({"msg": "log lines not written"}))

    def _write(self) -> None:
        lines, self._lines = self._lines, []
        if lines and self.stream:
            self.stream.write("\n".join(lines) + "\n")
            self.stream.flush()

"""The output of one process: kept raw in a file of bounded size, its last lines in memory."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

_LARGEST_FILE = 5_000_000
_LARGEST_LINE = 65_536
_REMEMBERED_LINES = 12


class ProcessLog:
    """Splits a stream into lines; the file and one older file beside it stay below `largest` bytes each."""

    def __init__(
        self, file: Path, on_line: Callable[[str], None] | None = None, *, largest: int = _LARGEST_FILE
    ) -> None:
        self.file = file
        self.last_lines: deque[str] = deque(maxlen=_REMEMBERED_LINES)
        self._on_line = on_line
        self._largest = largest
        self._rest = b""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._output = file.open("ab")

    def feed(self, data: bytes) -> None:
        """Take what the process wrote; a line longer than 64 KiB is cut into several."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line)
        while len(self._rest) > _LARGEST_LINE:
            self._take(self._rest[:_LARGEST_LINE])
            self._rest = self._rest[_LARGEST_LINE:]
        self._output.flush()

    def end_of_stream(self) -> None:
        """The process is gone: what it did not end with a newline is a line as well."""
        if self._rest:
            self._take(self._rest)
        self._rest = b""
        self._output.flush()

    def close(self) -> None:
        """Close the file."""
        self.end_of_stream()
        self._output.close()

    def _take(self, line: bytes) -> None:
        if self._output.tell() + len(line) >= self._largest:
            self._output.close()
            self.file.replace(self.file.with_suffix(".log.1"))
            self._output = self.file.open("ab")
        self._output.write(line + b"\n")
        text = line.decode(errors="replace")
        if text.strip():
            self.last_lines.append(text)
        if self._on_line:
            self._on_line(text)

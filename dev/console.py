"""What `make dev` prints: one line at a time, each prefixed by the process it comes from."""

import json
import os
import re
import sys
from typing import IO, Any

_COLOURS = {"api": 36, "worker": 33, "webhooks": 35, "dashboard": 34, "checkout": 32, "dev": 1}
_LEVEL_COLOURS = {"WARNING": 33, "ERROR": 31, "CRITICAL": 31}
# Of no use to a reader here: the prefix says it, or there is one merchant only. The log file has all.
_DROPPED = {
    "level", "message", "timestamp", "service", "location", "exception", "exception_name", "stack_trace",
    "xray_trace_id", "function_request_id", "sampling_rate", "name", "merchant_id",
}  # fmt: skip
_REQUEST = {"method", "path", "status", "ms"}
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
_NAME_WIDTH = 9


class Console:
    """Writes to a terminal, coloured if it is one, and goes silent when nobody reads any more."""

    def __init__(self, output: IO[str] | None = None) -> None:
        self._output = output or sys.stdout
        self._coloured = self._output.isatty() and not os.environ.get("NO_COLOR")
        self._open = True

    def say(self, text: str) -> None:
        """A message of the supervisor itself."""
        self.line("dev", text)

    def line(self, name: str, text: str) -> None:
        """A line that the process `name` printed."""
        prefix = self._coloured_as(_COLOURS.get(name, 0), f"{name:<{_NAME_WIDTH}}|")
        for part in render(text).splitlines() or [""]:
            self.raw(f"{prefix} {self._highlight(part)}")

    def raw(self, text: str) -> None:
        """Text as it is."""
        if not self._open:
            return
        try:
            self._output.write(text + "\n")
            self._output.flush()
        except (OSError, ValueError):
            self._open = False

    def _highlight(self, text: str) -> str:
        for level, colour in _LEVEL_COLOURS.items():
            if f" {level} " in text[:24]:
                return self._coloured_as(colour, text)
        return text

    def _coloured_as(self, colour: int, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured and colour else text


def render(line: str) -> str:
    """A JSON log line as `12:34:56 INFO  message key=value ...`, its trace below; other lines as they are.

    A request reads `12:34:56 INFO  POST /api/v1/orders 201 17.6 ms request_id=...`.
    """
    if not line.startswith("{"):
        return line.rstrip()
    try:
        record = json.loads(line)
    except ValueError:
        return line.rstrip()
    if not isinstance(record, dict) or "message" not in record:
        return line.rstrip()
    time = _CLOCK.search(str(record.get("timestamp", "")))
    level, message = str(record.get("level", "")), _short(record["message"])
    if record.keys() >= _REQUEST:
        method, path, status, ms = (_short(record.pop(name)) for name in ("method", "path", "status", "ms"))
        message = f"{method} {path} {status} {ms} ms"
    fields = [f"{key}={_short(value)}" for key, value in record.items() if _is_telling(key, value)]
    first = " ".join([*([time[0]] if time else []), f"{level:<5}", message, *fields])
    return "\n".join([first, *(f"    {part}" for part in str(record.get("exception") or "").splitlines())])


def _is_telling(key: str, value: Any) -> bool:
    return key not in _DROPPED and value is not None and value is not False


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

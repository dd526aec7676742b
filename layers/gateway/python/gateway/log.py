"""One canonical JSON line per request, drain and attempt, through the Powertools Logger.

Never pass card numbers, CVVs, secrets or whole bodies to a log call. As a second line of
defence, digits that look like a card number, anything after `whsec_` and the password of a URL are blotted out.
"""

import json
import logging
import os
import re
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from logging import LogRecord
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import RESERVED_LOG_ATTRS, LambdaPowertoolsFormatter
from pydantic_core import to_json

from gateway.log_lines import GatheringHandler

_RESERVED: Final = frozenset(RESERVED_LOG_ATTRS)
_IN_LAMBDA: Final = "AWS_LAMBDA_FUNCTION_NAME" in os.environ
# Not what stands behind the point of a number: a float has as many digits as a card. What may not stand before
# it is asked behind its first digit: `re` looks for a digit in half the time.
_CARD_NUMBER: Final = re.compile(r"\d(?<![\w-]\d)(?<!\d\.\d)[ -]?(?:\d[ -]?){11,17}\d(?![\w-])")
# Every card number has this, hardly a line does, and looking for it costs a tenth: it begins with a digit, which
# `re` looks for faster than for what is not before one.
_MANY_DIGITS: Final = re.compile(r"\d[\d -]{11,}\d")
_SECRET: Final = re.compile(r"\b(whsec|secret)_[A-Za-z0-9+/=_]+")
_URL_PASSWORD: Final = re.compile(r"(://[^\s:/@\"]*):[^\s/\"]*@")
_PASSWORD: Final = re.compile(r"(password=)(?:'(?:[^'\\]|\\.)*'|[^\s&\"]+)", re.IGNORECASE)


class _RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON formatter, with what must not be in a log blotted out."""

    def format(self, record: LogRecord) -> str:
        """The line as Powertools writes it, which copies the record and fills in each field by a pattern: that
        takes twice as long. What has a trace is still Powertools' work, and all in Lambda, where it adds ids."""
        if record.exc_info or _IN_LAMBDA or not isinstance(record.msg, str):
            return super().format(record)
        own = {name: value for name, value in record.__dict__.items() if name not in _RESERVED}
        return self.serialize(self.fields(record.levelname, record.getMessage(), self.formatTime(record), own))

    def fields(self, level: str, message: str, timestamp: str, own: dict[str, Any]) -> dict[str, Any]:
        """Of a line without a trace, with its `own`; those of None are left out."""
        told = {"level": level, "message": message, "timestamp": timestamp}
        line = self.log_format | told | self.thread_safe_get_current_keys() | own
        return {name: value for name, value in line.items() if value is not None}

    def serialize(self, log: Any) -> str:
        return redact(super().serialize(log))


def redact(text: str) -> str:
    """The text without card numbers, secrets and the passwords of URLs."""
    if _MANY_DIGITS.search(text):
        text = _CARD_NUMBER.sub("[redacted]", text)
    if "://" in text:
        text = _URL_PASSWORD.sub(r"\1:[redacted]@", text)
    if "assword=" in text:
        text = _PASSWORD.sub(r"\1[redacted]", text)
    return _SECRET.sub(r"\1_[redacted]", text) if "sec" in text else text


_encode: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str).encode
"""As Powertools' own, which makes a new encoder for each line."""


@lru_cache(maxsize=8)
def get_logger(service: str, level: str = "INFO") -> Logger:
    """The logger of one process; `service` is `api`, `worker` or `webhooks`."""
    # No location: one function writes all request lines, and a trace has its own.
    order = ["level", "message", "timestamp"]
    formatter = _RedactingFormatter(
        utc=True,
        use_rfc3339=True,
        log_record_order=order,
        location=None,
        json_serializer=_encode,
        json_deserializer=str,  # a message of ours is a text: to try it as JSON costs a raised error in each line
    )
    _adopt_psycopg(formatter)
    handler = None
    if not _IN_LAMBDA:  # which is frozen with what it has not written
        handler = next(iter(logging.getLogger(service).handlers), None) or GatheringHandler(sys.stdout)
    return Logger(service=service, level=level, logger_formatter=formatter, logger_handler=handler)


class InfoLines:
    """Says what every request says: `logger.info(message, extra=fields)` without the record between, which takes
    three times as long as its line. Whoever listens besides (a handler of `logging`'s root) is told as usual."""

    def __init__(self, logger: Logger) -> None:
        self._logger = logger
        [handler] = logger.handlers
        self._handler = handler if isinstance(handler, GatheringHandler) else None

    def add(self, message: str, fields: dict[str, Any]) -> None:
        """Say it. Never raises what a stream raises."""
        handler = self._handler
        formatter = None if handler is None else handler.formatter
        if handler is None or not isinstance(formatter, _RedactingFormatter) or logging.root.handlers:
            self._logger.info(message, extra=fields)
        elif self._logger.log_level <= logging.INFO:
            now = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")
            try:
                # By pydantic's encoder, in an eighth of the time: all that these lines have are texts and numbers.
                line = redact(to_json(formatter.fields("INFO", message, now, fields), fallback=str).decode())
                with handler.lock:  # type: ignore[union-attr]  # made in `Handler.__init__`
                    handler.add(line)
            except Exception:
                handler.handleError(logging.makeLogRecord({"msg": message}))


def _adopt_psycopg(formatter: logging.Formatter) -> None:
    """Its pool says why it cannot connect, in words of libpq: as a line of ours, without passwords."""
    theirs = logging.getLogger("psycopg")
    theirs.propagate = False
    if not theirs.handlers:
        theirs.addHandler(logging.StreamHandler(sys.stdout))
    theirs.handlers[0].setFormatter(formatter)

"""A log line is one JSON object: when, what, and nothing that must not be in a log."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from gateway.log import get_logger


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> tuple[Logger, io.StringIO]:
    get_logger.cache_clear()
    logger = get_logger("unit")
    output = io.StringIO()
    monkeypatch.setattr(logger.handlers[0], "stream", output)
    return logger, output


def test_a_line_says_when_in_rfc_3339(lines: tuple[Logger, io.StringIO]) -> None:
    logger, output = lines
    before = datetime.now(UTC)
    logger.info("request", extra={"status": 201, "path": "/ü", "merchant_id": None})
    line = json.loads(output.getvalue())
    at = datetime.fromisoformat(line.pop("timestamp"))
    assert before - timedelta(milliseconds=1) <= at <= datetime.now(UTC)  # written to the millisecond
    assert line == {"level": "INFO", "message": "request", "service": "unit", "status": 201, "path": "/ü"}


def test_a_message_stays_a_text(lines: tuple[Logger, io.StringIO]) -> None:
    logger, output = lines
    logger.warning('{"not": "taken apart"}')
    logger.warning("%s of %s", 1, 2)
    first, second = [json.loads(line)["message"] for line in output.getvalue().splitlines()]
    assert (first, second) == ('{"not": "taken apart"}', "1 of 2")


def test_cards_and_secrets_are_blotted_out_of_traces_too(lines: tuple[Logger, io.StringIO]) -> None:
    logger, output = lines
    try:
        raise ValueError("4111 1111 1111 1111 and whsec_c2VjcmV0")
    except ValueError:
        logger.exception("failed")
    line = json.loads(output.getvalue())
    assert line["exception_name"] == "ValueError"
    assert "[redacted] and whsec_[redacted]" in line["exception"]
    assert "4111" not in output.getvalue() and "c2VjcmV0" not in output.getvalue()


def test_a_line_is_as_powertools_would_write_it(lines: tuple[Logger, io.StringIO]) -> None:
    logger, _ = lines
    formatter = logger.handlers[0].formatter
    assert isinstance(formatter, LambdaPowertoolsFormatter)
    for message, args, extra in [
        ("request", (), {"status": 201, "merchant_id": None, "replayed": False, "path": "/ü"}),
        ("%s of %s", (1, 2), {}),
        (
            "named like a field of Powertools",
            (),
            {"exception": "told", "location": "dropped", "timestamp": "dropped"},
        ),
        ("a number of a card", (), {"note": "4111 1111 1111 1111 1", "long": "id-4111111111111111"}),
    ]:
        with logger.append_context_keys(worker="w1", nothing=None):
            record = logging.makeLogRecord({"levelname": "WARNING", "msg": message, "args": args} | extra)
            assert formatter.format(record) == LambdaPowertoolsFormatter.format(formatter, record)


def test_the_digits_behind_a_point_are_no_card_number(lines: tuple[Logger, io.StringIO]) -> None:
    logger, output = lines
    logger.info("attempt", extra={"next_seconds": 48.12345678901234, "pan": "4111111111111111"})
    line = json.loads(output.getvalue())
    assert (line["next_seconds"], line["pan"]) == (48.12345678901234, "[redacted]")

"""Log lines are gathered for a moment: all are written, in their order, and none twice."""

import asyncio
import io
import json
import logging

import pytest
from aws_lambda_powertools import Logger

from gateway.log import InfoLines, get_logger
from gateway.log_lines import WRITE_SECONDS


class Counting(io.StringIO):
    """Counts how often it is written to."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> tuple[Logger, Counting]:
    get_logger.cache_clear()
    logger = get_logger("lines")
    logger.setLevel("INFO")
    output = Counting()
    monkeypatch.setattr(logger.handlers[0], "stream", output)
    return logger, output


def messages(output: io.StringIO) -> list[str]:
    return [json.loads(line)["message"] for line in output.getvalue().splitlines()]


async def test_lines_of_a_moment_are_one_write(said: tuple[Logger, Counting]) -> None:
    logger, output = said
    for number in range(5):
        logger.info(f"line {number}")
    assert output.getvalue() == ""
    await asyncio.sleep(WRITE_SECONDS * 2)
    assert messages(output) == [f"line {number}" for number in range(5)]
    assert output.writes == 1
    logger.info("later")
    await asyncio.sleep(WRITE_SECONDS * 2)
    assert messages(output)[-1] == "later" and output.writes == 2


async def test_a_warning_is_written_at_once_after_what_was_said_before(said: tuple[Logger, Counting]) -> None:
    logger, output = said
    logger.info("before")
    logger.warning("now")
    assert messages(output) == ["before", "now"]
    await asyncio.sleep(WRITE_SECONDS * 2)
    assert messages(output) == ["before", "now"]


async def test_the_end_of_the_process_writes_the_rest(said: tuple[Logger, Counting]) -> None:
    logger, output = said
    logger.info("last words")
    logger.handlers[0].flush()  # as `logging.shutdown` does
    assert messages(output) == ["last words"]


def test_without_a_loop_each_line_is_written_as_it_comes(said: tuple[Logger, Counting]) -> None:
    logger, output = said
    logger.info("one")
    assert messages(output) == ["one"]


async def test_many_lines_are_written_though_the_loop_is_busy(said: tuple[Logger, Counting]) -> None:
    logger, output = said
    for number in range(2_500):
        logger.info(str(number))
    assert len(messages(output)) >= 2_000


def test_a_line_of_a_request_is_as_the_logger_writes_it(said: tuple[Logger, Counting]) -> None:
    logger, output = said
    fields = {"path": "/ü", "status": 201, "merchant_id": None, "note": "4111 1111 1111 1111", "ms": 1.25}
    logger.info("request", extra=fields)
    InfoLines(logger).add("request", fields)
    first, second = [json.loads(line) for line in output.getvalue().splitlines()]
    assert list(first) == list(second) and "4111" not in output.getvalue()
    assert len(first.pop("timestamp")) == len(second.pop("timestamp"))
    assert first == second


def test_a_line_of_a_request_heeds_the_level(said: tuple[Logger, Counting]) -> None:
    logger, output = said
    logger.setLevel("WARNING")
    InfoLines(logger).add("request", {})
    assert output.getvalue() == ""


def test_whoever_listens_at_the_root_is_told_as_well(
    said: tuple[Logger, Counting], caplog: pytest.LogCaptureFixture
) -> None:
    logger, output = said
    with caplog.at_level(logging.INFO):
        InfoLines(logger).add("request", {"status": 200})
    assert [record.message for record in caplog.records] == ["request"]
    assert messages(output) == ["request"]

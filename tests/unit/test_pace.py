"""When rows go at once, and when they gather."""

import pytest

from gateway.jobs.pace import BUSY_ROWS, Pace


class Clock:
    """Stands where it is put."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nothing_is_no_pace(clock: Clock) -> None:
    assert not Pace(clock).is_busy()


def test_it_is_busy_from_the_first_row_too_many(clock: Clock) -> None:
    pace = Pace(clock)
    pace.add(BUSY_ROWS)
    assert not pace.is_busy()
    pace.add(1)
    assert pace.is_busy()


@pytest.mark.parametrize(("seconds", "busy"), [(0.5, True), (1.0, True), (1.9, True), (2.0, False), (60.0, False)])
def test_it_stays_busy_until_a_second_was_quiet(clock: Clock, seconds: float, busy: bool) -> None:
    pace = Pace(clock)
    pace.add(BUSY_ROWS + 1)
    clock.now += seconds
    assert pace.is_busy() is busy


def test_few_rows_a_second_never_make_it_busy(clock: Clock) -> None:
    pace = Pace(clock)
    for _ in range(10 * (BUSY_ROWS // 2)):
        clock.now += 2 / BUSY_ROWS
        pace.add(1)
        assert not pace.is_busy()

"""When a failed delivery is tried again."""

import pytest

from gateway.settings import Settings
from gateway.webhooks.deliveries.schedule import Schedule, breaker_seconds_of, schedule_of


def of(**settings: object) -> Schedule:
    return schedule_of(Settings.model_validate({"TEST_MODE": True, **settings}))


def test_the_contracts_schedule_is_the_default() -> None:
    schedule = of()
    assert schedule.delays == (0, 60, 300, 1800, 7200)
    assert [schedule.next_delay(attempts, 0.5) for attempts in range(1, 6)] == [60, 300, 1800, 7200, None]


def test_the_test_schedule_has_no_jitter() -> None:
    schedule = of(WEBHOOK_RETRY_INTERVALS_TEST=True)
    for chance in (0.0, 0.3, 1.0):
        assert [schedule.next_delay(n, chance) for n in range(1, 6)] == [5, 10, 15, 20, None]


def test_jitter_is_at_most_a_fifth() -> None:
    schedule = of()
    assert schedule.next_delay(1, 0.0) == pytest.approx(48)
    assert schedule.next_delay(1, 1.0) == pytest.approx(72)


def test_a_longer_schedule_is_a_setting() -> None:
    long = "0,5,300,1800,7200,18000,36000,50400,72000,86400"
    schedule = of(webhook_schedule_seconds=long)
    assert len(schedule.delays) == 10
    assert schedule.next_delay(9, 0.5) == 86_400
    assert schedule.next_delay(10, 0.5) is None
    assert sum(schedule.delays) / 3600 == pytest.approx(75.6, abs=0.1)


@pytest.mark.parametrize("text", ["a,b", "-1", "0,604801", ",", "0,inf", "0,nan", ",".join("1" * 21)])
def test_a_schedule_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="webhook_schedule_seconds"):
        of(webhook_schedule_seconds=text)


def test_retry_after_never_shortens_and_is_bounded() -> None:
    schedule = of()
    assert schedule.next_delay(1, 0.5, 10) == 60
    assert schedule.next_delay(1, 0.5, 120) == 120
    assert schedule.next_delay(1, 0.5, 10**9) == 3600
    assert schedule.next_delay(4, 0.5, 10**9) == 14_400


def test_the_breaker_is_off_with_the_test_schedule_unless_it_is_set() -> None:
    assert breaker_seconds_of(Settings(test_mode=True)) == 30
    testing = {"TEST_MODE": True, "WEBHOOK_RETRY_INTERVALS_TEST": True}
    assert breaker_seconds_of(Settings.model_validate(testing)) == 0
    assert breaker_seconds_of(Settings.model_validate({**testing, "webhook_breaker_seconds": 3})) == 3

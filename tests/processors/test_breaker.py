"""When an account that fails is asked, and when not."""

import pytest

from gateway.processors.breaker import FAILURES, OPEN_SECONDS, Breakers
from gateway.processors.protocol import NotSent


def test_after_failures_in_a_row_one_call_is_its_trial() -> None:
    """Until then nobody is let through; and whose call it is can be told before it is made."""
    now = 100.0
    breakers = Breakers(lambda: now)
    for _ in range(FAILURES):
        breakers.check("acct_1")
        assert not breakers.is_on_trial("acct_1")
        breakers.note("acct_1", failed=True)
    with pytest.raises(NotSent) as refused:
        breakers.check("acct_1")
    assert isinstance(refused.value.retry_after, float)  # a whole number is not finished beside broken ones
    assert refused.value.retry_after == OPEN_SECONDS  # before that nobody is let through: none need ask
    assert not breakers.is_on_trial("acct_1")
    now += OPEN_SECONDS
    assert breakers.is_on_trial("acct_1")
    breakers.check("acct_1")
    assert not breakers.is_on_trial("acct_1")
    with pytest.raises(NotSent) as refused:
        breakers.check("acct_1")
    assert refused.value.retry_after == 1  # the trial may be over at any moment
    now += 2
    breakers.note("acct_1", failed=True)
    now += 4
    with pytest.raises(NotSent) as refused:
        breakers.check("acct_1")
    assert refused.value.retry_after == OPEN_SECONDS - 4
    now += OPEN_SECONDS
    breakers.check("acct_1")
    breakers.note("acct_1", failed=False)
    assert not breakers.is_on_trial("acct_1")
    breakers.check("acct_1")

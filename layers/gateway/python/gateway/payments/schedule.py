"""When a processor is asked again."""

from typing import Final

ACCOUNT_LOOKS: Final = (5.0, 15.0, 60.0, 300.0, 900.0)
"""Ages in seconds at which an undecided payment over an account is looked up, where no notice has come before."""

HOUR: Final = 3600.0

PAID_LOOKS: Final = (HOUR, 24 * HOUR)
"""Ages in seconds at which a paid payment is looked at for a second one inside the same object, before the last
look of all: few, as there are many paid payments and each look takes from the account's budget."""


def retry_seconds(attempts: int) -> float:
    """Seconds until an unanswered call is looked up: 1, 2, 4, … at most 300."""
    return float(min(2 ** max(attempts - 1, 0), 300))


def poll_seconds(age_seconds: float) -> float:
    """Seconds until an undecided call is looked up again: a quarter of its age, 1 to 60."""
    return min(max(age_seconds / 4, 1.0), 60.0)


def look_seconds(age_seconds: float, ends_seconds: float | None = None) -> float:
    """Seconds until a payment over an account is looked up again: after 5 s, 15 s, 1, 5, 15 min, then each hour.

    `ends_seconds`: the age at which its time is over, which is not slept through.
    """
    following = next((age for age in ACCOUNT_LOOKS if age > age_seconds + 0.5), None)
    wait = HOUR if following is None else following - age_seconds
    if ends_seconds is not None and age_seconds < ends_seconds:
        wait = min(wait, ends_seconds - age_seconds + 0.5)
    return max(wait, 1.0)


def late_seconds(age_seconds: float, late_success_seconds: int) -> float | None:
    """Seconds until what has ended without money is looked at once more; None: money cannot come any more."""
    if age_seconds >= late_success_seconds:
        return None
    return min(max(age_seconds, HOUR), late_success_seconds - age_seconds + 1)


def second_payment_seconds(age_seconds: float, late_success_seconds: int) -> float | None:
    """Seconds until what is paid is looked at once more, for a second payment; None: none can come any more."""
    ages = (*(age for age in PAID_LOOKS if age < late_success_seconds), late_success_seconds + 1.0)
    return next((max(age - age_seconds, 1.0) for age in ages if age > age_seconds), None)

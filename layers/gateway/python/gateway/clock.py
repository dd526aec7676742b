"""Time, read at the edges only: verbs take `now` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time in UTC, cut to milliseconds: the precision of every timestamp we show."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and `Z`, for example `2026-01-15T10:31:10.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def iso_or_none(moment: datetime | None) -> str | None:
    """`iso`, where the moment may not have come yet."""
    return None if moment is None else iso(moment)

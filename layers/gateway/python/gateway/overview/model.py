"""Spans of the overview and their steps, in the viewer's time zone."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from gateway.errors import BadRequest
from gateway.zones import zone_of

Range = Literal["today", "7d", "30d", "90d"]
RANGES: Final[dict[str, int]] = {"today": 1, "7d": 7, "30d": 30, "90d": 90}


@dataclass(frozen=True, slots=True)
class Span:
    """From midnight of the first day until `until`. `edges` are where its steps begin; `before` is the one that it
    is compared with: as many days earlier, up to the same time of day."""

    name: str
    edges: tuple[datetime, ...]
    until: datetime
    before: "Span | None" = None


def span_of(name: str, time_zone: str, now: datetime) -> Span:
    """Hours of today, or days up to and with today. Raises `BadRequest`."""
    if name not in RANGES:
        raise BadRequest(f"range must be one of {', '.join(RANGES)}", field="range")
    here = now.astimezone(zone_of(time_zone))
    # By the clock on the wall: a day of 23 hours is a day.
    earlier = here - timedelta(days=RANGES[name])
    return replace(_span(name, here), before=_span(name, earlier))


def _span(name: str, here: datetime) -> Span:
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    until = here.astimezone(UTC)
    if name == "today":
        # Over UTC, so that a day of 23 or 25 hours has its own number of steps.
        start = midnight.astimezone(UTC)
        edges = [start + timedelta(hours=hour) for hour in range(25) if start + timedelta(hours=hour) <= until]
    else:
        days = [midnight - timedelta(days=back) for back in reversed(range(RANGES[name]))]
        edges = [day.astimezone(UTC) for day in days]
    return Span(name, tuple(edges), until)

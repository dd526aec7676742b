"""Time zones that callers name."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.errors import BadRequest


def zone_of(name: str) -> ZoneInfo:
    """The zone with this name of the IANA database. Raises `BadRequest`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadRequest("time_zone must be a name of the IANA database", field="time_zone") from None

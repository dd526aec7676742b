"""What may be asked of endpoints: the bodies of requests, and their rules."""

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from gateway.events.model import EVENT_TYPES
from gateway.validation import ClosedModel

MOST_HEADERS: Final = 16
MOST_OVERLAP_HOURS: Final = 7 * 24

_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")  # RFC 9110: a token
_HEADER_VALUE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,1022}[\x21-\x7e])?")
# Ours, and those that belong to the connection.
_RESERVED: Final = re.compile(
    r"(x-)?webhook-.*|x-webhook-signature|host|content-.*|transfer-encoding|connection|keep-alive|te|trailer|"
    r"upgrade|expect|accept|accept-encoding|user-agent|proxy-.*|http2-settings|date",
    re.IGNORECASE,
)


def _known_events(events: list[str]) -> list[str]:
    if any(event not in EVENT_TYPES for event in events):
        raise ValueError("unknown event")
    return list(dict.fromkeys(events))


def _own_headers(headers: dict[str, str]) -> dict[str, str]:
    if len(headers) > MOST_HEADERS or len({name.lower() for name in headers}) < len(headers):
        raise ValueError("too many or repeated")
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value) or _RESERVED.fullmatch(name):
            raise ValueError(name)
    return headers


Events = Annotated[list[str], Field(min_length=1, max_length=len(EVENT_TYPES)), AfterValidator(_known_events)]
Headers = Annotated[dict[str, str], AfterValidator(_own_headers)]
MESSAGES: Final = {
    "url": "url must be the URL of your receiver",
    "events": f"events must be null or a list of: {', '.join(EVENT_TYPES)}",
    "headers": f"headers must be at most {MOST_HEADERS} of your own, with plain ASCII values; "
    "those of HTTP itself and of webhooks cannot be set",
    "rate_limit": "rate_limit must be null or an integer from 1 to 1000 (attempts per second)",
    "description": "description must be a string of at most 255 characters",
    "status": "status must be enabled or disabled",
    "overlap_hours": f"overlap_hours must be an integer from 0 to {MOST_OVERLAP_HOURS}",
}


class NewEndpoint(ClosedModel):
    """Body of `POST /webhooks/endpoints`."""

    messages: ClassVar[dict[str, str]] = MESSAGES

    url: str = Field(min_length=1, max_length=2048, description="https; http as well in test mode.")
    description: str = Field("", max_length=255)
    events: Events | None = Field(None, description="Which events; null: all, those of later versions included.")
    headers: Headers | None = Field(None, description="Sent with every attempt. Kept encrypted, never shown.")
    rate_limit: int | None = Field(None, ge=1, le=1000, description="Attempts per second at most; null: no limit.")


class EndpointChanges(ClosedModel):
    """Body of `PATCH /webhooks/endpoints/{id}`: what is absent stays."""

    messages: ClassVar[dict[str, str]] = MESSAGES

    read_only: ClassVar[frozenset[str]] = frozenset(
        {
            "id",
            "header_names",
            "is_default",
            "disabled_reason",
            "disabled_at",
            "previous_secret_expires_at",
            "health",
            "created_at",
            "updated_at",
        }
    )

    url: str = Field("", min_length=1, max_length=2048)
    description: str = Field("", max_length=255)
    events: Events | None = None
    headers: Headers | None = None
    rate_limit: int | None = Field(None, ge=1, le=1000)
    status: Literal["enabled", "disabled"] = "enabled"


class Rotation(ClosedModel):
    """Body of `POST /webhooks/endpoints/{id}/rotate-secret`."""

    messages: ClassVar[dict[str, str]] = MESSAGES

    overlap_hours: int = Field(
        24, ge=0, le=MOST_OVERLAP_HOURS, description="The old secret signs as well for so long."
    )

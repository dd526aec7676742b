"""Stripe's notices (events): the signature, and which objects they are about.

`Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]` is the HMAC-SHA256 of `t`, a full stop and the raw body, with the
whole secret (`whsec_…`) as the key. While a secret is rolled there is a `v1` for each. Nothing in a notice is
believed but what to look at, so an event of another API version, or one of tomorrow, is as good as any.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gateway.processors.protocol import BadSignature, Notice, NoticeTopic
from gateway.processors.reading import read_text
from gateway.processors.stripe import read

TOLERANCE_SECONDS: Final = 300
"""How old a signature may be, or how far ahead its clock."""

_LINKS: Final = ("id", "payment_intent", "charge", "latest_charge", "refund", "dispute")
_TOPICS: Final[dict[str, NoticeTopic]] = {
    "charge.dispute.": "dispute",
    "charge.refund": "refund",
    "refund.": "refund",
    "charge.": "payment",
    "payment_intent.": "payment",
}
"""By the beginning of the type; the first that fits."""


def read_notice(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> list[Notice]:
    """The notice in a request. Raises `BadSignature`, also where no secret is given."""
    _verify(headers.get("stripe-signature", ""), body, secrets, now)
    try:
        event = json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        raise BadSignature("not JSON") from None
    if not isinstance(event, dict):
        raise BadSignature("no event")
    kind = (read_text(event, "type") or "")[:255]
    # A thin event (`v1.payment_intent.succeeded`) has only a link to what it is about.
    entity = read.inner(event, "data", "object") or read.inner(event, "related_object")
    return [
        Notice(
            # One that has no id is told apart by its bytes.
            event_id=read.link(event) or f"sha256:{hashlib.sha256(body).hexdigest()}",
            type=kind,
            topic=next(
                (topic for start, topic in _TOPICS.items() if kind.removeprefix("v1.").startswith(start)), "other"
            ),
            references=tuple(dict.fromkeys(filter(None, (read.link(entity.get(name)) for name in _LINKS)))),
            own_ids=tuple(filter(None, (read.own(entity, "payment"), read.own(entity, "refund")))),
            mode=read.mode(event),
        )
    ]


def _verify(header: str, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    parts = [part.strip().partition("=")[::2] for part in header.split(",")]
    times = [value for name, value in parts if name == "t"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdecimal() or len(times[0]) > 12:
        raise BadSignature("no time")
    if abs(now.timestamp() - int(times[0])) > TOLERANCE_SECONDS:
        raise BadSignature("too old, or from the future")
    signed = times[0].encode() + b"." + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets if secret]
    given = [value.encode() for name, value in parts if name == "v1"]
    # Every pair is compared, so that the time tells nothing of which one fits.
    if not sum(hmac.compare_digest(one.encode(), other) for one in expected for other in given):
        raise BadSignature("no secret fits")

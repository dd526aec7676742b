"""Cashfree's webhooks: hints that something may have changed there.

`x-webhook-signature` is the HMAC-SHA256 of `x-webhook-timestamp` and the raw body by the client secret, in base64.
Its `x-idempotency-key` is not signed, so the body's hash is the event's id: what is sent again is known again.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gateway.ids import is_id
from gateway.processors.protocol import BadSignature, Notice, NoticeTopic
from gateway.processors.reading import read_text

TOLERANCE_SECONDS: Final = 24 * 3600
"""How old a signature may be: it is sent again for as long as the merchant has set, and perhaps as it was."""

_IDS: Final = re.compile(
    r'"(?:order_id|refund_id|cf_payment_id|cf_refund_id|dispute_id)"\s*:\s*"?([A-Za-z0-9_-]{1,50})\b', re.ASCII
)
"""Every id by its name, wherever it stands: a text, or a number in older versions."""
_OURS: Final = ("pay", "rfnd", "unex")
_TOPICS: Final[dict[str, NoticeTopic]] = {"PAYMENT": "payment", "REFUND": "refund", "DISPUTE": "dispute"}


def read_notice(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> list[Notice]:
    """One event. Raises `BadSignature`, also where no secret is given."""
    _verify(headers, body, secrets, now)
    try:
        kind = (read_text(json.loads(body), "type") or "")[:100]
    except (ValueError, RecursionError):
        kind = "unreadable"
    event_id = hashlib.sha256(body).hexdigest()
    found = dict.fromkeys(one for one in _IDS.findall(body.decode("utf-8", "replace")) if one != "null")
    # One of ours may be of a further asking: `unex_…-2`.
    ours = {one: base for one in found if any(is_id(base := one.partition("-")[0], kind) for kind in _OURS)}
    topic = _TOPICS.get(kind.removeprefix("AUTO_").partition("_")[0], "other")
    return [Notice(event_id, kind, topic, tuple(one for one in found if one not in ours), tuple(ours.values()))]


def _verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> None:
    at, given = headers.get("x-webhook-timestamp", ""), headers.get("x-webhook-signature", "").strip().encode()
    if not at.isascii() or not at.isdecimal() or len(at) > 16:
        raise BadSignature("no time")
    seconds = int(at) / 1000 if len(at) > 11 else int(at)  # milliseconds, as its samples show
    if abs(now.timestamp() - seconds) > TOLERANCE_SECONDS:
        raise BadSignature("too old, or from the future")
    macs = [hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest() for secret in secrets if secret]
    if not any([hmac.compare_digest(base64.b64encode(one), given) for one in macs]):  # noqa: C419 - each is compared
        raise BadSignature("no secret fits")

"""Razorpay's webhooks: hints that something may have changed there.

The signature is over the body alone: it has no time, and the event's id stands in a header that is not signed. So
whoever saw one can send it again under another id; as nothing in a notice is believed, that costs a look-up.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from gateway.ids import is_id
from gateway.processors.protocol import BadSignature, Notice, NoticeTopic

_EVENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_IDS: Final = re.compile(r'"((?:order|pay|rfnd|unex|disp)_[A-Za-z0-9]{1,40})"(?!\s*:)')
"""Every id that is a whole value, wherever it stands: of `id`, `order_id`, `payment_id`, a receipt, a note."""


def read_notice(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> list[Notice]:
    """One event. Raises `BadSignature` where no secret fits. `now` is not asked: the signature has no time."""
    given = headers.get("x-razorpay-signature", "").strip().encode()
    expected = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets if secret]
    if not any([hmac.compare_digest(one.encode(), given) for one in expected]):  # noqa: C419 - each is compared
        raise BadSignature("no webhook secret fits")
    kind, event_id = _kind_of(body), headers.get("x-razorpay-event-id", "")
    if not _EVENT_ID.fullmatch(event_id):
        event_id = hashlib.sha256(body).hexdigest()
    found = dict.fromkeys(_IDS.findall(body.decode("utf-8", "replace")))
    # Ours have sixteen letters after the prefix, theirs fourteen. We send payments and refunds along.
    own = tuple(one for one in found if is_id(one, "pay") or is_id(one, "rfnd"))
    return [Notice(event_id, kind, _topic(kind), tuple(one for one in found if one not in own), own)]


def _kind_of(body: bytes) -> str:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return "unreadable"
    return str(event.get("event"))[:100] if isinstance(event, dict) else "unreadable"


def _topic(kind: str) -> NoticeTopic:
    if kind.startswith("payment.dispute."):
        return "dispute"
    if kind.startswith("refund."):
        return "refund"
    return "payment" if kind.startswith(("payment.", "order.")) else "other"

"""What was asked of a processor and what it answered, without secrets: kept like the attempts of a webhook.

Only fields that are named here are kept, with their value; of every other field its name. So a field that a
processor adds tomorrow can leak nothing.
"""

from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN: Final = (
    "id object entity type status amount amount_received amount_capturable amount_captured "
    "amount_refunded amount_paid amount_due amount_to_capture currency captured capture_method created "
    "created_at livemode mode paid refunded receipt payment_id refund_id order_id payment_intent "
    "latest_charge charge count has_more items data code decline_code error error_code error_reason "
    "error_source error_step reason description message param field source step cancellation_reason "
    "canceled_at speed_processed speed_requested method network brand last4 attempts order_status "
    "cf_payment_id cf_order_id payment_status refund_status order_amount refund_amount payment_amount "
    "is_captured starting_after limit expand capture capture_options automatic_expiry_period "
    "manual_expiry_period refund_speed metadata notes payment payment_capture error_details order_currency "
    "payment_currency refund_currency cf_refund_id refund_type action authorization captured_amount "
    "payment_completion_time order_expiry_time payment_time processed_at"
)
SHOWN: Final = frozenset(_SHOWN.split())
"""Fields whose values are kept; none of them carries a secret, a card number or a person."""

MOST: Final = 4096
"""Characters of a kept text."""
_DEPTH: Final = 6
_ITEMS: Final = 10


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP exchange. `request` and `response` are redacted JSON; `error` says why there was no answer."""

    started_at: datetime
    duration_ms: int
    method: str
    path: str
    request: Any
    status: int | None
    response: Any
    error: str | None


_calls: ContextVar[list[Call] | None] = ContextVar("processor_calls", default=None)


@contextmanager
def recorded() -> "Iterator[list[Call]]":
    """The exchanges made inside the block, in order."""
    calls: list[Call] = []
    token = _calls.set(calls)
    try:
        yield calls
    finally:
        _calls.reset(token)


def note_call(call: Call) -> None:
    """Add an exchange to the block's transcript, if there is one."""
    calls = _calls.get()
    if calls is not None:
        calls.append(call)


def redact_fields(value: Any, depth: int = 0) -> Any:
    """`value` with only what `SHOWN` names: the rest as `…`. Long texts are cut, long lists shortened."""
    if depth > _DEPTH:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(name)[:100]: redact_fields(inner, depth + 1) if _leaf(str(name)) in SHOWN else "…"
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_fields(inner, depth + 1) for inner in value[:_ITEMS]]
    if isinstance(value, str):
        return value[:500]
    return value if isinstance(value, int | float | bool) or value is None else str(value)[:500]


def _leaf(name: str) -> str:
    """`metadata[payment_id]`, as forms write it, is the field `payment_id`."""
    return name.rstrip("]").rpartition("[")[2]

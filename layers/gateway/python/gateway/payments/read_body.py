"""What a body of `POST /payments` may say besides order and method."""

from typing import Any, Final

from gateway.errors import BadRequest
from gateway.payments.model import VPA_MAX_LENGTH, VPA_PATTERN
from gateway.processors.capabilities import Capabilities

FLOWS: Final = ("intent", "qr")


def read_flow(body: dict[str, Any], method: str) -> str | None:
    """How UPI is paid without a typed address. Raises `BadRequest`."""
    flow = body.get("flow")
    if flow is None:
        return None
    if method != "upi" or flow not in FLOWS:
        raise BadRequest("flow must be intent or qr, and goes with upi only", field="flow")
    if body.get("vpa") is not None:
        raise BadRequest("vpa and flow exclude each other", field="flow")
    return str(flow)


def read_vpa(body: dict[str, Any], flow: str | None, capabilities: Capabilities) -> str | None:
    """The typed UPI address, where the processor takes one. Raises `BadRequest`."""
    value = body.get("vpa")
    if value is None and (flow is not None or capabilities.client != "none"):
        return None
    if not capabilities.collect:
        raise BadRequest("vpa is not taken here: send flow intent or qr", field="vpa")
    valid = isinstance(value, str) and len(value) <= VPA_MAX_LENGTH and VPA_PATTERN.fullmatch(value)
    if not valid:
        raise BadRequest("vpa must look like name@bank", field="vpa", code="INVALID_VPA")
    return str(value)


def refuse_card(body: dict[str, Any]) -> None:
    """A card number that is not needed is not taken, so that it is nowhere. Raises `BadRequest`."""
    if body.get("card") is not None:
        text = "Leave card out: the shopper types it into the processor's own form"
        raise BadRequest(text, field="card")

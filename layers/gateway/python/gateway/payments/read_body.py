"""What a body of `POST /payments` may say besides order and method."""

from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from gateway.errors import BadRequest
from gateway.payments.model import VPA_MAX_LENGTH, VPA_PATTERN
from gateway.processors.capabilities import Capabilities

FLOWS: Final = ("intent", "qr")
RETURN_URL_MAX_LENGTH: Final = 2048


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


def check_return_url(body: dict[str, Any], mode: str) -> str | None:
    """Where the shopper comes back to: https, in test mode also http on this machine. Raises `BadRequest`."""
    value = body.get("return_url")
    if value is None:
        return None
    text = f"return_url must be an https URL of at most {RETURN_URL_MAX_LENGTH} characters"
    if not isinstance(value, str) or len(value) > RETURN_URL_MAX_LENGTH or not value.isascii() or " " in value:
        raise BadRequest(text, field="return_url")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadRequest(text, field="return_url") from None
    plain = parts.scheme == "http" and mode == "test" and _is_this_machine(host)
    if not host or parts.username is not None or not (parts.scheme == "https" or plain):
        raise BadRequest(text, field="return_url")
    return value


def _is_this_machine(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False

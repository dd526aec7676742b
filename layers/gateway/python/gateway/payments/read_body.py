"""What a body of `POST /payments` may say besides order and method."""

from typing import Any, Final

from gateway.errors import BadRequest
from gateway.payments.model import VPA_MAX_LENGTH, VPA_PATTERN
from gateway.processors.capabilities import METHODS, Capabilities, Method
from gateway.processors.instruments import CHOSEN_BY
from gateway.processors.registry import SIMULATED

FLOWS: Final = ("intent", "qr")

FIELDS: Final = frozenset({"order_id", "method", "vpa", "card", "flow", "bank", "wallet", "return_url"})
"""What is read of the body. Amount and currency may be sent as well, and are the order's all the same."""

_EXAMPLES: Final = {"bank": "HDFC", "wallet": "paytm"}


def read_method(body: dict[str, Any]) -> Method:
    """Raises `BadRequest`."""
    method = body.get("method")
    if not isinstance(method, str) or method not in METHODS:
        raise BadRequest(f"method must be {', '.join(METHODS[:-1])} or {METHODS[-1]}", field="method")
    return method


def read_instrument(body: dict[str, Any], method: Method) -> str | None:
    """The code of the bank or the wallet, if one is named. Raises `BadRequest` for one that there is not."""
    field = CHOSEN_BY.get(method)
    code = body.get(field) if field else None
    if field is None or code is None:
        return None
    # What the test bank takes is every bank, and its own beside them.
    if not isinstance(code, str) or code not in SIMULATED.capabilities.methods[method]:
        raise BadRequest(f"{field} must be the code of a {field}, such as {_EXAMPLES[field]}", field=field)
    return code


def check_instrument(code: str | None, method: Method, capabilities: Capabilities) -> None:
    """Who takes the payment takes it from this bank or wallet, and asks for one where none is named. Raises
    `BadRequest`."""
    field, taken = CHOSEN_BY.get(method), capabilities.methods.get(method)
    if field is None:
        return
    if code is None and capabilities.client == "none":
        raise BadRequest(f"{field} is required: a code such as {_EXAMPLES[field]}", field=field)
    if code is not None and taken and code not in taken:
        raise BadRequest(f"{field} {code} is not taken here", field=field)


def read_flow(body: dict[str, Any], method: Method) -> str | None:
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

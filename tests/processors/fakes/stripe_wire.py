"""How Stripe reads requests and refuses them: nested forms, strict parameters, errors."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from tests.processors.fakes.exchange import FakeReply, FakeRequest
from tests.processors.fakes.stripe_objects import Entity

_MOST = 999_999_999_999
_WHOLE = {"isk": 100, "ugx": 100, "bhd": 10, "jod": 10, "kwd": 10, "omr": 10, "tnd": 10}


class Refused(Exception):
    """Stripe's no. `kept`: whether it is kept under the key (not what failed validation)."""

    def __init__(self, status: int, code: str | None, message: str, *, kept: bool = True, **fields: Any) -> None:
        super().__init__(message)
        self.kept = kept
        kind = fields.pop("type", "invalid_request_error")
        error = {"type": kind, "message": message} | ({"code": code} if code else {}) | fields
        self.reply = FakeReply(status, {"error": error})


def nested(fields: dict[str, Any]) -> Entity:
    """`a[b]` as `{"a": {"b": …}}`; `a[]` and `a[0]` alike."""
    result: Entity = {}
    for name, value in fields.items():
        head, *rest = re.findall(r"[^\[\]]+", name)
        if name.endswith("[]"):
            rest = ["0"]
        place = result
        for part, following in zip([head, *rest], rest, strict=False):
            assert following
            place = place.setdefault(part, {})
        place[[head, *rest][-1]] = value
    return result


def only(fields: Entity, allowed: str) -> None:
    for name in fields:
        if name not in allowed.split():
            raise Refused(400, "parameter_unknown", f"Received unknown parameter: {name}", param=name, kept=False)


def invalid(param: str, message: str) -> NoReturn:
    raise Refused(400, None, message, param=param, kept=False)


def text_of(fields: Entity, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(400, "parameter_missing", f"Missing required param: {name}.", param=name, kept=False)
    return value


def amount_of(fields: Entity, name: str, currency: str) -> int:
    text = text_of(fields, name)
    if re.fullmatch(r"[0-9]+", text) is None:
        raise Refused(400, "parameter_invalid_integer", f"Invalid integer: {text}", param=name, kept=False)
    amount = int(text)
    if amount > _MOST:
        raise Refused(
            400, "amount_too_large", "Amount must be no more than 999,999,999,999", param=name, kept=False
        )
    if amount < 1 or amount % _WHOLE.get(currency, 1):
        raise Refused(
            400, "parameter_invalid_integer", f"Invalid amount of {currency}: {text}", param=name, kept=False
        )
    return amount


def fits(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(value == wanted)
    ways: dict[str, Callable[[int, int], bool]] = {
        "gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__,
    }  # fmt: skip
    return all(ways[way](value, int(bound)) for way, bound in wanted.items())


def api_key(request: FakeRequest) -> str:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind == "Basic":
        return base64.b64decode(value).decode().partition(":")[0]
    return value if kind == "Bearer" else ""


def fingerprint(request: FakeRequest) -> tuple[str, str]:
    return request.path, json.dumps(request.fields, sort_keys=True)


def frozen(value: Any) -> Any:
    return json.loads(json.dumps(value))


def kept_reply(reply: FakeReply) -> FakeReply:
    return FakeReply(reply.status, frozen(reply.body))

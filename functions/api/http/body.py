"""A body as a JSON object that can be stored."""

import json
import math
from typing import Any, Final, NoReturn

from gateway.errors import BadRequest

_MAX_DEPTH: Final = 32
_TOO_DEEP: Final = f"The body is nested more than {_MAX_DEPTH} levels deep"


def read_json_object(raw: bytes) -> dict[str, Any]:
    """Raises `ValueError` for what is no JSON, and `BadRequest` for JSON that is no object or cannot be stored."""
    try:
        body = _DECODER.decode(raw.decode("utf-8"))
    except RecursionError:
        raise BadRequest(_TOO_DEEP) from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object")
    _refuse_unstorable(raw, body)
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    """`1e400` is JSON, and no number that could be stored."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


# `json.loads` makes a new one for each body, which takes longer than the body.
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def _refuse_unstorable(raw: bytes, body: dict[str, Any]) -> None:
    """NUL cannot be stored in Postgres, half a surrogate pair is no character, and depth has a bound.

    Only escapes can write the first two, and only many brackets the third: the usual body is not walked.
    """
    if b"\\u" not in raw and raw.count(b"{") + raw.count(b"[") <= _MAX_DEPTH:
        return
    waiting: list[tuple[Any, int]] = [(body, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            _refuse_unstorable_text(value)
        elif isinstance(value, dict | list):
            if depth > _MAX_DEPTH:
                raise BadRequest(_TOO_DEEP)
            parts = [*value, *value.values()] if isinstance(value, dict) else value
            waiting += [(part, depth + 1) for part in parts]


def _refuse_unstorable_text(text: str) -> None:
    try:
        has_nul = b"\0" in text.encode()
    except UnicodeEncodeError:
        has_nul = True
    if has_nul:
        raise BadRequest("The body must not contain NUL or unpaired surrogates")

"""Which of two media types a client would rather have (RFC 9110, section 12.5.1)."""

import re
from functools import lru_cache
from typing import Final
from urllib.request import parse_http_list

from starlette.requests import Request

_CSV: Final = "text/csv"
_JSON: Final = "application/json"
_WEIGHT: Final = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
_USUAL_LENGTH: Final = 256


def wants_csv(request: Request) -> bool:
    """Whether `Accept` prefers CSV to JSON.

    JSON is what everybody gets who does not ask for CSV: who takes both alike has to name CSV and not JSON, and a
    wildcard such as `text/*` asks for CSV only where JSON is not taken at all.
    """
    accept = ", ".join(request.headers.getlist("accept"))
    return _kept(accept) if len(accept) <= _USUAL_LENGTH else _prefers_csv(accept)


def _prefers_csv(accept: str) -> bool:
    weights = _read(accept)
    csv, named = _weight(weights, _CSV)
    json, json_named = _weight(weights, _JSON)
    if csv == 0:
        return False
    if json == 0:
        return True
    return named and (csv > json or (csv == json and not json_named))


# A client always sends the same; to read it takes longer than to look up a key of the API.
_kept: Final = lru_cache(maxsize=256)(_prefers_csv)


def _weight(weights: dict[str, float], media_type: str) -> tuple[float, bool]:
    """The weight of the most exact range that holds the type, and whether it names it."""
    if media_type in weights:
        return weights[media_type], True
    group = media_type.partition("/")[0] + "/*"
    return weights.get(group, weights.get("*/*", 0.0)), False


def _read(accept: str) -> dict[str, float]:
    """Media ranges and their weights; a weight that is none counts as 0. Without any range all is taken."""
    weights: dict[str, float] = {}
    for part in parse_http_list(accept.lower()):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        texts = [one[2:] for one in parameters if one.startswith("q=")]
        weight = 1.0
        if texts:
            weight = float(texts[0]) if _WEIGHT.fullmatch(texts[0]) else 0.0
        if media_range:
            weights[media_range] = max(weight, weights.get(media_range, 0.0))
    return weights or {"*/*": 1.0}

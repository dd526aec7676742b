"""JSON is compact and as `JSON.stringify` prints it: merchants verify by re-serialising."""

import json
from typing import Any

import pytest

from gateway.encode import encode_json


@pytest.mark.parametrize(
    "value",
    [
        {"id": "pay_1", "amount": 50000, "captured": False, "error_code": None, "notes": {}, "list": [1, "two"]},
        {"text": 'ü € \U0001f600 \u2028 \x1f \x7f \b \f \n \r \t " \\ /'},
        {"large": 10**12, "negative": -1, "half": 0.5},
    ],
)
def test_it_has_the_bytes_of_the_standard_library_without_spaces(value: dict[str, Any]) -> None:
    assert encode_json(value) == json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def test_numbers_are_as_javascript_prints_them() -> None:
    assert encode_json([1e-7, 1e21, 0.1]) == b"[1e-7,1e+21,0.1]"


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        encode_json({"text": "\ud800"})

"""JSON as the product writes it, to merchants and into events."""

from typing import Any

from pydantic_core import to_json


def encode_json(value: Any) -> bytes:
    """Compact, non-ASCII characters as they are, numbers as JavaScript's `JSON.stringify` prints them.

    By pydantic's encoder, which takes a quarter of the standard library's time. Raises `ValueError` for half a
    surrogate pair.
    """
    return to_json(value)

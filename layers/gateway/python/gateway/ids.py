"""Public identifiers: a prefix that names the noun and 16 random characters (95 bits)."""

import os
import re
from typing import Final

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SUFFIX: Final = 16
_SHAPE: Final = re.compile(r"[a-z]+_[A-Za-z0-9]{16}")

# Random bytes become letters by a table. 248 is the largest multiple of 62 that a byte can reach: the bytes
# from there on are thrown away, so that every letter is equally likely.
_FAIR: Final = 256 - 256 % len(_ALPHABET)
_LETTERS: Final = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))
_UNFAIR: Final = bytes(range(_FAIR, 256))


def new_id(prefix: str) -> str:
    """A fresh identifier such as `pay_8sHk2LmNq0PzRtVw`, unguessable (the bytes are those of `secrets`)."""
    letters = b""
    while len(letters) < _SUFFIX:
        letters = os.urandom(2 * _SUFFIX).translate(_LETTERS, _UNFAIR)
    return f"{prefix}_{letters[:_SUFFIX].decode()}"


def is_id(value: str, prefix: str) -> bool:
    """Whether `value` has the shape of an identifier with this prefix. A wrong shape is a 404, not a 400."""
    return value.startswith(prefix + "_") and _SHAPE.fullmatch(value) is not None

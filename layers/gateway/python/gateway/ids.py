"""Public identifiers: a prefix that names the noun and 16 random characters (95 bits)."""

import re
import secrets
from typing import Final

_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_SUFFIX: Final = 16
_COUNT: Final = len(_ALPHABET) ** _SUFFIX
_SHAPE: Final = re.compile(r"[a-z]+_[A-Za-z0-9]{16}")


def new_id(prefix: str) -> str:
    """A fresh identifier such as `pay_8sHk2LmNq0PzRtVw`, unguessable (from `secrets`)."""
    number = secrets.randbelow(_COUNT)  # one draw: sixteen of them cost a tenth of a request
    letters = []
    for _ in range(_SUFFIX):
        number, index = divmod(number, 62)
        letters.append(_ALPHABET[index])
    return prefix + "_" + "".join(letters)


def is_id(value: str, prefix: str) -> bool:
    """Whether `value` has the shape of an identifier with this prefix. A wrong shape is a 404, not a 400."""
    return value.startswith(prefix + "_") and _SHAPE.fullmatch(value) is not None

"""Where a page starts: the key of the last row before it, opaque to the caller.

A cursor is base64url of `digest (12 bytes) | JSON array of the key's values`. The digest covers the list,
the caller and the filters, so a cursor that was cut, changed, or taken to another list is refused rather
than misread. It is not a secret: somebody who computes a cursor only chooses a place in his own rows, and only one
that a row could have: `KeyColumn.read` refuses what Postgres could not compare.
"""

import base64
import hashlib
import json
from typing import Any, Final

from gateway.pages.model import KeyColumn

_DIGEST: Final = 12
_MAXIMUM_LENGTH: Final = 512


def write_cursor(key: tuple[KeyColumn, ...], row: object, binding: bytes) -> str:
    """The cursor after this row, for use with the same `binding` only."""
    values = json.dumps([column.write(getattr(row, column.name)) for column in key]).encode()
    return base64.urlsafe_b64encode(_digest(values, binding) + values).rstrip(b"=").decode()


def read_cursor(key: tuple[KeyColumn, ...], cursor: str, binding: bytes) -> tuple[Any, ...]:
    """The key's values in a cursor. Raises `ValueError` if it was not written so, with this `binding`."""
    if len(cursor) > _MAXIMUM_LENGTH:
        raise ValueError("too long")
    raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    digest, values = raw[:_DIGEST], raw[_DIGEST:]
    # The last character of base64 has spare bits: only the text that we write is ours.
    canonical = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    if digest != _digest(values, binding) or canonical != cursor:
        raise ValueError("not a cursor of this list")
    return tuple(_read_value(column, text) for column, text in zip(key, json.loads(values), strict=True))


def _read_value(column: KeyColumn, text: Any) -> Any:
    if not isinstance(text, str):
        raise ValueError("not text")
    value = column.read(text)
    if column.write(value) != text:
        raise ValueError("not as it is written")
    return value


def _digest(values: bytes, binding: bytes) -> bytes:
    return hashlib.sha256(binding + values).digest()[:_DIGEST]

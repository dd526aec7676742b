"""What two keyboards type as one password is one text: the OpaqueString profile of RFC 8265, section 4.2.

One keyboard sends `é` as one character, another as `e` and an accent; a phone puts a space in that is no ASCII
one. Case and width stay: they were chosen. Of what the profile forbids, controls and what Unicode does not
define are refused in a new password; joiners and variation selectors, of which emoji are made, are taken."""

import unicodedata
from typing import Final

from gateway.errors import BadRequest

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200
"""In characters (code points), after preparation: the hash takes any length, this bounds the work."""
_FORBIDDEN: Final = frozenset({"Cc", "Cn", "Cs"})


def prepared(text: str) -> str:
    """The text that is hashed: every space an ASCII one, composed (NFC). ASCII stays as it is."""
    if text.isascii():
        return text
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in text)
    return unicodedata.normalize("NFC", spaced)


def spellings(text: str) -> list[str]:
    """What may have been hashed when this password was set: the prepared text; before there was any preparation
    the text as it was typed, composed or not. Of ASCII they are one, so that nothing is hashed twice."""
    return list(dict.fromkeys((prepared(text), text, unicodedata.normalize("NFD", text))))


def require_good_password(password: object) -> str:
    """The prepared password if it may be used: 10 to 200 characters, not a few of them repeated (NIST 800-63B:
    length, no composition rules). Raises `BadRequest`."""
    if not isinstance(password, str):
        raise BadRequest(f"password must have {MIN_LENGTH} to {MAX_LENGTH} characters", field="password")
    text = prepared(password)
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        raise BadRequest(f"password must have {MIN_LENGTH} to {MAX_LENGTH} characters", field="password")
    if len(set(text)) < 4:
        raise BadRequest("password must not repeat so few characters", field="password")
    if any(unicodedata.category(character) in _FORBIDDEN for character in text):
        raise BadRequest("password must not hold control characters or undefined ones", field="password")
    return text

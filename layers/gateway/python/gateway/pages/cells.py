"""Values as cells of a spreadsheet."""

import json
import unicodedata
from typing import Any, Final

# A spreadsheet runs a cell that begins so as a formula (OWASP, "CSV Injection"); a quote makes it text.
_BREAKS: Final = ("\t", "\r", "\n")
_SIGNS: Final = frozenset("=+-@\N{MINUS SIGN}")
# What a program may pass over before it looks: blanks of all kinds, controls, marks without width, fillers.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Me", "Mn", "Zl", "Zp", "Zs"})
_FILLERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def csv_cell(value: Any) -> str | int:
    """A value as a cell: nothing for null, `true`/`false`, JSON for objects, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"'{text}" if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may run this text: behind what is not seen, and in signs of other widths too."""
    first = next((one for one in text if not _is_unseen(one)), None)
    is_sign = first is not None and unicodedata.normalize("NFKC", first) in _SIGNS
    return is_sign or text.startswith(_BREAKS)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or character in _FILLERS

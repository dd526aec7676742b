"""What a fake's browser scripts and frames ask it for: files beside this module, and answers to them.

None of it carries a CORP header, as the processors' own does not: a page that is isolated cannot load it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.processors.fakes.exchange import FakePage

_FOLDER: Final = Path(__file__).parent / "browser"


def script(name: str) -> FakePage:
    """A script that a page loads."""
    return FakePage(200, _read(name), "text/javascript; charset=utf-8")


def document(name: str, **put: str) -> FakePage:
    """A document of a frame or a window; each name of `put` stands in it as `__NAME__`."""
    text = _read(name).decode()
    for one, value in put.items():
        text = text.replace(f"__{one.upper()}__", value)
    return FakePage(200, text.encode(), "text/html; charset=utf-8")


def shared(path: str) -> FakePage | None:
    """What the forms of all of them load."""
    if path == "/js/bank":
        return document("challenge.html")
    return script("upi.js") if path == "/js/upi.js" else None


def answer(body: Any, status: int = 200, *, anybody: bool = False) -> FakePage:
    """JSON for a script: of its own origin, or of `anybody`'s."""
    headers = {"access-control-allow-origin": "*"} if anybody else {}
    return FakePage(status, json.dumps(body).encode(), "application/json", headers)


def upi_link(name: str, reference: str, amount: int) -> str:
    """What a code says and an app opens: NPCI's link, to be paid to nobody. `amount` in paise."""
    fields = {"pa": f"{name}@example", "pn": name, "tr": reference, "am": f"{amount / 100:.2f}", "cu": "INR"}
    return f"upi://pay?{urlencode(fields)}"


def in_script(value: Any) -> str:
    """JSON inside a script element."""
    return json.dumps(value).replace("<", "\\u003c")


@cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()

"""The marked cards, and how to find them in whatever was written."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence

CVV = "7391"
HOLDER = "Canary Q Holder"
# Numbers that stand nowhere else in the repository (but the last three, which choose an outcome).
NUMBERS = {
    "success": "4539578763621486",
    "timeout": "4916338506082832",
    "killed": "5425233430109903",
    "traceback": "4929939187355598",
    "public": "6011000990139424",
    "amex": "371938475610293",
    "amex again": "379042618537703",
    "failed": "4000000000009995",
    "challenge": "4000002500003155",
    "wrong": "4539578763621487",
}


def marked(*names: str) -> list[str]:
    """What must stay secret of these cards: the number, also without its last four, and the holder."""
    numbers = [NUMBERS[name] for name in names]
    return [*numbers, *(number[:12] for number in numbers), HOLDER]


def search(written: Mapping[str, bytes], secrets: Sequence[str]) -> list[str]:
    """Where one of these secrets stands, in any form; and the CVV, with what is around it."""
    found = [
        f"{secret!r} as {form!r} in {where}"
        for secret in secrets
        for form in forms(secret)
        for where, content in written.items()
        if form in content
    ]
    return found + [f"the CVV in {where}: {hit!r}" for where, content in written.items() for hit in cvvs(content)]


def forms(secret: str) -> Iterator[bytes]:
    """In clear, grouped as people write numbers, in hex, and in base64 wherever it may begin."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    if secret.isdigit():
        for separator in (b" ", b"-"):
            yield separator.join(raw[i : i + 4] for i in range(0, len(raw), 4))
            if len(raw) == 15:
                yield separator.join((raw[:4], raw[4:10], raw[10:]))
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + raw)
        yield whole[(0, 2, 3)[shift] : len(whole) // 4 * 4 - 4]


def cvvs(content: bytes) -> list[bytes]:
    """The CVV as a word of its own: not within a longer number, a hash or a fraction of a second."""
    return re.findall(rb".{0,30}(?<![0-9A-Za-z.+/=_-])" + CVV.encode() + rb"(?![0-9A-Za-z.+/=_-]).{0,30}", content)

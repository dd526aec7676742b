"""The signature doctor: given a webhook as it arrived, say whether its signatures hold, and if not, why.

Most failures are the same few: a body that was parsed and printed again, a trailing newline, an old
secret, another endpoint's, a clock that is off, a header that got lost on the way.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.webhooks.signatures.problems import (
    BYTE_ORDER_MARK,
    LEGACY,
    OLD_SECRET,
    OTHER_CONTENT,
    RESERIALISED,
    STANDARD,
    TRAILING_NEWLINE,
    UNKNOWN_SIGNER,
    WHITESPACE,
    KnownSecret,
    Problem,
    clock_problems,
    header_problems,
    secret_problems,
)
from gateway.webhooks.signatures.sign import sign_legacy, sign_standard

_HARMLESS: Final = frozenset({"missing_header", "previous_secret"})


@dataclass(frozen=True, slots=True)
class Case:
    """A webhook as it arrived. `sent` is what we stored for its event, if we know the event; `own_secret` is
    the one that the receiver uses, if it was told."""

    body: bytes
    headers: Mapping[str, str]
    sent: bytes | None
    own_secret: str | None
    now: float


def diagnose(case: Case, secrets: Sequence[KnownSecret]) -> dict[str, Any]:
    """Whether each scheme verifies, which endpoint signed, and the problems that were found."""
    headers = {name.lower().strip(): value.strip() for name, value in case.headers.items()}
    body, changed = _find_signed_body(case, headers, secrets)
    signer = _signer(headers, body, secrets)
    problems = [*header_problems(headers), *([changed] if changed else []), *clock_problems(headers, case.now)]
    if signer is None:
        if LEGACY in headers or STANDARD in headers:
            problems.append(UNKNOWN_SIGNER if case.sent in (None, case.body) else OTHER_CONTENT)
    elif signer.state != "current":
        problems.append(OLD_SECRET[signer.state])
    problems += secret_problems(case.own_secret, signer, secrets)
    verified = signer is not None and changed is None
    legacy = verified and signer is not None and _legacy_holds(headers, case.body, signer.secret)
    standard = verified and signer is not None and _standard_holds(headers, case.body, signer.secret)
    is_well = all(problem.code in _HARMLESS for problem in problems)
    return {
        "valid": (legacy or standard) and is_well,
        "legacy": legacy,
        "standard": standard,
        "endpoint_id": signer.endpoint_id if signer else None,
        "event_id": headers.get("webhook-id"),
        "problems": [problem.as_json() for problem in problems],
    }


def _legacy_holds(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    given = headers.get(LEGACY, "")
    return given.isascii() and hmac.compare_digest(sign_legacy(secret, body), given)


def _standard_holds(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    timestamp = headers.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 13):
        return False
    wanted = sign_standard(secret, headers.get("webhook-id", ""), int(timestamp), body)
    return wanted in headers.get(STANDARD, "").split(" ")


def _signer(headers: Mapping[str, str], body: bytes, secrets: Sequence[KnownSecret]) -> KnownSecret | None:
    """The secret that one of the signatures was made with; a current one before an old one."""
    order = {"current": 0, "previous": 1, "expired": 2}
    for known in sorted(secrets, key=lambda one: order[one.state]):
        if _legacy_holds(headers, body, known.secret) or _standard_holds(headers, body, known.secret):
            return known
    return None


def _find_signed_body(
    case: Case, headers: Mapping[str, str], secrets: Sequence[KnownSecret]
) -> tuple[bytes, Problem | None]:
    """The bytes that were signed, and how those that arrived differ from them."""
    if _signer(headers, case.body, secrets) is not None:
        return case.body, None
    for body, problem in _variants(case):
        if body != case.body and _signer(headers, body, secrets) is not None:
            return body, problem
    return case.body, None


def _variants(case: Case) -> list[tuple[bytes, Problem]]:
    """What the body may have been before something on the receiver's side changed it, likeliest first."""
    body = case.body
    variants = [
        (body.rstrip(b"\r\n"), TRAILING_NEWLINE),
        (body.removeprefix(b"\xef\xbb\xbf"), BYTE_ORDER_MARK),
        (body.strip(), WHITESPACE),
    ]
    try:
        printed = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()
        variants.append((printed, RESERIALISED))
    except (ValueError, RecursionError):
        pass
    if case.sent is not None:
        variants.append((case.sent, RESERIALISED if _same_json(body, case.sent) else OTHER_CONTENT))
    return variants


def _same_json(one: bytes, other: bytes) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except (ValueError, RecursionError):
        return False

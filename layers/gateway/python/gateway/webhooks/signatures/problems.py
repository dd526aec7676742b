"""What can be wrong with a webhook's signature, each with its remedy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEGACY: Final = "x-webhook-signature"
STANDARD: Final = "webhook-signature"
TOLERANCE_SECONDS: Final = 300
"""How far a timestamp may be off (Standard Webhooks' own verifiers use the same)."""

_FOREIGN: Final = (
    "x-razorpay-signature",
    "stripe-signature",
    "svix-signature",
    "x-hub-signature-256",
    "x-signature",
)


@dataclass(frozen=True, slots=True)
class KnownSecret:
    """A secret that we know of. `state`: `current`, `previous` (in its overlap) or `expired`."""

    endpoint_id: str
    secret: str
    state: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what to do about it."""

    code: str
    message: str
    fix: str

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "fix": self.fix}


_ASK_FOR_IT: Final = "Read it at GET /api/v1/webhooks/endpoints/{id}/secret, with a key of the same mode."
_RAW: Final = "Verify the raw bytes of the request before anything parses them."
RESERIALISED: Final = Problem("reserialised_body", "The body was parsed and printed again", _RAW)
TRAILING_NEWLINE: Final = Problem("trailing_newline", "A newline was added behind the body", _RAW)
BYTE_ORDER_MARK: Final = Problem("byte_order_mark", "A byte order mark was put before the body", _RAW)
WHITESPACE: Final = Problem("whitespace", "White space was added around the body", _RAW)
OTHER_CONTENT: Final = Problem("other_content", "The body is not the one that was sent for this event", _RAW)
NO_SIGNATURE: Final = Problem(
    "no_signature",
    "Neither webhook-signature nor X-Webhook-Signature is among the headers",
    "Pass the request's headers on; some proxies and frameworks drop or rename them.",
)
UNKNOWN_SIGNER: Final = Problem(
    "unknown_signer",
    "No secret of this merchant in this mode made this signature",
    "Was it sent by another merchant's endpoint, by the other mode, or signed by a secret of long ago?",
)
_BAD_TIMESTAMP: Final = Problem(
    "bad_timestamp", "webhook-timestamp is not in unix seconds", "Pass the header on unchanged."
)
OLD_SECRET: Final = {
    "previous": Problem(
        "previous_secret",
        "It is signed with the secret before the rotation only",
        "It still holds, until previous_secret_expires_at: take the new secret by then.",
    ),
    "expired": Problem("old_secret", "The secret was rotated away, and its overlap is over", _ASK_FOR_IT),
}


def _problem_wrong_header(name: str) -> Problem:
    return Problem(
        "wrong_header", f"{name} is another provider's header", "Read webhook-signature or X-Webhook-Signature."
    )


def _problem_missing(names: list[str]) -> Problem:
    return Problem("missing_header", f"Not among the headers: {', '.join(names)}", "Pass all of them on.")


def header_problems(headers: Mapping[str, str]) -> list[Problem]:
    if LEGACY not in headers and STANDARD not in headers:
        foreign = [name for name in _FOREIGN if name in headers]
        if foreign:
            return [_problem_wrong_header(foreign[0])]
        return [NO_SIGNATURE]
    missing = [name for name in ("webhook-id", "webhook-timestamp", STANDARD, LEGACY) if name not in headers]
    return [_problem_missing(missing)] if missing else []


def clock_problems(headers: Mapping[str, str], now: float) -> list[Problem]:
    timestamp = headers.get("webhook-timestamp")
    if timestamp is None:
        return []
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 13):
        return [_BAD_TIMESTAMP]
    age = now - int(timestamp)
    if abs(age) <= TOLERANCE_SECONDS:
        return []
    when = f"{abs(age):.0f} seconds {'old' if age > 0 else 'in the future'}"
    return [
        Problem(
            "timestamp_out_of_tolerance",
            f"The timestamp is {when}; verifiers accept {TOLERANCE_SECONDS}",
            "Verify when the request arrives, not later, and keep the receiver's clock right (NTP). "
            "A webhook that is sent again has a new timestamp.",
        )
    ]


def secret_problems(own: str | None, signer: KnownSecret | None, secrets: Sequence[KnownSecret]) -> list[Problem]:
    """What is wrong with the secret that the receiver uses."""
    if own is None:
        return []
    wanted = [one for one in secrets if signer is None or one.endpoint_id == signer.endpoint_id]
    if any(one.secret == own and one.state != "expired" for one in wanted):
        return []
    match = next((one for one in secrets if one.secret == own), None)
    if match is not None and match.state == "expired":
        return [OLD_SECRET["expired"]]
    if match is not None:
        return [Problem("other_endpoints_secret", f"Your secret is that of {match.endpoint_id}", _ASK_FOR_IT)]
    return [_misread(own, [one.secret for one in secrets])]


def _misread(own: str, secrets: Sequence[str]) -> Problem:
    """How the text that a receiver uses differs from a secret of ours: quoted, cut, in another alphabet."""
    for problem, read in _MISREADINGS:
        text = read(own)
        if text != own and any(text in (secret, secret.removeprefix("whsec_")) for secret in secrets):
            return problem
    if any(secret.removeprefix("whsec_") == own for secret in secrets):
        return _WITHOUT_PREFIX
    if any(_bare(own) == _bare(secret) for secret in secrets):
        return _OTHER_BASE64
    return Problem("unknown_secret", "Your secret is none of this merchant's in this mode", _ASK_FOR_IT)


def _bare(secret: str) -> str:
    """What is left of a secret without everything that is added and lost on the way; in one alphabet."""
    text = _unquoted(secret.strip()).removeprefix("v1,").removeprefix("whsec_")
    return text.rstrip("=").replace("-", "+").replace("_", "/")


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`" else text


_MISREADINGS: Final[tuple[tuple[Problem, Callable[[str], str]], ...]] = (
    (
        Problem("secret_has_whitespace", "Your secret has white space around it", "Trim it where it is read."),
        str.strip,
    ),
    (
        Problem("secret_is_quoted", "Your secret has quotation marks around it", "Leave them out of it."),
        lambda text: _unquoted(text.strip()),
    ),
    (
        Problem("secret_has_version", "Your secret has v1, before it", "v1, belongs to signatures: leave it out."),
        lambda text: text.removeprefix("v1,"),
    ),
)
_WITHOUT_PREFIX: Final = Problem(
    "secret_without_prefix",
    "Your secret lacks whsec_",
    "X-Webhook-Signature is made with the whole text, whsec_ included. For webhook-signature the key "
    "is what base64 says after whsec_; libraries take the whole text.",
)
_OTHER_BASE64: Final = Problem(
    "secret_is_respelled",
    "Your secret is ours in another spelling: without padding (=), or with - and _ for + and /",
    "Keep the text as it was shown: X-Webhook-Signature is made with these very characters.",
)

"""Rate limits on the wire: which route counts against what, and the headers that tell."""

from typing import Any, Final, Literal

from fastapi.routing import APIRoute
from starlette.requests import Request

from api.http.visitor import client_address
from gateway.addresses import network_of
from gateway.limits.limiter import Limiter, LimitReached
from gateway.limits.model import LimitName, Verdict

Guard = Literal["address", "sign-in", "control"]

NOTICES_PATH: Final = "/api/v1/processors/{account_id}/notices"
_SIGN_IN: Final = frozenset({"/api/v1/session", "/api/v1/team/accept", "/api/v1/team/invitation"})
# A processor has few addresses and much to tell: only what is refused counts, once it is known (`guard_refused`).
_SIGNED: Final = frozenset({NOTICES_PATH})
_CONTROL: Final = (
    "/api/v1/keys",
    "/api/v1/team",
    "/api/v1/session",
    "/api/v1/checkout/settings",
    "/api/v1/processor-accounts",
    "/api/v1/processor-routes",
    "/api/v1/refund-caps",
    "/api/v1/webhooks/endpoints",
    "/api/v1/webhooks/config",
    "/api/v1/webhooks/regenerate-secret",
    "/api/v1/webhooks/secret/",
)
# An emergency must not wait for Redis either; to ask who would take a payment changes nothing.
_NO_CONTROL: Final = ("/pause", "/preview")
# DELETE takes power away (a key, a session, a member): that must work while Redis is away.
_CHANGES: Final = frozenset({"POST", "PUT", "PATCH"})


def guard_of(route: APIRoute) -> Guard | None:
    """What a route counts against besides its caller's own limit. Health, documents: nothing."""
    if not route.path.startswith("/api/v1/"):
        return None
    is_change = bool(_CHANGES & (route.methods or set()))
    if route.path in _SIGNED:
        return None
    if (route.openapi_extra or {}).get("security") == []:
        return "sign-in" if is_change and route.path in _SIGN_IN else "address"
    is_control = route.path.startswith(_CONTROL) and not route.path.endswith(_NO_CONTROL)
    return "control" if is_change and is_control else None


async def guard_visitor(request: Request, guard: Guard) -> None:
    """Count a request by where it comes from, before anything is done. Raises `RateLimited`, `Unavailable`.

    A change of control waits until its caller is known (`guard_caller`).
    """
    if guard == "control":
        request.state.is_control = True
    elif guard == "sign-in":
        await _count_strictly(request, "sign-in", network_of(client_address(request)))
    else:
        _count(request, "address", network_of(client_address(request)))


async def guard_caller(request: Request, subject: str) -> None:
    """Count a request of an API key or of a person (by id)."""
    _count(request, "key", subject)
    if request.scope["state"].get("is_control"):
        await _count_strictly(request, "control", subject)


def verdicts_of(request: Request) -> list[Verdict]:
    """What the request was counted against so far; what is added is told to the caller."""
    verdicts: list[Verdict] = request.scope["state"].setdefault("limits", [])
    return verdicts


def guard_look(request: Request, payment_id: str) -> None:
    """Count one wish to have the processor asked about this payment."""
    _count(request, "look", payment_id)


def guard_refused(request: Request) -> None:
    """Count credentials that were refused, by address: raises `RateLimited` for one too many."""
    _count(request, "address", network_of(client_address(request)))


def _count(request: Request, name: LimitName, subject: str) -> None:
    limiter: Limiter = request.app.state.runtime.limiter
    try:
        _show(request, limiter.count(name, subject))
    except LimitReached as error:
        _show(request, error.verdict)
        raise


async def _count_strictly(request: Request, name: LimitName, subject: str) -> None:
    limiter: Limiter = request.app.state.runtime.limiter
    try:
        _show(request, await limiter.count_strictly(name, subject))
    except LimitReached as error:
        _show(request, error.verdict)
        raise


def _show(request: Request, verdict: Verdict | None) -> None:
    if verdict is not None:
        verdicts_of(request).append(verdict)


def limit_headers(state: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """What is left, in the words of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` and `RateLimit` as
    in its versions 08 to 10, and of the tightest limit the three fields of the versions before, which most
    clients read."""
    verdicts: list[Verdict] = state.get("limits", [])
    if not verdicts:
        return []
    tightest = verdicts[0] if len(verdicts) == 1 else min(verdicts, key=_share_left)
    policies = ", ".join([verdict.policy.header for verdict in verdicts])
    left = ", ".join([f'"{one.policy.name}";r={one.remaining};t={one.reset_seconds}' for one in verdicts])
    return [
        (b"ratelimit-policy", policies.encode()),
        (b"ratelimit", left.encode()),
        (b"ratelimit-limit", b"%d" % tightest.policy.quota),
        (b"ratelimit-remaining", b"%d" % tightest.remaining),
        (b"ratelimit-reset", b"%d" % tightest.reset_seconds),
    ]


def _share_left(verdict: Verdict) -> float:
    return verdict.tokens / verdict.policy.quota

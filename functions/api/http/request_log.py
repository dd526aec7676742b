"""Tell the request log of a request that a merchant's key or person made."""

from typing import Final

from starlette.types import Scope

from gateway.clock import utc_now
from gateway.requests.model import MAXIMUM_PATH, Request, without_card_numbers
from gateway.requests.record import RequestLog
from gateway.tenancy.model import Caller
from gateway.users.model import Session

_ITSELF: Final = "/api/v1/requests"
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def note_request(log: RequestLog, scope: Scope, status: int, seconds: float) -> None:
    """Buffer a line, once it is known whose request it was. What the dashboard reads is left out unless it
    fails, and so is what is asked of the log itself: both ask every few seconds, and would bury the rest."""
    state = scope["state"]
    caller: Caller | None = state.get("caller")
    session: Session | None = state.get("session")
    if (
        caller is None
        or scope["path"].startswith(_ITSELF)
        or (session is not None and status < 400 and scope["method"] in _READS)
    ):
        return
    log.add(
        Request(
            merchant_id=caller.merchant_id,
            mode=caller.mode,
            request_id=without_card_numbers(state["request_id"])[:64],
            method=scope["method"][:16],
            path=without_card_numbers(scope["path"])[:MAXIMUM_PATH],
            status=status,
            duration_ms=round(seconds * 1000, 2),
            error_code=state.get("error_code"),
            key_id=None if session is not None else caller.key_id,
            user_email=session.user.email if session is not None else None,
            replayed=state.get("replayed", False),
            created_at=utc_now(),
        )
    )

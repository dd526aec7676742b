"""Leave an audit row, in the transaction of the control action that it tells."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request

from api.http.visitor import client_address
from api.http.written import note_written
from gateway.audit.model import Actor, AuditEntry, audited_action, without_secrets
from gateway.audit.queries import insert_audit
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import GatewayError
from gateway.idempotency.model import Answer
from gateway.tenancy.model import Caller
from gateway.users.model import Session

Act = Callable[[Connection], Awaitable[Answer]]
ReadBody = Callable[[Request], Awaitable[dict[str, Any]]]


def actor_of(request: Request, caller: Caller) -> Actor:
    """The session's user, else the API key."""
    session: Session | None = getattr(request.state, "session", None)
    if session is not None:
        return Actor("user", str(session.user.id), session.user.email)
    key_id = caller.key_id or "unknown"
    return Actor("key", key_id, key_id)


async def write_audit(
    tx: Connection,
    request: Request,
    caller: Caller,
    action: str,
    object_id: str | None,
    details: dict[str, Any],
    *,
    with_mode: bool = True,
) -> None:
    """Add a row about what this request does; `details` must hold no secret."""
    entry = AuditEntry(
        merchant_id=caller.merchant_id,
        mode=caller.mode if with_mode else None,
        actor=actor_of(request, caller),
        action=action,
        object_id=object_id,
        details=details,
        address=client_address(request),
        request_id=request.state.request_id,
        created_at=utc_now(),
    )
    await insert_audit(tx, entry)
    note_written(request, caller)
    if not with_mode:
        note_written(request, Caller(caller.merchant_id, "test"), Caller(caller.merchant_id, "live"))


def audited(request: Request, caller: Caller, act: Act, read_body: ReadBody) -> Act:
    """`act`, and with it the audit row if the request is a control action that succeeds.

    `read_body` is how bodies are read: it raises a `GatewayError` for one that could not be stored.
    """
    known = audited_action(request.method, request.scope["path"])
    if known is None:
        return act
    action, object_id = known

    async def act_and_tell(tx: Connection) -> Answer:
        async with tx.transaction():
            answer = await act(tx)
            if answer.status_code < 400:
                details = await _details(request, action, answer, read_body)
                await write_audit(tx, request, caller, action, object_id, details)
            return answer

    return act_and_tell


async def _details(request: Request, action: str, answer: Answer, read_body: ReadBody) -> dict[str, Any]:
    """What was asked for. An amount stands with the currency that it is in, which only the answer says.

    A route that asks for no body may be sent anything: that tells nothing.
    """
    try:
        details = without_secrets(await read_body(request))
    except GatewayError:
        return {}
    if action.startswith("payment.") and "amount" in details:
        details["currency"] = json.loads(answer.body)["currency"]
    return details

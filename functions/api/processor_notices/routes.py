"""Notices of processors: the address that stands in a processor's own dashboard as its webhook."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import json_response, runtime_of
from api.http.limits import guard_refused
from api.processor_notices.schemas import NoticeReceipt
from api.reference.openapi import operation
from gateway.clock import utc_now
from gateway.errors import NotFound, SignatureRefused
from gateway.failpoint import reach
from gateway.processors.notices.receive import Received, receive_notices

router = APIRouter(prefix="/api/v1", tags=["Processors"])

_RECEIVED: Final = {"received": True}


@router.post(
    "/processors/{account_id}/notices",
    summary="Take a notice of a processor",
    **operation(answer=NoticeReceipt, example=_RECEIVED, errors=(401, 404, 413, 503), public=True),
)
async def post_notice(request: Request, account_id: str) -> Response:
    """The webhook of this account in the processor's dashboard points here, signed with the account's secret.

    The body is taken as the bytes that came. A repeat is answered as the first was, and changes nothing.
    """
    try:
        received = await _receive(request, account_id)
    except (NotFound, SignatureRefused) as error:
        # Only what is refused counts: however much a processor has to tell, it is never told to be slower.
        guard_refused(request)
        if isinstance(error, SignatureRefused):
            runtime_of(request).logger.warning(
                "a notice was refused", extra={"account_id": account_id, "reason": error.description}
            )
        raise
    wakes = runtime_of(request).wakes
    if received.payments_due:
        wakes.wake("payments")
    if received.refunds_due:
        wakes.wake("refunds")
    return json_response(_RECEIVED)


async def _receive(request: Request, account_id: str) -> Received:
    runtime = runtime_of(request)
    caller = await runtime.tenants.of_processor_account(account_id)
    if caller is None:
        raise NotFound("No such account")
    body, headers = await request.body(), dict(request.headers)
    async with runtime.database.connection(caller) as tx:
        received = await receive_notices(tx, runtime.keyring, caller, account_id, headers, body, utc_now())
    reach("notices.kept")
    return received

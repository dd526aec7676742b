"""The ledger: what the merchant is owed, and every entry that made it so."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import authenticated, json_response, runtime_of
from api.http.lists import answer_list
from api.ledger.schemas import BalancesAnswer, EntryAnswer
from api.payments.examples import PAYMENT
from api.reference.lists import list_answer, list_parameters
from api.reference.openapi import LIST_ERRORS, READ_ERRORS, operation
from gateway.clock import iso, utc_now
from gateway.errors import BadRequest
from gateway.ledger.listing import ENTRIES
from gateway.ledger.read import read_balances

router = APIRouter(prefix="/api/v1/ledger", tags=["Ledger"])

_ENTRY: Final[dict[str, Any]] = {
    "id": f"{PAYMENT['id']}:capture",
    "kind": "capture",
    "debit": "processor_receivable",
    "credit": "merchant_payable",
    "amount": 50000,
    "currency": "INR",
    "object_id": PAYMENT["id"],
    "created_at": "2026-01-15T10:31:14.012Z",
}
_BALANCES: Final[dict[str, Any]] = {
    "data": [
        {
            "currency": "INR",
            "processor_receivable": 50000,
            "merchant_payable": 40000,
            "refunds_pending": 10000,
            "authorized_receivable": 0,
            "authorized_payable": 0,
            "suspense": 0,
        }
    ],
    "as_of": "2026-01-15T10:31:15.000Z",
}


@router.get(
    "/balances",
    summary="Read the balances",
    **operation(answer=BalancesAnswer, example=_BALANCES, errors=(*READ_ERRORS, 400)),
)
async def get_balances(request: Request) -> Response:
    """One row per currency that has ever had an entry: what was taken, what is yours, what is on its way back."""
    caller = await authenticated(request, "read")
    for name in request.query_params:
        raise BadRequest(f"Unknown parameter {name[:64]!r}", field=name[:64])
    balances = await runtime_of(request).reads.run(caller, lambda tx: read_balances(tx, caller))
    return json_response({"data": [one.as_json() for one in balances], "as_of": iso(utc_now())})


@router.get(
    "/entries",
    summary="List ledger entries",
    **operation(
        answer=list_answer(ENTRIES, EntryAnswer, _ENTRY),
        parameters=list_parameters(ENTRIES),
        errors=LIST_ERRORS,
    ),
)
async def get_entries(request: Request) -> Response:
    """Newest first, in pages. With `Accept: text/csv` all that the filters leave, as one file."""
    return await answer_list(request, await authenticated(request, "read"), ENTRIES)

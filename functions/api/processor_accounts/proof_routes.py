"""What is proven of an account at a processor."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import authenticated, json_response, runtime_of
from api.processor_accounts.examples import ACCOUNT_ID
from api.processor_accounts.schemas import AccountProofAnswer
from api.reference.openapi import READ_ERRORS, operation
from gateway.processors.accounts.configure import find_account
from gateway.processors.accounts.proof import read_proof

router = APIRouter(prefix="/api/v1/processor-accounts", tags=["Processors"])

_PAYMENT: Final = "pay_H8sK3jD9s2L1pQr4"
_PROOF: Final[dict[str, Any]] = {
    "account_id": ACCOUNT_ID,
    "checked_at": "2026-01-15T10:31:10.123Z",
    "problem": None,
    "checks": [
        {
            "at": "2026-01-15T10:31:10.001Z",
            "method": "GET",
            "path": "/v1/account",
            "request": None,
            "response_code": 200,
            "response": {"id": "acct_1H8sK3jD9s2L1pQr"},
            "duration_ms": 120,
            "error": None,
        }
    ],
    "payment": {
        "payment_id": _PAYMENT,
        "amount": 100,
        "currency": "INR",
        "reference": "pi_3H8sK3jD9s2L1pQr",
        "at": "2026-01-15T10:35:00.000Z",
    },
    "capture": {
        "payment_id": _PAYMENT,
        "amount": 100,
        "currency": "INR",
        "reference": "pi_3H8sK3jD9s2L1pQr",
        "at": "2026-01-15T10:35:00.000Z",
    },
    "refund": None,
    "notice": {"payment_id": _PAYMENT, "type": "payment_intent.succeeded", "at": "2026-01-15T10:35:01.000Z"},
}


@router.get(
    "/{account_id}/proof",
    summary="What is proven of a processor account",
    **operation(answer=AccountProofAnswer, example=_PROOF, errors=(*READ_ERRORS, 404)),
)
async def get_proof(request: Request, account_id: str) -> Response:
    """What its processor itself has said: the last check's exchanges, and the newest payment, capture, refund and
    notice among the account's 500 newest payments. Null: never seen there."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        return json_response(await read_proof(tx, await find_account(tx, caller, account_id)))

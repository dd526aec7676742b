"""The secret that signs shoppers' results."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.checkout.schemas import SigningSecretAnswer
from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.reference.openapi import WRITE_ERRORS, operation
from gateway.checkout.signing.change import read_secrets, rotate_secret
from gateway.checkout.signing.model import SigningRotation
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.idempotency.model import Answer
from gateway.validation import validate

router = APIRouter(prefix="/api/v1/checkout/signing-secret", tags=["Checkout"])

_EXAMPLE: Final[dict[str, Any]] = {
    "mode": "live",
    "signing_secret": "3f1c…",
    "next_signing_secret": None,
    "activates_at": None,
}


@router.get(
    "",
    summary="Read the secret that signs results",
    **operation(answer=SigningSecretAnswer, example=_EXAMPLE),
)
async def get_signing_secret(request: Request) -> Response:
    """The one of this mode; a rotation's next one is there as well until it signs. Keep it on your server.

    Each reading stands in the audit log.
    """
    caller = await authenticated(request, "write")
    runtime = runtime_of(request)
    async with runtime.database.connection(caller) as tx:
        signing = await read_secrets(tx, runtime.keyring, caller)
        await write_audit(tx, request, caller, "checkout.secret_read", None, {})
    return json_response(signing.as_json())


@router.post(
    "/rotate",
    summary="Replace the secret that signs results",
    **operation(
        answer=SigningSecretAnswer,
        example=_EXAMPLE | {"next_signing_secret": "a94f…", "activates_at": "2026-01-16T10:30:00.000Z"},
        body=SigningRotation,
        body_example={"activates_at": "2026-01-16T10:30:00Z"},
        body_required=False,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
)
async def post_signing_rotation(request: Request) -> Response:
    """The next secret is shown at once and signs from `activates_at` on: accept both until then.

    A rotation that has not begun to sign is replaced.
    """
    caller = await authenticated(request, "write")
    keyring, now = runtime_of(request).keyring, utc_now()
    at = validate(SigningRotation, await read_object(request, optional=True)).moment(now)

    async def act(tx: Connection) -> Answer:
        signing = await rotate_secret(tx, keyring, caller, at)
        return Answer(200, json_bytes(signing.as_json()))

    return await answered(request, caller, act, secret=True)

"""API keys: list, create, rotate with an overlap, rename, revoke."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.keys.examples import KEY
from api.keys.schemas import KeyAnswer, KeysAnswer, LabelBody, NewKeyAnswer, NewKeyBody, RotateAnswer, RotateBody
from api.reference.openapi import WRITE_ERRORS, operation
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import PermissionDenied
from gateway.idempotency.model import Answer
from gateway.merchants.keys import list_keys, make_key, relabel_key, revoke_key, rotate_key

router = APIRouter(prefix="/api/v1/keys", tags=["API keys"])

_SECRET = "secret_test_…"  # noqa: S105 - an example


@router.get("", summary="List API keys", **operation(answer=KeysAnswer, example={"data": [KEY]}))
async def get_keys(request: Request) -> Response:
    """All keys of this mode, revoked ones included, never a secret."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        keys = await list_keys(tx, caller.merchant_id, caller.mode)
    return json_response({"data": [key.as_json(utc_now()) for key in keys]})


@router.post(
    "",
    summary="Create an API key",
    **operation(
        status=201,
        answer=NewKeyAnswer,
        example={"key": KEY, "secret": _SECRET},
        body=NewKeyBody,
        body_example={"label": "Web shop", "scopes": ["read", "write"]},
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
)
async def post_key(request: Request) -> Response:
    """The secret is in this answer and nowhere else; under an idempotency key the answer is kept encrypted."""
    caller = await authenticated(request, "admin")
    body, now, keyring = await read_object(request), utc_now(), runtime_of(request).keyring

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            key, secret = await make_key(tx, keyring, caller.merchant_id, caller.mode, body, now)
            details = {"label": key.label, "scopes": key.scopes}
            await write_audit(tx, request, caller, "key.created", key.id, details)
        return Answer(201, json_bytes({"key": key.as_json(now), "secret": secret}))

    return await answered(request, caller, act, secret=True)


@router.post(
    "/{key_id}/rotate",
    summary="Rotate an API key",
    **operation(
        status=201,
        answer=RotateAnswer,
        example={"key": KEY, "secret": _SECRET, "old_key": KEY | {"status": "expiring"}},
        body=RotateBody,
        body_example={"overlap_seconds": 86400},
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_rotate(request: Request, key_id: str) -> Response:
    """A new pair with the same label and scopes; the old one works until the overlap (at most a week) ends."""
    caller = await authenticated(request, "admin")
    body, now, keyring = await read_object(request), utc_now(), runtime_of(request).keyring
    overlap = body.get("overlap_seconds", 86_400)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            new, secret, old = await rotate_key(tx, keyring, caller.merchant_id, caller.mode, key_id, overlap, now)
            details = {"new_key": new.id, "overlap_seconds": overlap}
            await write_audit(tx, request, caller, "key.rotated", key_id, details)
        shown = {"key": new.as_json(now), "secret": secret, "old_key": old.as_json(now)}
        return Answer(201, json_bytes(shown))

    return await answered(request, caller, act, secret=True)


@router.patch(
    "/{key_id}",
    summary="Rename an API key",
    **operation(
        answer=KeyAnswer,
        example=KEY,
        body=LabelBody,
        body_example={"label": "Web shop"},
        errors=(400, 401, 403, 404, 413, 415, 503),
    ),
)
async def patch_key(request: Request, key_id: str) -> Response:
    """Changes what people read; the pair stays as it is."""
    caller = await authenticated(request, "admin")
    body = await read_object(request)
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        key = await relabel_key(tx, caller.merchant_id, caller.mode, key_id, body.get("label"))
        await write_audit(tx, request, caller, "key.renamed", key_id, {"label": key.label})
    return json_response(key.as_json(utc_now()))


@router.delete(
    "/{key_id}",
    summary="Revoke an API key",
    **operation(answer=KeyAnswer, example=KEY | {"status": "revoked"}, errors=(401, 403, 404, 503)),
)
async def delete_key(request: Request, key_id: str) -> Response:
    """Refused from now on, everywhere within five seconds. It stays in the list."""
    caller = await authenticated(request, "admin")
    if caller.key_id == key_id:
        raise PermissionDenied("A key cannot revoke itself")
    now = utc_now()
    async with runtime_of(request).database.connection(caller) as tx, tx.transaction():
        key = await revoke_key(tx, caller.merchant_id, caller.mode, key_id, now)
        await write_audit(tx, request, caller, "key.revoked", key_id, {"label": key.label})
    return json_response(key.as_json(now))

"""API keys: list, create, rotate with an overlap, rename, revoke."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import actor_of, write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.http.proof import require_own_password
from api.http.query import read_whole, refuse_unknown
from api.keys.examples import KEY
from api.keys.schemas import KeyAnswer, KeysAnswer, LabelBody, NewKeyAnswer, NewKeyBody, RotateAnswer, RotateBody
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from api.reference.parameters import parameter
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import PermissionDenied
from gateway.idempotency.model import Answer
from gateway.merchants.keys.change import relabel_key, revoke_key
from gateway.merchants.keys.listing import MAX_PAGE, list_keys
from gateway.merchants.keys.make import make_key, rotate_key
from gateway.merchants.keys.model import read_scopes
from gateway.merchants.keys.queries import select_key
from gateway.users.model import Session
from gateway.users.roles import require_may_give_scopes

router = APIRouter(prefix="/api/v1/keys", tags=["API keys"])

_SECRET = "secret_test_…"  # noqa: S105 - an example


@router.get(
    "",
    summary="List API keys",
    **operation(
        answer=KeysAnswer,
        example={"data": [KEY], "next_cursor": None, "has_more": False},
        errors=(*READ_ERRORS, 400),
        parameters=[
            parameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": MAX_PAGE},
                "Keys that have ended on one page; the active ones are all on the first.",
            ),
            parameter("cursor", {"type": "string", "maxLength": 512}, "`next_cursor` of the page before."),
        ],
    ),
)
async def get_keys(request: Request) -> Response:
    """Keys of this mode, never a secret: every active one first, then those that were revoked or have expired, the
    newest first. Each says who made it."""
    caller = await authenticated(request, "admin")
    query, now = request.query_params, utc_now()
    refuse_unknown(request, ("limit", "cursor"))
    limit = read_whole(query.get("limit", str(MAX_PAGE)), "limit", MAX_PAGE)
    async with runtime_of(request).database.connection(caller) as tx:
        page = await list_keys(tx, caller.merchant_id, caller.mode, now, cursor=query.get("cursor"), limit=limit)
    return json_response(
        {
            "data": [key.as_json(now) for key in page.keys],
            "next_cursor": page.next_cursor,
            "has_more": page.next_cursor is not None,
        }
    )


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
    """The secret is in this answer and nowhere else; under an idempotency key the answer is kept encrypted. At the
    dashboard only an owner or an admin makes a key with the scope `admin`, and gives the `current_password`."""
    caller = await authenticated(request, "admin")
    body, now, keyring = await read_object(request, fields=NewKeyBody), utc_now(), runtime_of(request).keyring
    scopes = read_scopes(body.get("scopes", []))
    _require_may_give(request, scopes)
    if "admin" in scopes:
        await require_own_password(request, body)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            key, secret = await make_key(
                tx, keyring, caller.merchant_id, caller.mode, body, actor_of(request, caller), now
            )
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
    """A new pair with the same label and scopes; the old one works until the overlap (at most a week) ends, and
    both count towards the limit of 50. Where the scopes hold `admin` it takes an owner or an admin at the
    dashboard, and the `current_password`: who rotates sees the new secret."""
    caller = await authenticated(request, "admin")
    body, now, keyring = await read_object(request, fields=RotateBody), utc_now(), runtime_of(request).keyring
    overlap = body.get("overlap_seconds", 86_400)
    async with runtime_of(request).database.connection(caller) as tx:
        key = await select_key(tx, caller.merchant_id, caller.mode, key_id)
    if key is not None and "admin" in key.scopes:
        _require_may_give(request, key.scopes)
        await require_own_password(request, body)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            new, secret, old = await rotate_key(
                tx, keyring, caller.merchant_id, caller.mode, key_id, overlap, actor_of(request, caller), now
            )
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
    body = await read_object(request, fields=LabelBody)
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


def _require_may_give(request: Request, scopes: list[str]) -> None:
    """A person gives a key no scope of settings that the person does not have. Raises `PermissionDenied`."""
    session: Session | None = getattr(request.state, "session", None)
    if session is not None:
        require_may_give_scopes(session.user.role, scopes)

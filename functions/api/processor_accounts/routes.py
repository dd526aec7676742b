"""A merchant's accounts at processors: connect, check, change, disable, remove, stop in an emergency."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import actor_of, write_audit
from api.http.dependencies import (
    answered,
    authenticated,
    claim,
    json_bytes,
    json_response,
    read_object,
    runtime_of,
)
from api.http.proof import require_own_password
from api.processor_accounts.asking import (
    CLAIM_SPARE_SECONDS,
    Change,
    accounts_of,
    find,
    select_surroundings,
    shown,
)
from api.processor_accounts.examples import ACCOUNT, NEW_ACCOUNT, OFFERED, STOP, UNCHECKED
from api.processor_accounts.schemas import ProcessorAccountAnswer, ProcessorAccountsAnswer
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.errors import IdempotencyInProgress
from gateway.idempotency.model import Answer
from gateway.processors.accounts.bodies import AccountChanges, NewAccount, Stop
from gateway.processors.accounts.check import Verdict, ask_account, save_verdict
from gateway.processors.accounts.configure import create_account, find_account, remove_account
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import select_accounts
from gateway.processors.instruments import CHOSEN_BY
from gateway.processors.registry import CONNECTORS
from gateway.processors.stops.hold import pause_account, resume_account
from gateway.tenancy.model import Caller
from gateway.validation import validate

router = APIRouter(prefix="/api/v1/processor-accounts", tags=["Processors"])


def _offered() -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "title": one.title,
            "public_field": one.public_field,
            "secret_fields": list(one.secret_fields),
            "has_webhook_secret": one.webhook_secret_is_own,
            "collect": one.capabilities.collect,
            "methods": sorted(one.capabilities.methods),
            "instruments": {
                method: sorted(codes) for method, codes in one.capabilities.methods.items() if method in CHOSEN_BY
            },
        }
        for one in CONNECTORS.values()
    ]


async def _answer(tx: Connection, request: Request, account: Account, status: int = 200) -> Answer:
    return Answer(status, json_bytes(shown(request, account, await select_surroundings(tx, account))))


@router.get(
    "",
    summary="List processor accounts",
    **operation(
        answer=ProcessorAccountsAnswer,
        example={"data": [ACCOUNT], "next_cursor": None, "has_more": False, "processors": [OFFERED]},
        errors=READ_ERRORS,
    ),
)
async def get_accounts(request: Request) -> Response:
    """Those of this mode, oldest first, and which processors there are. Owners and admins only."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        accounts, around = await select_accounts(tx, caller), await select_surroundings(tx, caller)
    data = [shown(request, one, around) for one in accounts if one.status != "removed"]
    return json_response({"data": data, "next_cursor": None, "has_more": False, "processors": _offered()})


@router.post(
    "",
    summary="Connect a processor account",
    **operation(
        status=201,
        answer=ProcessorAccountAnswer,
        example=UNCHECKED,
        body=NewAccount,
        body_example=NEW_ACCOUNT,
        errors=WRITE_ERRORS,
        idempotent=True,
    ),
)
async def post_account(request: Request) -> Response:
    """It is `unchecked` and takes no payment before its check. A person at the dashboard gives the
    `current_password`. Credentials of the other mode are refused."""
    caller = await authenticated(request, "admin")
    body, runtime = await read_object(request), runtime_of(request)
    new = validate(NewAccount, body)
    await require_own_password(request, body)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            account = await create_account(tx, runtime.keyring, runtime.settings, caller, new, utc_now())
            details = {"processor": account.processor, "label": account.label, "public_key": account.public_key}
            await write_audit(tx, request, caller, "processor_account.created", account.id, details)
            return await _answer(tx, request, account, 201)

    return await answered(request, caller, act)


@router.get(
    "/{account_id}",
    summary="Retrieve a processor account",
    **operation(answer=ProcessorAccountAnswer, example=ACCOUNT, errors=(*READ_ERRORS, 404)),
)
async def get_account(request: Request, account_id: str) -> Response:
    """Also one that was removed, which payments may name."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        account = await find_account(tx, caller, account_id)
        around = await select_surroundings(tx, caller)
    return json_response(shown(request, account, around))


@router.patch(
    "/{account_id}",
    summary="Change a processor account",
    **operation(
        answer=ProcessorAccountAnswer,
        example=ACCOUNT,
        body=AccountChanges,
        body_example={"label": "Shop in the EU", "status": "enabled"},
        errors=(*WRITE_ERRORS, 404, "CONFLICT_ERROR"),
    ),
)
async def patch_account(request: Request, account_id: str) -> Response:
    """What is absent stays. New credentials are asked first, and have to open the same account there; a person at
    the dashboard gives the `current_password` for them. A new webhook secret leaves the old one valid until it is
    dropped."""
    caller = await authenticated(request, "admin")
    raw = await read_object(request)
    body = validate(AccountChanges, raw)
    change = Change(request, caller, account_id, body)
    await change.prove(raw)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            account = await change.save(tx)
            await write_audit(tx, request, caller, "processor_account.changed", account.id, _told(body))
            return await _answer(tx, request, account)

    return await answered(request, caller, act)


def _told(body: AccountChanges) -> dict[str, Any]:
    """What was changed, without what is secret."""
    given = body.model_fields_set - {"current_password"}
    hidden = {"credentials", "webhook_secret"}
    return {name: "replaced" if name in hidden else getattr(body, name) for name in sorted(given)}


@router.delete(
    "/{account_id}",
    summary="Remove a processor account",
    **operation(
        answer=ProcessorAccountAnswer,
        example=ACCOUNT | {"status": "removed", "has_webhook_secret": False},
        errors=(401, 403, 404, "CONFLICT_ERROR", 503),
    ),
)
async def delete_account(request: Request, account_id: str) -> Response:
    """What opens it is forgotten, and its rules end. 409 while something there is in flight, in review, or could
    still be refunded: disable it instead."""
    caller = await authenticated(request, "admin")
    runtime = runtime_of(request)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            account = await remove_account(tx, runtime.keyring, runtime.settings, caller, account_id, utc_now())
            details = {"processor": account.processor, "label": account.label}
            await write_audit(tx, request, caller, "processor_account.removed", account.id, details)
            return await _answer(tx, request, account)

    return await answered(request, caller, act)


@router.post(
    "/{account_id}/check",
    summary="Check a processor account",
    **operation(
        answer=ProcessorAccountAnswer,
        example=ACCOUNT,
        errors=(*WRITE_ERRORS, 404, "CONFLICT_ERROR"),
        idempotent=True,
    ),
)
async def post_check(request: Request, account_id: str) -> Response:
    """Asks the processor something harmless. `problem` is null if the credentials are right; an account that was
    unchecked is enabled then, and is the first route of a merchant who has none."""
    caller = await authenticated(request, "admin")
    await read_object(request, optional=True)
    runtime = runtime_of(request)
    account = await find(request, caller, account_id)
    claimed = await claim(request, caller, runtime.settings.processor_timeout_seconds + CLAIM_SPARE_SECONDS)
    verdict: Verdict | None = None
    if claimed:
        verdict = await ask_account(accounts_of(request), account, utc_now())

    async def act(tx: Connection) -> Answer:
        if verdict is None:  # the claim that was in our way has been swept away this moment
            raise IdempotencyInProgress("The first request with this key has not ended", retry_after=1)
        async with tx.transaction():
            saved = await save_verdict(tx, caller, account, verdict)
            details = {"status": saved.status, "problem": saved.problem}
            await write_audit(tx, request, caller, "processor_account.checked", saved.id, details)
            return await _answer(tx, request, saved)

    return await answered(request, caller, act, claimed=claimed)


@router.post(
    "/{account_id}/pause",
    summary="Stop a live processor account at once",
    **operation(
        answer=ProcessorAccountAnswer,
        example=ACCOUNT | {"mode": "live", "stops": [STOP]},
        body=Stop,
        body_example={"covers": "payments", "reason": STOP["reason"]},
        body_required=False,
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_pause(request: Request, account_id: str) -> Response:
    """The emergency stop: no new live payment is given to it from now on (`covers: refunds`: none of its payments
    is refunded). Look-ups, notices and captures go on. Other routes take over where they can; else 503."""
    return await _hold(request, account_id, "paused")


@router.post(
    "/{account_id}/resume",
    summary="End the stop of a live processor account",
    **operation(
        answer=ProcessorAccountAnswer,
        example=ACCOUNT | {"mode": "live"},
        body=Stop,
        body_example={"covers": "payments"},
        body_required=False,
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_resume(request: Request, account_id: str) -> Response:
    """Ends the account's own stop. What the operator has stopped for a merchant or for everybody stays."""
    return await _hold(request, account_id, "resumed")


async def _hold(request: Request, account_id: str, what: str) -> Response:
    caller: Caller = await authenticated(request, "admin")
    stop = validate(Stop, await read_object(request, optional=True))
    now, actor = utc_now(), actor_of(request, caller)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            account = await find_account(tx, caller, account_id)
            if what == "paused":
                changed = await pause_account(tx, account, stop.covers, stop.reason, actor.label, now)
            else:
                changed = await resume_account(tx, account, stop.covers)
            if changed:  # who asks for what holds already has done nothing that could be told
                details = {"covers": stop.covers, "reason": stop.reason}
                await write_audit(tx, request, caller, f"processor_account.{what}", account.id, details)
            return await _answer(tx, request, account)

    return await answered(request, caller, act)

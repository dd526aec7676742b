"""Try it: a merchant pays the least amount himself, and sees each step confirmed by the processor."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from api.trials.examples import TRIAL
from api.trials.schemas import TrialAnswer
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.idempotency.model import Answer
from gateway.processors.accounts.configure import find_account
from gateway.trials.trial import begin_trial, read_trial

router = APIRouter(prefix="/api/v1/processor-accounts", tags=["Processors"])


@router.get(
    "/{account_id}/trial",
    summary="How far the trial of an account has come",
    **operation(answer=TrialAnswer, example=TRIAL, errors=(*READ_ERRORS, 404)),
)
async def get_trial(request: Request, account_id: str) -> Response:
    """The newest one. Each step is ticked by what the processor has answered; `order` is null before the first."""
    caller = await authenticated(request, "admin")
    runtime = runtime_of(request)
    async with runtime.database.connection(caller) as tx:
        account = await find_account(tx, caller, account_id)
        return json_response(await read_trial(tx, caller, account, runtime.settings.checkout_url, utc_now()))


@router.post(
    "/{account_id}/trial",
    summary="Try an account",
    **operation(
        status=201,
        answer=TrialAnswer,
        example=TRIAL,
        errors=(*WRITE_ERRORS, 404, "PROCESSOR_REQUIRED"),
        idempotent=True,
    ),
)
async def post_trial(request: Request, account_id: str) -> Response:
    """Makes an order of the least amount that the account takes, to be paid at `checkout_url` by whoever tries it:
    in live mode with real money. 400 where the routes lead no such payment to the account."""
    caller = await authenticated(request, "admin")
    await read_object(request, optional=True)
    runtime, now = runtime_of(request), utc_now()

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            account = await find_account(tx, caller, account_id)
            order = await begin_trial(tx, caller, account, now)
            details = {"order_id": order.id, "amount": order.amount, "currency": order.currency}
            await write_audit(tx, request, caller, "processor_account.tried", account.id, details)
            shown = await read_trial(tx, caller, account, runtime.settings.checkout_url, now)
            return Answer(201, json_bytes(shown))

    return await answered(request, caller, act)

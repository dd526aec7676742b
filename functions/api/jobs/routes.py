"""A merchant's work: what is due, in flight, or waits for a person."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import actor_of, write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, runtime_of
from api.jobs.examples import CAPPED, JOB
from api.jobs.schemas import JobsAnswer, RetriedJobAnswer, SettledJobAnswer
from api.reference.openapi import WRITE_ERRORS, operation
from gateway.clock import iso, iso_or_none, utc_now
from gateway.database import Connection
from gateway.errors import NotFound
from gateway.idempotency.model import Answer
from gateway.ids import is_id
from gateway.jobs.model import Kind
from gateway.jobs.status_queries import select_alive_kinds
from gateway.overview.work import count_waiting_deliveries, retry_job, select_jobs
from gateway.refunds.caps.review_queries import settle_review

router = APIRouter(prefix="/api/v1/jobs", tags=["Jobs"])

_KINDS: tuple[Kind, ...] = ("payments", "refunds", "webhooks")


@router.get(
    "",
    summary="List unfinished work",
    **operation(
        answer=JobsAnswer,
        example={
            "data": [JOB],
            "deliveries": {"due": 0, "scheduled": 3, "in_flight": 1},
            "workers": {"payments": "running", "refunds": "running", "webhooks": "running"},
        },
    ),
)
async def get_jobs(request: Request) -> Response:
    """Undecided payments and refunds, and refunds that a daily cap has refused (at most a hundred of each); what
    needs a person first. Money that nobody expected is at `/unexpected-payments`."""
    caller = await authenticated(request, "read")
    async with runtime_of(request).database.connection(caller) as tx:
        jobs = await select_jobs(tx, caller)
        deliveries = await count_waiting_deliveries(tx, caller)
        alive = await select_alive_kinds(tx)
    shown = [
        job
        | {
            "due_at": iso_or_none(job["due_at"]),
            "sent_at": iso_or_none(job["sent_at"]),
            "created_at": iso(job["created_at"]),
        }
        for job in jobs
    ]
    workers = {kind: "running" if kind in alive else "stopped" for kind in _KINDS}
    return json_response({"data": shown, "deliveries": deliveries, "workers": workers})


@router.post(
    "/{job_id}/retry",
    summary="Try again what waits for a person",
    **operation(
        answer=RetriedJobAnswer,
        example={"id": JOB["id"], "status": "due"},
        errors=(*WRITE_ERRORS, 404, "PROCESSOR_REQUIRED"),
        idempotent=True,
    ),
)
async def post_retry(request: Request, job_id: str) -> Response:
    """The processor is asked what it knows before anything is sent again: nothing is charged twice. For the refund
    of an unexpected payment (`unex_…`) it takes the scope `admin`, as at its own route."""
    caller = await authenticated(request, "admin" if job_id.startswith("unex_") else "write")
    kind: Kind = "refunds" if job_id.startswith("rfnd_") else "payments"

    async def act(tx: Connection) -> Answer:
        await retry_job(tx, caller, job_id, utc_now())
        return Answer(200, json_bytes({"id": job_id, "status": "due"}))

    response = await answered(request, caller, act)
    runtime_of(request).wakes.wake(kind)
    return response


@router.post(
    "/{job_id}/settle",
    summary="Settle what a daily cap has refused",
    **operation(
        answer=SettledJobAnswer,
        example={"id": CAPPED["id"], "status": "settled"},
        errors=(*WRITE_ERRORS, 404),
        idempotent=True,
    ),
)
async def post_settle(request: Request, job_id: str) -> Response:
    """Somebody has looked at it: the line of a refused refund (`capr_…`) leaves the list, and nothing is paid
    back. Takes the scope `admin`: owners and admins."""
    caller = await authenticated(request, "admin")
    now, actor = utc_now(), actor_of(request, caller)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            if not is_id(job_id, "capr") or not await settle_review(tx, caller, job_id, actor.label, now):
                raise NotFound("There is no such refusal to settle")
            await write_audit(tx, request, caller, "refund_cap.settled", job_id, {})
        return Answer(200, json_bytes({"id": job_id, "status": "settled"}))

    return await answered(request, caller, act)

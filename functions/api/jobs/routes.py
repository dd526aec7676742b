"""A merchant's work: what is due, in flight, or waits for a person."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.dependencies import answered, authenticated, json_bytes, json_response, runtime_of
from api.jobs.examples import JOB
from api.jobs.schemas import JobsAnswer, RetriedJobAnswer
from api.reference.openapi import WRITE_ERRORS, operation
from gateway.clock import iso, iso_or_none
from gateway.database import Connection
from gateway.idempotency.model import Answer
from gateway.jobs.model import Kind
from gateway.jobs.status_queries import select_alive_kinds
from gateway.overview.work import count_waiting_deliveries, retry_job, select_jobs

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
    """Undecided payments and refunds (at most a hundred of each), what needs a person first."""
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
    """The processor is asked what it knows before anything is sent again: nothing is charged twice."""
    caller = await authenticated(request, "write")
    kind: Kind = "refunds" if job_id.startswith("rfnd_") else "payments"

    async def act(tx: Connection) -> Answer:
        await retry_job(tx, caller, job_id)
        return Answer(200, json_bytes({"id": job_id, "status": "due"}))

    response = await answered(request, caller, act)
    runtime_of(request).wakes.wake(kind)
    return response

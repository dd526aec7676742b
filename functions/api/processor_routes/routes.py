"""Routes: ordered rules that say which processor account takes which payment."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.http.audited import write_audit
from api.http.dependencies import answered, authenticated, json_bytes, json_response, read_object, runtime_of
from api.processor_routes.examples import NEW_RULES, PREVIEW, PREVIEW_BODY, RULES
from api.processor_routes.schemas import PreviewAnswer, RoutesAnswer, RoutesBody
from api.reference.openapi import READ_ERRORS, WRITE_ERRORS, operation
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.idempotency.model import Answer
from gateway.processors.routes.bodies import NewRule, PreviewBody, read_rules, read_version
from gateway.processors.routes.choose import read_terms
from gateway.processors.routes.configure import replace_rules
from gateway.processors.routes.model import Rule, version_of
from gateway.processors.routes.queries import select_rules
from gateway.validation import validate, validate_each

router = APIRouter(prefix="/api/v1/processor-routes", tags=["Processors"])


def _shown(rules: Sequence[Rule]) -> dict[str, Any]:
    return {"rules": [rule.as_json() for rule in rules], "version": version_of(rules)}


@router.get(
    "",
    summary="Read the routes",
    **operation(answer=RoutesAnswer, example=RULES, errors=READ_ERRORS),
)
async def get_routes(request: Request) -> Response:
    """All rules of this mode, in the order in which they are tried. Owners and admins only."""
    caller = await authenticated(request, "admin")
    async with runtime_of(request).database.connection(caller) as tx:
        rules = await select_rules(tx, caller)
    return json_response(_shown(rules))


@router.put(
    "",
    summary="Replace the routes",
    **operation(
        answer=RoutesAnswer,
        example=RULES,
        body=RoutesBody,
        body_example=NEW_RULES,
        errors=(*WRITE_ERRORS, "CONFLICT_ERROR"),
    ),
)
async def put_routes(request: Request) -> Response:
    """The whole list at once, at most a hundred. The first rule that fits a payment, and whose account is enabled
    and able, takes it; the choice is frozen on the payment. In test mode the simulated bank takes what no rule
    does, in live mode nobody (`PROCESSOR_REQUIRED`). With `version` nothing is lost that somebody else has saved
    since the list was read: 409."""
    caller = await authenticated(request, "admin")
    body = await read_object(request, fields=RoutesBody)
    new, version = validate_each(NewRule, read_rules(body), "rules"), read_version(body)

    async def act(tx: Connection) -> Answer:
        async with tx.transaction():
            rules = await replace_rules(tx, caller, new, utc_now(), version=version)
            shown = _shown(rules)
            await write_audit(tx, request, caller, "processor_routes.changed", None, {"rules": shown["rules"]})
            return Answer(200, json_bytes(shown))

    return await answered(request, caller, act)


@router.post(
    "/preview",
    summary="Ask who would take a payment",
    **operation(
        answer=PreviewAnswer,
        example=PREVIEW,
        body=PreviewBody,
        body_example=PREVIEW_BODY,
        errors=(400, 401, 403, 413, 415, 503),
    ),
)
async def post_preview(request: Request) -> Response:
    """Nothing is made. Says of each rule why it would not take such a payment. A share is not drawn: of the
    payments that reach a rule with one, so many hundredths are taken by it, and the others go on."""
    caller = await authenticated(request, "admin")
    wanted = validate(PreviewBody, await read_object(request)).wanted()
    async with runtime_of(request).database.connection(caller) as tx:
        terms = await read_terms(tx, caller)
    preview = terms.preview(wanted)
    account, refusal = preview.account, preview.refusal
    shown: dict[str, Any] = {
        "account": None if account is None else account.as_json(),
        "simulator": preview.is_simulated,
        "refusal": None if refusal is None else {"code": refusal.code, "description": refusal.description},
        "rules": [
            {"rule": one.rule.as_json(), "account": one.account.as_json(), "why_not": one.why_not}
            for one in preview.rules
        ],
    }
    return json_response(shown)

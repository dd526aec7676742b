"""`gateway processors operations` and `retry`: what was asked of processors, and what waits for a person."""

import asyncio
import json
from typing import Annotated, Any, Final

import typer

from gateway.cli.operator import tell_audit
from gateway.clock import iso, utc_now
from gateway.database import Connection, owner_connection
from gateway.ids import is_id
from gateway.overview.work import retry_job
from gateway.processors.operations.listing import IN_REVIEW, OPERATIONS, ListedOperation
from gateway.settings import load_settings
from gateway.tenancy.model import Caller

_OWNERS: Final = {
    "pay": "SELECT merchant_id, mode FROM payments WHERE id = %s",
    "rfnd": "SELECT merchant_id, mode FROM refunds WHERE id = %s",
    "unex": "SELECT merchant_id, mode FROM unexpected_money WHERE id = %s",
}


def register(group: typer.Typer) -> None:
    """Add the commands to `gateway processors`."""
    group.command("operations")(operations)
    group.command("retry")(retry)


def operations(
    payment: Annotated[str, typer.Option(help="Only of this payment and its refunds: pay_…")] = "",
    account: Annotated[str, typer.Option(help="Only of this account: acct_…")] = "",
    review: Annotated[bool, typer.Option("--review", help="Only what waits for a person.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, the newest.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one object a line.")] = False,
) -> None:
    """What was asked of processors, newest first; in review with what to do.

    Example: gateway processors operations --review
    """
    for name, prefix, value in (("payment", "pay", payment), ("account", "acct", account)):
        if value and not is_id(value, prefix):
            raise typer.BadParameter(f"{name} must be an id that starts with {prefix}_")

    async def run() -> list[ListedOperation]:
        async with owner_connection(load_settings()) as tx:
            return await _select(tx, payment, account, review, limit)

    for one in asyncio.run(run()):
        print(json.dumps(one.as_json(), ensure_ascii=False) if as_json else _line(one))


def retry(object_id: Annotated[str, typer.Argument(help="pay_…, rfnd_… or unex_…")]) -> None:
    """Give back to the machine what it had left to people: a payment, a refund, or the refund of money that nobody
    expected. What the processor knows is asked before anything is sent, so nothing is done twice.

    Example: gateway processors retry pay_H8sK3jD9s2L1pQr4
    """
    statement = _OWNERS.get(object_id.partition("_")[0])
    if statement is None:
        raise typer.BadParameter(
            "expected the id of a payment (pay_…), a refund (rfnd_…) or an unexpected payment (unex_…)"
        )

    async def run() -> None:
        async with owner_connection(load_settings()) as tx, tx.transaction():
            row = await (await tx.execute(statement, (object_id,))).fetchone()
            if row is None:
                raise ValueError(f"there is no {object_id}")
            await retry_job(tx, Caller(row[0], row[1]), object_id, utc_now())
            await tell_audit(tx, row[0], "job.retried", object_id, {}, utc_now(), row[1])

    asyncio.run(run())
    print(f"{object_id} is due")


async def _select(tx: Connection, payment: str, account: str, review: bool, limit: int) -> list[ListedOperation]:
    """Of all merchants. Nothing of what was typed is in the statement's text."""
    values: dict[str, Any] = {"payment": payment, "account": account, "limit": limit}
    where = [IN_REVIEW] if review else ["true"]
    where += ["payment_id = %(payment)s"] if payment else []
    where += ["account_id = %(account)s"] if account else []
    order = "ORDER BY created_at DESC, key DESC LIMIT %(limit)s"
    cursor = tx.cursor(row_factory=OPERATIONS.rows)
    await cursor.execute(f"{OPERATIONS.select} WHERE {' AND '.join(where)} {order}".encode(), values)
    return await cursor.fetchall()


def _line(one: ListedOperation) -> str:
    shown = [
        iso(one.created_at),
        one.key,
        one.account_id,
        f"{one.amount} {one.currency}",
        one.outcome or "asked",
        f"sent {one.sends}x" if one.first_sent_at else "not sent",
        one.reference or "-",
    ]
    if one.review_reason is None:
        return "  ".join(shown)
    advice = one.as_json()["advice"]
    return "  ".join(shown) + f"\n    in review: {one.review_reason}\n    what to do: {advice}"

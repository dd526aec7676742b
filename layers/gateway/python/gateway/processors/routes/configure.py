"""Replace a merchant's rules: the whole ordered list, or nothing of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.errors import BadRequest, Conflict
from gateway.ids import new_id
from gateway.processors.accounts.change_queries import lock_accounts
from gateway.processors.accounts.queries import select_accounts
from gateway.processors.routes.bodies import NewRule
from gateway.processors.routes.model import Rule, version_of
from gateway.processors.routes.queries import delete_rules, insert_rules, select_rules

CHANGED: Final = "The routes have been changed meanwhile: read them again"


async def replace_rules(
    tx: Connection, tenant: Tenant, new: Sequence[NewRule], now: datetime, *, version: str | None = None
) -> list[Rule]:
    """The tenant's rules are these from now on, in this order. A payment meets all of the old ones or of the new.

    A rule that keeps its id keeps its share of the payments as well. `version`: only if the rules are still those.
    Raises `BadRequest` for an account or a rule that is not the tenant's, and `Conflict`.
    """
    async with tx.transaction():
        await lock_accounts(tx, tenant)
        accounts = {one.id for one in await select_accounts(tx, tenant) if one.status != "removed"}
        known = await select_rules(tx, tenant)
        if version is not None and version != version_of(known):
            raise Conflict(CHANGED)
        before = {one.id: one for one in known}
        rules: list[Rule] = []
        for number, one in enumerate(new):
            one.refuse_contradictions(f"rules.{number}")
            if one.account_id not in accounts:
                raise BadRequest("account_id must be an account of this mode", field=f"rules.{number}.account_id")
            if one.id is not None and (one.id not in before or any(one.id == made.id for made in rules)):
                raise BadRequest("id must be of a rule that there is, once", field=f"rules.{number}.id")
            rules.append(_rule(one, number + 1, before, now))
        await delete_rules(tx, tenant)
        await insert_rules(tx, tenant, rules)
    return rules


def _rule(new: NewRule, position: int, before: dict[str, Rule], now: datetime) -> Rule:
    return Rule(
        id=new.id or new_id("rule"),
        position=position,
        account_id=new.account_id,
        method=new.method,
        network=new.network,
        currency=new.currency,
        amount_from=new.amount_from,
        amount_to=new.amount_to,
        share=new.share,
        created_at=before[new.id].created_at if new.id else now,
    )

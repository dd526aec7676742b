"""Replace a merchant's caps, and count refunds against them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.errors import BadRequest
from gateway.refunds.caps.model import NewCap, RefundCap, RefundCapReached
from gateway.refunds.caps.queries import count_use, delete_caps, select_caps, upsert_cap
from gateway.refunds.caps.review_queries import settle_raised


async def replace_caps(
    tx: Connection, tenant: Tenant, new: Sequence[NewCap], by_whom: str, now: datetime
) -> list[RefundCap]:
    """The tenant's caps are these from now on; what one that has changed had refused waits for nobody any more.
    Raises `BadRequest` for a currency that is given twice."""
    currencies = [one.currency for one in new]
    for number, one in enumerate(new):
        one.refuse_nothing(f"caps.{number}")
        if one.currency in currencies[:number]:
            raise BadRequest("Each currency has one cap", field=f"caps.{number}.currency")
    async with tx.transaction():
        before = {cap.currency: (cap.per_merchant, cap.per_key) for cap in await select_caps(tx, tenant)}
        after = {one.currency: (one.per_merchant, one.per_key) for one in new}
        changed = [currency for currency, bounds in before.items() if after.get(currency) != bounds]
        await settle_raised(tx, tenant, changed, by_whom, now)
        await delete_caps(tx, tenant, currencies)
        for one in new:
            await upsert_cap(tx, tenant, one.currency, one.per_merchant, one.per_key, now)
        return await select_caps(tx, tenant)


async def count_refund(
    tx: Connection, tenant: Tenant, maker: str, currency: str, amount: int, now: datetime
) -> None:
    """Count a refund in the transaction that makes it. `maker`: the key or person who asks.

    Raises `RefundCapReached`: the transaction has to be given up.
    """
    counted = await count_use(tx, tenant, maker, currency, amount, now.astimezone(UTC).date())
    if counted is not None and not counted[1]:
        raise RefundCapReached(counted[0], amount, maker)

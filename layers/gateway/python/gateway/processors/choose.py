"""Which processor takes a payment: the one place that knows.

The simulated bank decides in test mode, and moves no money. A live payment needs an account of the merchant's at a
real processor; nothing stands in for one that is not there.
"""

from typing import Final, Literal

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.errors import ProcessorRequired
from gateway.settings import Settings

ProcessorName = Literal["simulator"]

NO_PROCESSOR: Final = "no_processor"
"""`review_reason` of live work that the simulated bank had begun before it refused live payments."""


def processor_of(mode: str) -> ProcessorName | None:
    """What decides payments of this mode; None: nothing does, and none is taken."""
    return "simulator" if mode == "test" else None


def processors_by_mode(settings: Settings) -> dict[str, str | None]:
    """For people: what decides test payments here, and what live ones: each merchant's own accounts, or nobody."""
    return {"test": processor_of("test"), "live": None if settings.test_mode_is_public else "accounts"}


LIVE_ACCOUNT: Final = """SELECT processor FROM processor_accounts
WHERE merchant_id = %(merchant_id)s AND mode = 'live' AND status = 'enabled' ORDER BY created_at, id LIMIT 1"""
"""The merchant's oldest live account that takes payments."""


async def live_processor_of(tx: Connection, tenant: Tenant) -> str | None:
    """The processor of `LIVE_ACCOUNT`; None: there is none."""
    cursor = await tx.execute(LIVE_ACCOUNT, {"merchant_id": tenant.merchant_id})
    row = await cursor.fetchone()
    return None if row is None else str(row[0])


async def require_processor(tx: Connection, tenant: Tenant) -> str:
    """A processor of this tenant's orders and payments. Raises `ProcessorRequired` where there is none.

    Which one takes a payment is another question: see `routes.choose`.
    """
    name = processor_of(tenant.mode) or await live_processor_of(tx, tenant)
    if name is None:
        raise ProcessorRequired
    return name


def require_processor_of(mode: str, account_id: str | None) -> None:
    """Of a payment that there is. Raises `ProcessorRequired` for a live one that the simulated bank took before it
    refused them: nothing can be done with it any more."""
    if account_id is None and mode != "test":
        raise ProcessorRequired

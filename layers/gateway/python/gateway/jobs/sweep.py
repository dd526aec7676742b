"""Housekeeping that no hint asks for: what is over its time."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from gateway.clock import utc_now
from gateway.database import Connection, Database
from gateway.errors import Unavailable
from gateway.ledger.queries import roll_up
from gateway.payments.cancel import void_expired_payments
from gateway.processors.notices.queries import delete_old_calls, delete_old_notices, try_notices_again
from gateway.requests.queries import DELETED_AT_ONCE, delete_old_requests
from gateway.settings import Settings

_ROLL_UP_SECONDS: Final = 30.0
"""Readers of balances add up what came since: at 300 payments a second some 10,000 entries, 10 ms."""

_BUDGET_SECONDS: Final = 4.0
"""For all steps together: a backlog takes several rounds, and no round takes long."""

_AT_ONCE: Final = 1_000
"""Rows of one statement: so that it holds its locks for a moment only."""

_VOIDED_AT_ONCE: Final = 100
_NOTICES_AT_ONCE: Final = 100


async def sweep(database: Database, settings: Settings) -> int:
    """Have expired authorisations released; look again for what notices are about; delete what is old (cards,
    keys, request log, addresses, notices, exchanges with processors); roll up the ledger.

    Returns how many payments became due. Every step may be repeated or cut off. Each goes on while it
    finds full batches: in the cloud the next round is a minute away. One that fails does not keep the others
    from their turn, nor does a payment that cannot be cancelled; the first error is raised at the end.
    """
    due, passed_over = 0, dict[str, Exception]()

    async def void(tx: Connection) -> int:
        nonlocal due
        expired = await void_expired_payments(tx, utc_now(), passed_over, _VOIDED_AT_ONCE)
        due += expired
        return expired

    async def look_again(tx: Connection) -> int:
        nonlocal due
        tried, found = await try_notices_again(tx, _NOTICES_AT_ONCE)
        due += found
        return tried

    steps: tuple[tuple[Callable[[Connection], Awaitable[int]], int], ...] = (
        (lambda tx: _delete_old_cards(tx, settings.card_vault_seconds), _AT_ONCE),
        (void, _VOIDED_AT_ONCE),
        (look_again, _NOTICES_AT_ONCE),
        (lambda tx: _delete_old_keys(tx, settings.idempotency_hours), _AT_ONCE),
        (lambda tx: delete_old_requests(tx, settings.request_log_hours), DELETED_AT_ONCE),
        (_delete_old_addresses, _AT_ONCE),
        (lambda tx: delete_old_notices(tx, settings.processor_notice_days, _AT_ONCE), _AT_ONCE),
        (lambda tx: delete_old_calls(tx, settings.processor_call_days, _AT_ONCE), _AT_ONCE),
    )
    ends_at = time.monotonic() + _BUDGET_SECONDS
    failed: Exception | None = None
    for step, full in steps:
        try:
            await _repeat(database, step, full, ends_at)
        except Unavailable:
            raise
        except Exception as error:
            failed = failed or error
    async with database.connection(None) as tx:
        await roll_up(tx, _ROLL_UP_SECONDS)
    failed = failed or next(iter(passed_over.values()), None)
    if failed is not None:
        raise failed
    return due


async def _repeat(
    database: Database, step: Callable[[Connection], Awaitable[int]], full: int, ends_at: float
) -> None:
    """Once, and again while a batch is full and there is time."""
    while True:
        async with database.connection(None) as tx:
            done = await step(tx)
        if done < full or time.monotonic() >= ends_at:
            return


async def _delete_old_cards(tx: Connection, seconds: float) -> int:
    cursor = await tx.execute(
        """
        DELETE FROM card_vault WHERE payment_id IN (
            SELECT payment_id FROM card_vault
            WHERE created_at < now() - make_interval(secs => %s) ORDER BY created_at LIMIT %s)
        """,
        (seconds, _AT_ONCE),
    )
    return cursor.rowcount


async def _delete_old_keys(tx: Connection, hours: float) -> int:
    cursor = await tx.execute(
        """
        DELETE FROM idempotency_keys WHERE (merchant_id, mode, key) IN (
            SELECT merchant_id, mode, key FROM idempotency_keys
            WHERE created_at < now() - make_interval(secs => %s) ORDER BY created_at LIMIT %s)
        """,
        (hours * 3600, _AT_ONCE),
    )
    return cursor.rowcount


async def _delete_old_addresses(tx: Connection) -> int:
    cursor = await tx.execute(
        """
        DELETE FROM checkout_attempts WHERE payment_id IN (
            SELECT payment_id FROM checkout_attempts
            WHERE created_at < now() - interval '1 day' ORDER BY created_at LIMIT %s)
        """,
        (_AT_ONCE,),
    )
    return cursor.rowcount

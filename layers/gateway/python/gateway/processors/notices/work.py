"""What the sweep does about notices: look again for what was not there yet, forget old ones, tell of silence."""

import time
from typing import Final

from aws_lambda_powertools import Logger

from gateway.clock import iso_or_none
from gateway.database import Database
from gateway.processors.notices.queries import select_silent_accounts

_LOOK_SECONDS: Final = 60.0
_SAY_SECONDS: Final = 3600.0

_looked_at = float("-inf")
_said_at: dict[str, float] = {}
"""By account: what a log says every minute is read by nobody."""


async def warn_of_silence(database: Database, logger: Logger) -> None:
    """Say in the log, once an hour, which accounts take payments and tell us nothing of them.

    Their payments end all the same, by look-up, but later; the webhook is missing or disabled at the processor.
    """
    global _looked_at
    now = time.monotonic()
    if now - _looked_at < _LOOK_SECONDS:
        return
    _looked_at = now
    async with database.connection(None) as tx:
        silent = await select_silent_accounts(tx)
    for account in silent:
        if now - _said_at.get(account.id, float("-inf")) >= _SAY_SECONDS:
            _said_at[account.id] = now
            logger.warning(
                "a processor takes payments and sends no notices: is the webhook set up and enabled there?",
                extra={
                    "account_id": account.id,
                    "processor": account.processor,
                    "merchant_id": str(account.merchant_id),
                    "mode": account.mode,
                    "noticed_at": iso_or_none(account.noticed_at),
                },
            )

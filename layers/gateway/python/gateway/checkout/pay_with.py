"""What opens a processor's own form: for the hosted page alone.

A session is a secret of the shopper's: whoever has it may pay, and try cards, in the merchant's account. It is
kept sealed, opened here and nowhere else, and in no payment, event, webhook, log or kept answer.
"""

import json
from typing import Any

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.payments.model import Payment
from gateway.processors.accounts.queries import select_account
from gateway.processors.accounts.sealed import PURPOSE
from gateway.processors.operations.queries import select_session
from gateway.processors.registry import CONNECTORS
from gateway.settings import Settings


async def read_pay_with(
    tx: Connection, keyring: Keyring, settings: Settings, payment: Payment
) -> dict[str, Any] | None:
    """`{processor, public_key, script_url, session}` of a payment that waits in a processor's form; else None."""
    if payment.account_id is None or payment.status != "requires_action":
        return None
    sealed = await select_session(tx, payment.id)
    account = await select_account(tx, payment, payment.account_id)
    connector = CONNECTORS.get(account.processor) if account else None
    if sealed is None or account is None or connector is None:
        return None
    key, session = sealed
    # A script from elsewhere would see what the shopper types: of live payments only where the operator says so.
    own = payment.mode == "test" or settings.processor_urls_live
    return {
        "processor": account.processor,
        "public_key": account.public_key,
        "script_url": (own and settings.script_url(account.processor)) or connector.script_url,
        "session": json.loads(keyring.decrypt(PURPOSE, session, key)),
    }

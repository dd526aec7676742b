"""What opens a processor's own form: for the hosted page alone.

A session is a secret of the shopper's: whoever has it may pay, and try cards, in the merchant's account. It is
kept sealed, opened here and nowhere else, and in no payment, event, webhook, log or kept answer.
"""

import json
from typing import Any

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.payments.model import Payment
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import select_account
from gateway.processors.accounts.sealed import PURPOSE
from gateway.processors.operations.queries import select_session
from gateway.processors.registry import CONNECTORS
from gateway.settings import Settings


async def read_form(tx: Connection, settings: Settings, payment: Payment) -> dict[str, Any] | None:
    """`{payment_id, processor, script_url}` of a payment that waits in a processor's form; else None. No secrets:
    by this the page's server says which one processor's origins the page may speak to."""
    account = await _account_of(tx, payment)
    return None if account is None else _form(settings, payment, account)


async def read_pay_with(
    tx: Connection, keyring: Keyring, settings: Settings, payment: Payment
) -> dict[str, Any] | None:
    """What `read_form` says, with `public_key` and the opened `session`."""
    account = await _account_of(tx, payment)
    sealed = None if account is None else await select_session(tx, payment.id)
    if account is None or sealed is None:
        return None
    key, session = sealed
    opened = json.loads(keyring.decrypt(PURPOSE, session, key))
    return _form(settings, payment, account) | {"public_key": account.public_key, "session": opened}


async def _account_of(tx: Connection, payment: Payment) -> Account | None:
    waits = payment.status == "requires_action" and (payment.next_action or {}).get("type") == "fields"
    if payment.account_id is None or not waits:
        return None
    account = await select_account(tx, payment, payment.account_id)
    return account if account is not None and account.processor in CONNECTORS else None


def _form(settings: Settings, payment: Payment, account: Account) -> dict[str, Any]:
    # A script from elsewhere would see what the shopper types: of live payments only where the operator says so.
    own = payment.mode == "test" or settings.processor_urls_live
    script_url = (own and settings.script_url(account.processor)) or CONNECTORS[account.processor].script_url
    return {"payment_id": payment.id, "processor": account.processor, "script_url": script_url}

"""Take a processor's notice: is it from the processor, have we had it, and what is to be looked at now?

Nothing in a notice is believed but what to look at. So order, repeats, replays and what a notice says of an amount
or a state cannot change what becomes of a payment: the worker asks the processor.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.database import Connection
from gateway.encryption import Keyring
from gateway.errors import NotFound, SignatureRefused
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import select_account
from gateway.processors.accounts.sealed import open_credentials, open_webhook_secrets
from gateway.processors.connector import Connector
from gateway.processors.notices.queries import NewNotice, keep_notice
from gateway.processors.protocol import BadSignature, Notice
from gateway.processors.registry import CONNECTORS
from gateway.tenancy.model import Caller

MOST_BYTES: Final = 262_144
"""Of a notice's body; over it is a 413. Whatever `GATEWAY_MAX_BODY_BYTES` says: that bounds what clients send."""

_MOST_IDS: Final = 20
_MOST_ID: Final = 255
_MOST_TYPE: Final = 100


@dataclass(frozen=True, slots=True)
class Received:
    """What notices have come to. `new`: how many we had not had before."""

    new: int
    payments_due: int
    refunds_due: int


async def receive_notices(
    tx: Connection,
    keyring: Keyring,
    caller: Caller,
    account_id: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> Received:
    """Keep the notices of a request, each once, and make due what they are about, in one statement each.

    `headers` have lower-case names. Raises `NotFound` (no such account, or no secret is set there) and
    `SignatureRefused`.
    """
    account = await select_account(tx, caller, account_id)
    connector = None if account is None else CONNECTORS.get(account.processor)
    if account is None or connector is None or account.status == "removed":
        raise NotFound("No such account")
    secrets = _secrets(keyring, account, connector)
    if not secrets:
        raise NotFound("No such account")
    try:
        notices = connector.read_notice(headers, body, secrets, now)
    except BadSignature as error:
        raise SignatureRefused(str(error)) from error
    new = payments = refunds = 0
    async with tx.transaction():
        for notice in notices:
            is_new, payments_due, refunds_due = await keep_notice(tx, caller, account_id, _stored(notice, body))
            new, payments, refunds = new + is_new, payments + payments_due, refunds + refunds_due
    return Received(new, payments, refunds)


def _secrets(keyring: Keyring, account: Account, connector: Connector) -> list[str]:
    """What this account's notices may be signed with."""
    if connector.webhook_secret_is_own:
        return open_webhook_secrets(keyring, account)
    credentials = open_credentials(keyring, account)
    return [credentials.secrets[connector.secret_fields[0]]]


def _stored(notice: Notice, body: bytes) -> NewNotice:
    """Within the table's bounds, whatever a processor sends tomorrow. The event's id is all that tells repeats."""
    event_id = _plain(notice.event_id)
    if not event_id or len(event_id) > _MOST_ID:
        event_id = f"sha256:{hashlib.sha256(event_id.encode() or body).hexdigest()}"
    return NewNotice(
        event_id=event_id,
        type=_plain(notice.type)[:_MOST_TYPE],
        topic=notice.topic,
        objects=_ids(notice.references),
        own_ids=_ids(notice.own_ids),
    )


def _ids(found: Sequence[str]) -> list[str]:
    return [one for one in (_plain(each) for each in found[:_MOST_IDS]) if 0 < len(one) <= _MOST_ID]


def _plain(text: str) -> str:
    """Without what Postgres cannot store: NUL, halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()

"""Create, change and remove accounts. What a check has found is written by `check`."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.encryption import Keyring
from gateway.errors import BadRequest, Conflict, NotFound, PermissionDenied
from gateway.ids import is_id, new_id
from gateway.processors.accounts.bodies import AccountChanges, NewAccount, connector_of, read_credentials
from gateway.processors.accounts.change_queries import (
    MOST_ACCOUNTS,
    count_ties,
    forget_account,
    insert_account,
    lock_account,
    lock_accounts,
    update_account,
)
from gateway.processors.accounts.live import why_no_live
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.queries import select_account
from gateway.processors.accounts.sealed import seal_secrets, seal_text
from gateway.processors.protocol import Mode
from gateway.settings import Settings

CHANGED: Final = "The account is being changed by another request"


def refuse_live(settings: Settings, mode: str, processor: str) -> None:
    """Raises `PermissionDenied` for a live account that this deployment must not have."""
    reason = why_no_live(settings, mode, processor)
    if reason is not None:
        raise PermissionDenied(reason[0].upper() + reason[1:])


async def find_account(tx: Connection, tenant: Tenant, account_id: str) -> Account:
    """The tenant's account. Raises `NotFound`."""
    account = await select_account(tx, tenant, account_id) if is_id(account_id, "acct") else None
    if account is None:
        raise NotFound("Processor account not found")
    return account


async def create_account(
    tx: Connection, keyring: Keyring, settings: Settings, tenant: Tenant, new: NewAccount, now: datetime
) -> Account:
    """Add an account, unchecked: it takes no payment before a check. Raises `BadRequest`, `PermissionDenied`."""
    connector = connector_of(new.processor)
    refuse_live(settings, tenant.mode, connector.name)
    credentials = read_credentials(connector, new.credentials, mode_of(tenant))
    if new.webhook_secret is not None:
        _refuse_shared_secret(new.processor)
    _check_collect(new.processor, new.collect)
    account_id = new_id("acct")
    secret = new.webhook_secret
    async with tx.transaction():
        await lock_accounts(tx, tenant)
        account = await insert_account(
            tx,
            {
                "id": account_id,
                "merchant_id": tenant.merchant_id,
                "mode": tenant.mode,
                "processor": connector.name,
                "label": new.label,
                "public_key": credentials.public_key,
                "credentials": seal_secrets(keyring, account_id, dict(credentials.secrets)),
                "webhook_secret": None if secret is None else seal_text(keyring, account_id, secret),
                "collect": new.collect,
                "api_version": connector.api_version,
                "now": now,
            },
        )
    if account is None:
        raise BadRequest(f"A merchant has at most {MOST_ACCOUNTS} processor accounts in one mode")
    return account


def with_credentials(keyring: Keyring, account: Account, given: dict[str, str]) -> Account:
    """The account as it would be with these credentials, to be asked. Raises `BadRequest`."""
    credentials = read_credentials(connector_of(account.processor), given, account.mode)
    sealed = seal_secrets(keyring, account.id, dict(credentials.secrets))
    return replace(account, public_key=credentials.public_key, credentials=sealed)


def changes_of(keyring: Keyring, account: Account, body: AccountChanges, now: datetime) -> dict[str, Any]:
    """The columns that a body sets, its credentials left out. Raises `BadRequest`."""
    given, changes = body.model_fields_set, dict[str, Any]()
    if "label" in given:
        changes["label"] = body.label
    if "collect" in given:
        _check_collect(account.processor, body.collect)
        changes["collect"] = body.collect
    if "status" in given and body.status != account.status:
        changes["status"] = _next_status(account, body.status)
    if body.drop_previous_webhook_secret:
        changes |= {"previous_webhook_secret": None, "previous_webhook_secret_at": None}
    if body.webhook_secret is not None:
        _refuse_shared_secret(account.processor)
        changes["webhook_secret"] = seal_text(keyring, account.id, body.webhook_secret)
        changes["webhook_secret_at"] = now
        if not body.drop_previous_webhook_secret:
            changes["previous_webhook_secret"] = account.webhook_secret
            changes["previous_webhook_secret_at"] = account.webhook_secret_at
    return changes


async def save_account(tx: Connection, account: Account, changes: dict[str, Any], now: datetime) -> Account:
    """The account with these columns set. Raises `Conflict` if it has changed since it was read."""
    saved = await update_account(tx, account, changes, now)
    if saved is None:
        raise Conflict(CHANGED)
    return saved


async def remove_account(
    tx: Connection, keyring: Keyring, settings: Settings, tenant: Tenant, account_id: str, now: datetime
) -> Account:
    """End an account that nothing needs any more, and forget what opens it; its rules go with it.

    Raises `NotFound`, and `Conflict` while something is in flight, in review, or could still be refunded.
    """
    async with tx.transaction():
        await lock_accounts(tx, tenant)
        account = await find_account(tx, tenant, account_id)
        if account.status == "removed":
            return account
        await lock_account(tx, account)
        ties = await count_ties(tx, account, now - timedelta(days=settings.refundable_days))
        if ties:
            said = ", ".join(f"{'more than 999' if n >= 1000 else n} {what}" for what, n in ties.items())
            raise Conflict(f"The account is still needed: {said}. Disable it instead", retry_after=3600)
        await forget_account(tx, account)
        changes = {
            "status": "removed",
            # Sealed, as a row that no key opens would stand in the way of the next exchange of keys.
            "credentials": seal_secrets(keyring, account.id, {}),
            "webhook_secret": None,
            "previous_webhook_secret": None,
            "webhook_secret_at": None,
            "previous_webhook_secret_at": None,
            "problem": None,
        }
        return await save_account(tx, account, changes, now)


def mode_of(tenant: Tenant) -> Mode:
    """The tenant's mode, as the port names it."""
    return "live" if tenant.mode == "live" else "test"


def _next_status(account: Account, wanted: str) -> str:
    if account.status == "removed":
        raise BadRequest("The account was removed", field="status")
    if wanted == "enabled" and account.checked_at is None:
        raise BadRequest("The account has not been checked: a check enables it", field="status")
    if wanted == "enabled" and account.problem is not None:
        raise BadRequest("The last check found a problem: check the account again", field="status")
    return wanted


def _refuse_shared_secret(processor: str) -> None:
    if not connector_of(processor).webhook_secret_is_own:
        raise BadRequest(f"{processor} signs its notices with the account's credentials", field="webhook_secret")


def _check_collect(processor: str, collect: bool) -> None:
    if collect and not connector_of(processor).capabilities.collect:
        raise BadRequest(f"{processor} takes no typed UPI addresses", field="collect")

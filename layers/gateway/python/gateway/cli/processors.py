"""`gateway processors …`: accounts at processors and their routes. Credentials come from stdin or the environment,
never from the command line, which others on the machine can read."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from gateway.cli.operator import tell_audit
from gateway.clock import utc_now
from gateway.database import Connection, PooledDatabase, owner_connection
from gateway.encryption import Keyring
from gateway.processors.accounts.bodies import AccountChanges, NewAccount
from gateway.processors.accounts.check import ask_account, save_and_route, save_verdict
from gateway.processors.accounts.configure import changes_of, create_account, remove_account
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.opened import OpenAccounts
from gateway.processors.accounts.queries import select_accounts_by_id, select_everybodys_accounts
from gateway.processors.routes.bodies import NewRule, read_rules
from gateway.processors.routes.configure import replace_rules
from gateway.processors.routes.queries import select_rules
from gateway.settings import load_settings
from gateway.tenancy.model import Caller, Mode
from gateway.validation import validate, validate_each

processors = typer.Typer(no_args_is_help=True, help="Merchants' accounts at processors, and their routes.")

_VARIABLE: Final = "GATEWAY_PROCESSOR_CREDENTIALS"
_Merchant = Annotated[UUID, typer.Argument(help="The merchant's id.")]
_ModeOption = Annotated[str, typer.Option("--mode", help="test or live.")]
_AccountId = Annotated[str, typer.Argument(help="acct_…")]


@processors.command("list")
def list_accounts(
    merchant: Annotated[UUID | None, typer.Option(help="Only this merchant's.")] = None,
) -> None:
    """Every account with its state; those that were removed are left out.

    Example: gateway processors list --merchant 6d0f2c1e-…
    """

    async def run(tx: Connection) -> list[Account]:
        return await select_everybodys_accounts(tx, merchant)

    for one in _with_database(run):
        problem = "" if one.problem is None else f"  problem: {one.problem}"
        label = "" if one.label is None else f"  {one.label}"
        print(f"{one.id}  {one.merchant_id}  {one.mode}  {one.processor}  {one.status}{label}{problem}")


@processors.command()
def add(
    merchant: _Merchant,
    processor: Annotated[str, typer.Argument(help="cashfree, razorpay or stripe")],
    mode: _ModeOption = "test",
    label: Annotated[str, typer.Option(help="What people read.")] = "",
    collect: Annotated[bool, typer.Option(help="The merchant's page may ask for a UPI address.")] = False,
) -> None:
    """Connect an account, unchecked. Its credentials are one JSON object of the processor's field names, and
    `webhook_secret` if there is one: on stdin, or in GATEWAY_PROCESSOR_CREDENTIALS.

    Example: gateway processors add 6d0f2c1e-… stripe --mode test < credentials.json
    """
    settings, caller, credentials = load_settings(), Caller(merchant, _mode(mode)), _read_json(_VARIABLE)
    secret = credentials.pop("webhook_secret", None)
    body = {"processor": processor, "credentials": credentials, "collect": collect}
    body |= ({"label": label} if label else {}) | ({} if secret is None else {"webhook_secret": secret})
    new = validate(NewAccount, body)

    async def run(tx: Connection) -> Account:
        now = utc_now()
        async with tx.transaction():
            account = await create_account(tx, Keyring(*settings.master_keys()), settings, caller, new, now)
            told = {"processor": processor, "label": account.label, "public_key": account.public_key}
            await tell_audit(tx, merchant, "processor_account.created", account.id, told, now, caller.mode)
        return account

    _show(_with_database(run))


@processors.command()
def check(account_id: _AccountId) -> None:
    """Ask the processor whether the credentials are right: that enables an unchecked one. Else it ends with 1.

    Example: gateway processors check acct_8sHk2LmNq0PzRtVw
    """
    settings, now = load_settings(), utc_now()
    account = _with_database(lambda tx: _find(tx, account_id))

    async def ask() -> Any:
        database = PooledDatabase(settings, "gateway_worker")
        accounts = OpenAccounts(database, Keyring(*settings.master_keys()), settings)
        try:
            return await ask_account(accounts, account, now)
        finally:
            await accounts.close()
            await database.close()

    verdict = asyncio.run(ask())

    async def save(tx: Connection) -> Account:
        async with tx.transaction():
            saved = await save_verdict(tx, _caller(account), account, verdict)
            await _tell(tx, saved, "checked", {"status": saved.status, "problem": saved.problem})
        return saved

    saved = _with_database(save)
    _show(saved)
    if saved.problem is not None:
        raise typer.Exit(1)


@processors.command()
def disable(account_id: _AccountId) -> None:
    """Give the account no new payment; it goes on with the old ones.

    Example: gateway processors disable acct_8sHk2LmNq0PzRtVw
    """
    _set_status(account_id, "disabled")


@processors.command()
def enable(account_id: _AccountId) -> None:
    """Give a disabled account payments again.

    Example: gateway processors enable acct_8sHk2LmNq0PzRtVw
    """
    _set_status(account_id, "enabled")


def _set_status(account_id: str, status: str) -> None:
    settings, body = load_settings(), validate(AccountChanges, {"status": status})

    async def run(tx: Connection) -> Account:
        async with tx.transaction():
            account = await _find(tx, account_id)
            changes = changes_of(Keyring(*settings.master_keys()), account, body, utc_now())
            saved = await save_and_route(tx, _caller(account), account, changes, utc_now())
            await _tell(tx, saved, "changed", {"status": status})
        return saved

    _show(_with_database(run))


@processors.command()
def remove(account_id: _AccountId) -> None:
    """End an account that nothing needs any more, and forget what opens it.

    Example: gateway processors remove acct_8sHk2LmNq0PzRtVw
    """
    settings = load_settings()

    async def run(tx: Connection) -> Account:
        now, keyring = utc_now(), Keyring(*settings.master_keys())
        async with tx.transaction():
            account = await _find(tx, account_id)
            removed = await remove_account(tx, keyring, settings, _caller(account), account_id, now)
            await _tell(tx, removed, "removed", {"processor": account.processor, "label": account.label})
        return removed

    _show(_with_database(run))


@processors.command()
def routes(
    merchant: _Merchant,
    mode: _ModeOption = "test",
    replace: Annotated[bool, typer.Option(help="With the list on stdin, as this command shows it.")] = False,
) -> None:
    """Show a merchant's routes, in the order in which they are tried; or replace all of them.

    Example: gateway processors routes 6d0f2c1e-… --mode live --replace < routes.json
    """
    caller = Caller(merchant, _mode(mode))
    new = validate_each(NewRule, read_rules(_read_json()), "rules") if replace else []

    async def run(tx: Connection) -> list[dict[str, Any]]:
        if not replace:
            return [rule.as_json() for rule in await select_rules(tx, caller)]
        now = utc_now()
        async with tx.transaction():
            shown = [rule.as_json() for rule in await replace_rules(tx, caller, new, now)]
            await tell_audit(tx, merchant, "processor_routes.changed", None, {"rules": shown}, now, caller.mode)
        return shown

    print(json.dumps({"rules": _with_database(run)}, indent=2))


def _with_database(act: Callable[[Connection], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with owner_connection(load_settings()) as tx:
            return await act(tx)

    return asyncio.run(run())


async def _find(tx: Connection, account_id: str) -> Account:
    found = await select_accounts_by_id(tx, [account_id])
    if account_id not in found:
        raise ValueError(f"{account_id} is no processor account")
    return found[account_id]


async def _tell(tx: Connection, account: Account, what: str, details: dict[str, Any]) -> None:
    action = f"processor_account.{what}"
    await tell_audit(tx, account.merchant_id, action, account.id, details, utc_now(), account.mode)


def _caller(account: Account) -> Caller:
    return Caller(account.merchant_id, account.mode)


def _show(account: Account) -> None:
    print(json.dumps(account.as_json(), indent=2, ensure_ascii=False))


def _mode(text: str) -> Mode:
    if text not in ("test", "live"):
        raise typer.BadParameter("mode must be test or live")
    return "live" if text == "live" else "test"


def _read_json(variable: str | None = None) -> dict[str, Any]:
    """The object on stdin, or in the variable. An error repeats nothing of it."""
    text = os.environ.get(variable or "") or sys.stdin.read()
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ValueError("expected one JSON object" + (f" on stdin or in {variable}" if variable else " on stdin"))
    return value

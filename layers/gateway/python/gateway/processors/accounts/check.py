"""Ask an account's processor whether its credentials open it, and write down what it said.

The asking is outside any transaction, with no connection in hand. The writing is guarded by the number of changes:
what was found of old credentials says nothing of new ones.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from gateway.database import Connection, require_no_connection
from gateway.database.scope import Tenant
from gateway.encryption import Keyring
from gateway.errors import BadRequest, Conflict, Unavailable
from gateway.ids import new_id
from gateway.processors.accounts.change_queries import insert_first_rule, lock_accounts
from gateway.processors.accounts.configure import save_account, with_credentials
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.opened import OpenAccounts
from gateway.processors.accounts.proof import MOST_CHECK_CALLS, shown_call
from gateway.processors.accounts.queries import select_witness
from gateway.processors.protocol import Absent, AccountFacts, Misconfigured, NotSent, Operation, Processor, Unknown
from gateway.processors.transcript import Call, recorded

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of asking. `problem` None: the account works. `is_answered`: the processor has said so itself.
    `calls`: what was asked and answered, without secrets."""

    at: datetime
    external_id: str | None
    problem: str | None
    is_answered: bool = True
    calls: tuple[Call, ...] = ()


async def ask_account(accounts: OpenAccounts, account: Account, now: datetime) -> Verdict:
    """GET something harmless with the account's credentials. Raises nothing that a processor may cause."""
    return await _ask(accounts, account, None, now)


async def ask_with_credentials(
    accounts: OpenAccounts, keyring: Keyring, account: Account, witness: Operation | None, given: dict[str, str],
    now: datetime,
) -> tuple[Account, Verdict]:  # fmt: skip
    """The account with new credentials, which open the same one there.

    `witness`: something that we have made in the account, where the processor does not tell whose it is.
    Raises `BadRequest`, and `Unavailable` where the processor does not answer.
    """
    candidate = with_credentials(keyring, account, given)
    verdict = await _ask(accounts, candidate, witness, now)
    if not verdict.is_answered:
        raise Unavailable(f"The credentials could not be checked: {verdict.problem}", retry_after=5)
    if verdict.problem is not None:
        raise BadRequest(f"The credentials were not taken: {verdict.problem}", field="credentials")
    return candidate, verdict


async def select_to_prove(tx: Connection, account: Account) -> Operation | None:
    """What new credentials have to find, where the account has no name at its processor that could be compared."""
    return None if account.external_id is not None else await select_witness(tx, account)


async def save_verdict(
    tx: Connection, tenant: Tenant, account: Account, verdict: Verdict, changes: dict[str, Any] | None = None
) -> Account:
    """Write down a check, with other changes of the same request; a good one enables an account that is unchecked.

    The first account of a merchant without routes gets one for everything. Raises `Conflict`.
    """
    found: dict[str, Any] = {"checked_at": verdict.at, "problem": verdict.problem}
    found["check_calls"] = Jsonb([shown_call(one) for one in verdict.calls])
    if verdict.problem is None:
        found["external_id"] = verdict.external_id or account.external_id
        if account.status == "unchecked":
            found["status"] = "enabled"
    return await save_and_route(tx, tenant, account, found | (changes or {}), verdict.at)


async def save_and_route(
    tx: Connection, tenant: Tenant, account: Account, changes: dict[str, Any], now: datetime
) -> Account:
    """Save; an account that is enabled by it gets a rule for everything where its merchant has none at all."""
    if account.status == "removed":
        raise Conflict("The account was removed", retry_after=3600)
    async with tx.transaction():
        await lock_accounts(tx, tenant)
        saved = await save_account(tx, account, changes, now)
        if saved.status == "enabled" and account.status != "enabled":
            await insert_first_rule(tx, saved, new_id("rule"), now)
    return saved


async def _ask(accounts: OpenAccounts, account: Account, witness: Operation | None, now: datetime) -> Verdict:
    with recorded() as calls:
        verdict = await _judge(accounts, account, witness, now)
    return replace(verdict, calls=tuple(calls[:MOST_CHECK_CALLS]))


async def _judge(accounts: OpenAccounts, account: Account, witness: Operation | None, now: datetime) -> Verdict:
    require_no_connection("a processor's check")
    try:
        processor = accounts.open(account)
        facts = await processor.check()
        problem = _difference(account, facts)
        if problem is None and witness is not None and not await _has(processor, witness):
            problem = f"these are credentials of another account: it has no {witness.reference}"
    except Misconfigured as error:
        return Verdict(now, None, _text(accounts, account, error.reason, error.raw))
    except (NotSent, Unknown) as error:
        text = _text(accounts, account, f"no answer that could be used: {error.reason}", error.raw)
        return Verdict(now, None, text, is_answered=False)
    return Verdict(now, facts.external_id, problem)


async def _has(processor: Processor, witness: Operation) -> bool:
    """Whether the account has what we have made. By our own id where it can: a reference that is not found there
    may be a fault of theirs, and is `Unknown`."""
    if processor.capabilities.look_up.get("prepare") == "own_id":
        witness = replace(witness, reference=None)
    return not isinstance(await processor.look_up(witness), Absent)


def _difference(account: Account, facts: AccountFacts) -> str | None:
    """Why these facts are not this account's."""
    if facts.mode != account.mode:
        return f"these are {facts.mode} credentials, and the account is for {account.mode} mode"
    if None not in (account.external_id, facts.external_id) and account.external_id != facts.external_id:
        return f"these are credentials of another account: {facts.external_id}, and not {account.external_id}"
    return None


def _text(accounts: OpenAccounts, account: Account, reason: str, raw: str | None) -> str:
    """For people. Should a processor repeat what it was sent, that is taken out."""
    text = reason if raw is None else f"{reason}: {_words(raw)}"
    for secret in accounts.secrets_of(account):
        text = text.replace(secret, "…")
    return text[:_MOST]


def _words(raw: str) -> str:
    """What a processor said, without the braces around it."""
    try:
        said = json.loads(raw)
    except ValueError:
        return raw
    words = (said.get("message") or said.get("description")) if isinstance(said, dict) else None
    return str(words or raw)

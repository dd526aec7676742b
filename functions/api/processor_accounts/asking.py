"""Ask processors from within a request: outside any transaction, with no connection in hand."""

from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request

from api.http.dependencies import runtime_of
from api.http.proof import require_own_password
from gateway.clock import utc_now
from gateway.database import Connection
from gateway.database.scope import Tenant
from gateway.processors.accounts.bodies import AccountChanges
from gateway.processors.accounts.check import (
    Verdict,
    ask_with_credentials,
    save_and_route,
    save_verdict,
    select_to_prove,
)
from gateway.processors.accounts.configure import changes_of, find_account, refuse_live
from gateway.processors.accounts.model import Account
from gateway.processors.accounts.opened import OpenAccounts
from gateway.processors.notices.queries import select_silent_of
from gateway.processors.stops.model import Stop
from gateway.processors.stops.queries import select_stops
from gateway.tenancy.model import Caller

CLAIM_SPARE_SECONDS: Final = 30.0
"""How much longer than the asking an idempotency key is held for a process that may have died."""


def accounts_of(request: Request) -> OpenAccounts:
    """The accounts that this process can open."""
    return runtime_of(request).processors.accounts


async def find(request: Request, caller: Caller, account_id: str) -> Account:
    """The caller's account. Raises `NotFound`."""
    async with runtime_of(request).database.connection(caller) as tx:
        return await find_account(tx, caller, account_id)


class Change:
    """What a PATCH does: credentials are asked first, then all of it is saved at once."""

    def __init__(self, request: Request, caller: Caller, account_id: str, body: AccountChanges) -> None:
        self._request, self._caller, self._id, self._body = request, caller, account_id, body
        self._proved: tuple[Account, Account, Verdict] | None = None

    async def prove(self, raw: dict[str, Any]) -> None:
        """Ask with new credentials, if there are any. Raises `BadRequest`, `NotFound`, `Unavailable`."""
        given, runtime = self._body.credentials, runtime_of(self._request)
        if given is None:
            return
        await require_own_password(self._request, raw)
        async with runtime.database.connection(self._caller) as tx:
            account = await find_account(tx, self._caller, self._id)
            witness = await select_to_prove(tx, account)
        refuse_live(runtime.settings, account.mode, account.processor)
        candidate, verdict = await ask_with_credentials(
            accounts_of(self._request), runtime.keyring, account, witness, given, utc_now()
        )
        self._proved = account, candidate, verdict

    async def save(self, tx: Connection) -> Account:
        """Save what was asked for. Raises `Conflict` if the account has changed since it was asked."""
        keyring, now = runtime_of(self._request).keyring, utc_now()
        if self._proved is not None:
            account, candidate, verdict = self._proved
            columns = {"public_key": candidate.public_key, "credentials": candidate.credentials}
            checked = replace(account, checked_at=verdict.at, problem=None)
            columns |= changes_of(keyring, checked, self._body, now)
            return await save_verdict(tx, self._caller, account, verdict, columns)
        account = await find_account(tx, self._caller, self._id)
        return await save_and_route(tx, self._caller, account, changes_of(keyring, account, self._body, now), now)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds for a tenant's accounts beside their own rows: stops, and the ids of those that are silent."""

    stops: list[Stop]
    silent: set[str]


async def select_surroundings(tx: Connection, tenant: Tenant) -> Surroundings:
    """Those of this tenant's accounts."""
    return Surroundings(await select_stops(tx, tenant), await select_silent_of(tx, tenant))


def shown(request: Request, account: Account, around: Surroundings) -> dict[str, Any]:
    """The account as the API shows it, with the stops that reach it."""
    api_url = runtime_of(request).settings.api_url
    reached = [one.as_json() for one in around.stops if one.account_id in (None, account.id)]
    return account.as_json() | {
        "is_silent": account.id in around.silent,
        "webhook_url": f"{api_url}/api/v1/processors/{account.id}/notices",
        "stops": reached if account.mode == "live" else [],
    }

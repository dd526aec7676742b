"""Whose rows a request has changed, told before its answer leaves: he reads them from the primary for a while."""

from typing import Final

from starlette.requests import Request
from starlette.types import Scope

from gateway.database.reads import Reads
from gateway.tenancy.model import Caller

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def note_written(request: Request, *tenants: Caller) -> None:
    """This request changes these tenants' rows, though it may be a GET, or a stranger's."""
    request.scope["state"].setdefault("written", []).extend(tenants)


async def tell_written(reads: Reads, scope: Scope) -> None:
    """Tell what was noted, and of a change who asked for it; also where it failed: parts of it may stand."""
    state = scope["state"]
    written: list[Caller] = state.get("written", [])
    if scope["method"] not in _SAFE and (caller := state.get("caller")) is not None:
        written = [*written, caller]
    for tenant in {(one.merchant_id, one.mode): one for one in written}.values():
        await reads.wrote(tenant)

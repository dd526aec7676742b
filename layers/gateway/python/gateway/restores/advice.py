"""What an operator is told of a comparison that has not ended."""

from collections.abc import Sequence

from gateway.clock import iso
from gateway.processors.stops.model import Stop
from gateway.restores.queries import ALL, Recovery


def how_to_go_on(recovery: Recovery, stops: Sequence[Stop]) -> str:
    """What is stopped, since when, and the commands that go on or give up. `stops`: all that there are."""
    only = None if recovery.scope == ALL else recovery.scope
    own = [
        one
        for one in stops
        if one.account_id == only and (only or one.merchant_id is None) and one.created_at == recovery.started_at
    ]
    whose = only or "everybody"
    covers = " and ".join(sorted(one.covers for one in own))
    stopped = (
        f"live {covers} of {whose} are stopped since {iso(recovery.started_at)}" if own else "nothing is stopped"
    )
    account = f" --account {only}" if only else ""
    lines = [
        f"recover has not ended: {stopped}.",
        f"  it goes on with: gateway processors recover --since {iso(recovery.since)}{account}"
        f" (accounts that are compared already: {len(recovery.compared)}; they are left out)",
    ]
    lines.append(f"  to give it up: gateway processors recover --since {iso(recovery.since)}{account} --give-up")
    for one in own:
        command = f"gateway processors resume {only}" if only else "gateway live resume"
        switch = " --refunds" if one.covers == "refunds" else ""
        lines.append(f"  to lift the stop without it: {command}{switch}")
    return "\n".join(lines)

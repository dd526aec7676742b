"""Compare one account with our books."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.database import owner_connection
from gateway.processors.accounts.model import Account
from gateway.processors.protocol import Processor
from gateway.processors.recover import adopt, list_ours
from gateway.restores.look import Looks
from gateway.restores.queries import make_held_due, select_states
from gateway.restores.refunds import adopt_refunds, list_refunds
from gateway.settings import Settings
from gateway.tenancy.model import Caller

Line = dict[str, Any]


@dataclass(slots=True)
class Comparison:
    """One account's. `run` names the recovery; `counts` is what was found, by finding."""

    settings: Settings
    account: Account
    since: datetime
    run: str
    dry: bool
    counts: Counter[str] = field(default_factory=Counter)
    touched: set[str] = field(default_factory=set)

    async def compare(self, processor: Processor) -> AsyncIterator[Line]:
        """Adopt, or only tell, what the processor lists; a line for each object that was not known. Raises what
        the port raises. No connection is held while the processor is asked."""
        account, tenant = self.account, Caller(self.account.merchant_id, self.account.mode)
        async for payments in list_ours(processor, self.since):
            async with owner_connection(self.settings) as tx, tx.transaction():
                found = await adopt(tx, tenant, account.id, payments, self.run, dry=self.dry)
            for one in found:
                self.counts[one.finding] += 1
                if one.finding in ("known", "adopted", "second"):
                    self.touched.add(str(one.known.own_id))
                if one.finding != "known":
                    yield one.as_json()
        async for refunds in list_refunds(processor, self.since):
            async with owner_connection(self.settings) as tx, tx.transaction():
                told = await adopt_refunds(tx, account, refunds, self.run, dry=self.dry)
            for refund in told:
                self.counts[refund.finding] += 1
                self.touched |= {refund.payment_id} if refund.payment_id else set()
                if refund.finding != "refund_known":
                    yield refund.as_json()

    async def look(self, looks: Looks) -> AsyncIterator[Line]:
        """Ask about each payment that was listed, and about each that is held, however old; a line for each that
        has changed by it."""
        async with owner_connection(self.settings) as tx:
            self.touched |= set(await make_held_due(tx, self.account))
            before = await select_states(tx, sorted(self.touched))
        await looks.look(sorted(before))
        async with owner_connection(self.settings) as tx:
            after = await select_states(tx, sorted(before))
        for payment_id, was in before.items():
            now = after[payment_id]
            changed = {name: [value, now[name]] for name, value in was.items() if value != now[name]}
            if changed:
                self.counts["changed"] += 1
                yield {"finding": "changed", "payment_id": payment_id, "changed": changed}

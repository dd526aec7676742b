"""The product in this process over a fake processor, with its worker, its door and its notices step by step."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import httpx

from gateway import failpoint
from gateway.payments.process import kept
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.payments.work_queries import finish_payments
from gateway.processors.asking import Asked
from gateway.processors.breaker import Breakers
from gateway.processors.capabilities import Capabilities
from gateway.processors.operations.queries import insert_calls
from gateway.processors.registry import CONNECTORS
from tests.model.in_process import InProcess, Item
from tests.processors.fakes.base import Fake
from tests.processors.fakes.serve import build_fake
from tests.processors.fakes.thread import running
from tests.support.processors import KEYS, WEBHOOK_SECRET

LATE_SECONDS = 7200
"""How much older a payment becomes whose shopper does not come."""


@contextmanager
def over_account(name: str, database_url: str) -> Iterator["OverAccount"]:
    """Over a fake of this processor, in a thread of this process."""
    with running(build_fake(name)) as (fake, url):
        world = OverAccount(database_url, fake, url)
        yield world
        world.close()


class Died(BaseException):
    """The worker was killed here."""


class OverAccount(InProcess):
    """One gateway, and one fresh merchant after another with an account at a fresh fake."""

    def __init__(self, database_url: str, fake: Fake, url: str) -> None:
        away = {f"{fake.name}_url": url, "processor_look_ups_per_second": 1e6, "processor_timeout_seconds": 5}
        super().__init__(database_url, **away)
        self.fake = fake
        self.least = dict(self.can.least)
        self.is_quiet_of_holds = fake.name == "cashfree"
        """Whether no notice tells what became of a hold in the dashboard, so that nobody here learns it."""
        self.seconds = 0.0
        self._runtime.processors.breakers = Breakers(lambda: self.seconds)
        self.account_id = ""
        self._told: set[str] = set()

    @property
    def can(self) -> Capabilities:
        """What the processor can do."""
        return CONNECTORS[self.fake.name].capabilities

    def new_merchant(self) -> str:
        """With an enabled account, which takes all of his payments."""
        self.fake.begin_anew()
        self._told.clear()
        merchant_id = super().new_merchant()
        scopes = "UPDATE api_keys SET scopes = '{read,write,admin}' WHERE merchant_id = %s"
        self.sql.execute(scopes, (merchant_id,))
        keys, connector = KEYS[self.fake.name], CONNECTORS[self.fake.name]
        body = {
            "processor": self.fake.name,
            "credentials": {connector.public_field: keys.public, **keys.secrets},
        } | ({"webhook_secret": WEBHOOK_SECRET} if connector.webhook_secret_is_own else {})
        made = self.call("/processor-accounts", body)
        assert made.status == 201, made.json
        self.account_id = made.json["id"]
        checked = self.call(f"/processor-accounts/{self.account_id}/check", {})
        assert checked.json["status"] == "enabled", checked.json
        return merchant_id

    # --- the worker, step by step

    def ask(self, item: Item) -> Asked:
        """Call the processor about a claimed item: its answer. A check asks and writes in one (`check`)."""
        if isinstance(item, ClaimedPayment):
            return self._run(self._payments.ask(item))
        return self._run(self._refunds.ask(item))

    def check(self, item: ClaimedPayment) -> None:
        """Compare what has ended with what the processor knows, and write down what differs."""
        self._run(self._payments.work(item))

    def finish(self, asked: Sequence[tuple[Item, Asked]]) -> set[str]:
        """Write down answers, in one batch per kind; the ids that were changed."""
        payments = [(item, answer) for item, answer in asked if isinstance(item, ClaimedPayment)]

        async def finishing() -> set[str]:
            finished: list[FinishedWork] = [await self._payments.concluded(*one) for one in payments]
            async with self._runtime.database.connection(None) as tx:
                changed, _, _ = await finish_payments(tx, finished)
                await insert_calls(tx, [call for one in payments for call in kept(*one)])
            return changed

        changed = self._run(finishing()) if payments else set()
        return changed | super().finish([one for one in asked if not isinstance(one[0], ClaimedPayment)])

    @contextmanager
    def dying(self, point: str) -> Iterator[None]:
        """Whoever gets to this point dies there: `Died` is raised through everything."""
        failpoint.arm(point)
        try:
            with mock.patch.object(failpoint.os, "kill", side_effect=Died):
                yield
        finally:
            failpoint.arm("")

    # --- everybody else

    def act(self, what: str, **arguments: Any) -> Any:
        """The shopper, the bank, the merchant at the processor's dashboard; None: it does not let him."""
        try:
            done = self.fake.act(what, **arguments)
        except Exception as refused:
            if isinstance(refused, LookupError) or hasattr(refused, "reply"):
                return None
            raise
        return None if "refused" in done else done

    def shopper_leaves(self, payment_id: str) -> None:
        """His time is over."""
        self.sql.execute(
            "UPDATE payments SET created_at = created_at - make_interval(secs => %s) WHERE id = %s",
            (LATE_SECONDS, payment_id),
        )

    def breakers_close(self) -> None:
        """The time of open breakers is over."""
        self.seconds += 60

    def tell(self, chance: random.Random, times: int, *, everything: bool = False) -> None:
        """The processor sends what it has not told yet, in any order, so many times each; or only a part of it."""
        events = [one for one in self.fake.events if one["id"] not in self._told]
        if not everything:
            events = chance.sample(events, (len(events) + 1) // 2)
        self._told |= {one["id"] for one in events}
        for event in chance.sample(events * times, len(events) * times):
            headers, body = self.fake.signed(event, WEBHOOK_SECRET, int(time.time()))
            answer = self._run(self._notice(headers, body))
            assert answer.status_code == 200, answer.text

    async def _notice(self, headers: dict[str, str], body: bytes) -> httpx.Response:
        path = f"/processors/{self.account_id}/notices"
        return await self._client.post(path, content=body, headers={"content-type": "application/json"} | headers)

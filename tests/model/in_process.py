"""The real API application, worker code and Postgres, driven step by step in this process.

A crash is what a crash leaves in Postgres: a claim that nobody finishes, a transaction whose connection has gone.
So it can be placed between any two steps, exactly and hundreds of times a minute; `processes` kills real ones.
"""

import asyncio
import dataclasses
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import httpx
import psycopg

from api.app import build_app
from gateway.checks.work import PaymentCheck
from gateway.clock import utc_now
from gateway.jobs.model import Kind
from gateway.jobs.sweep import sweep
from gateway.jobs.wake import Wakes
from gateway.payments.conclude import conclude as conclude_payment
from gateway.payments.process import PaymentWork
from gateway.payments.work_model import ClaimedPayment, FinishedWork
from gateway.payments.work_queries import finish_payments
from gateway.processors.asking import Asked
from gateway.processors.capabilities import METHODS
from gateway.refunds.process import RefundWork
from gateway.refunds.process import conclude as conclude_refund
from gateway.refunds.work_queries import ClaimedRefund, FinishedRefund, finish_refunds
from gateway.runtime import Runtime, build_runtime
from gateway.settings import Settings
from tests.support.stack import new_merchant

T = TypeVar("T")
Item = ClaimedPayment | ClaimedRefund

# The bank's late answers come when a rule says so, not when three seconds are over.
HOLD_ANSWERS = """
UPDATE simulator.operations SET answer_at = now() + interval '1 day'
WHERE outcome = 'pending' AND answer_at BETWEEN now() AND now() + interval '1 hour'
"""


class NoQueue:
    """A queue that loses every hint."""

    async def send(self, kind: Kind) -> None:
        """Lost."""

    async def is_reachable(self) -> bool:
        """Never."""
        return False

    async def close(self) -> None:
        """Nothing is open."""


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer of the API."""

    status: int
    body: bytes
    replayed: bool
    json: Any


class InProcess:
    """One gateway and one fresh merchant after another."""

    def __init__(self, database_url: str, **more: Any) -> None:
        """`more`: settings. `least`: what an amount has to be by currency, if less would go elsewhere."""
        self.least: dict[str, int] = {}
        self._runner = asyncio.Runner()
        self.sql = psycopg.connect(database_url, autocommit=True)
        # A lease ends when a rule says so.
        quick = {"DATABASE_URL": database_url, "TEST_MODE": True, "TEST_PROCESSING_DELAY": 0}
        settings = Settings(**quick, lease_seconds=86_400, log_level="ERROR", rate_limits="off", **more)
        self._runtime = self._run(self._build(settings, "worker"))
        self._api = self._run(self._build(settings, "api"))
        runtime = self._runtime
        check = PaymentCheck(runtime.database, runtime.processors, settings)
        self._payments = PaymentWork(
            runtime.database, runtime.processors, runtime.keyring, settings, runtime.logger, check
        )
        self._refunds = RefundWork(runtime.database, runtime.processors, settings)
        transport = httpx.ASGITransport(build_app(self._api))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://gateway/api/v1")

    async def _build(self, settings: Settings, service: str) -> Runtime:
        runtime = build_runtime(settings, service)
        return dataclasses.replace(runtime, queue=NoQueue(), wakes=Wakes(NoQueue(), runtime.logger))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def close(self) -> None:
        """Close what is open."""
        self._run(self._client.aclose())
        self._run(self._api.database.close())
        self._run(self._runtime.database.close())
        self.sql.close()
        self._runner.close()

    def new_merchant(self) -> str:
        """Make a merchant; calls are his from now on. Returns his id. What a failed run has left is put aside."""
        for table in ("payments", "refunds"):
            self.sql.execute(
                f"UPDATE {table} SET work = NULL, due_at = NULL, review_reason = 'left' "
                "WHERE work IS NOT NULL".encode()
            )
        url = self._runtime.settings.database_url
        merchant_id, key, secret = self._run(new_merchant(url, self._runtime.keyring, "test"))
        self._client.headers.update({"X-Api-Key": key, "X-Api-Secret": secret})
        self.sql.execute(
            "INSERT INTO checkout_settings (merchant_id, mode, methods, updated_at) "
            "VALUES (%s, 'test', %s, now())",
            (merchant_id, list(METHODS)),
        )
        return merchant_id

    # --- the API

    def call(self, path: str, body: Any = None, key: str | None = None) -> Reply:
        """POST, or GET without a body."""
        return self._run(self._call(path, body, key))

    def at_once(self, *calls: tuple[str, Any]) -> list[Reply]:
        """POSTs that run at the same time."""

        async def together() -> list[Reply]:
            return await asyncio.gather(*(self._call(path, body, None) for path, body in calls))

        return self._run(together())

    async def _call(self, path: str, body: Any, key: str | None) -> Reply:
        headers = {} if key is None else {"Idempotency-Key": key}
        method = "GET" if body is None else "POST"
        answer = await self._client.request(method, path, json=body, headers=headers)
        assert answer.status_code != 500, answer.text
        replayed = answer.headers.get("Idempotent-Replayed") == "true"
        return Reply(answer.status_code, answer.content, replayed, answer.json())

    def call_and_die(self, path: str, body: Any, key: str, locked: tuple[str, str]) -> None:
        """A POST whose API dies before its commit, if it gets as far as the row `locked` (table, id).

        What is left of a killed API in Postgres is a transaction whose connection has gone.
        """

        async def dying() -> None:
            async with await psycopg.AsyncConnection.connect(self._runtime.settings.database_url) as holder:
                table, object_id = locked
                await holder.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR UPDATE".encode(), (object_id,))
                request = asyncio.create_task(self._call(path, body, key))
                while not request.done() and not await self._kill_waiting(holder.info.backend_pid):
                    await asyncio.sleep(0.002)
                await request

        self._run(dying())

    async def _kill_waiting(self, holder_pid: int) -> bool:
        async with await psycopg.AsyncConnection.connect(
            self._runtime.settings.database_url, autocommit=True
        ) as killer:
            cursor = await killer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))",
                (holder_pid,),
            )
            return bool(await cursor.fetchall())

    # --- the worker, step by step

    def claim(self, kind: Kind, limit: int) -> Sequence[Item]:
        """Claim what is due."""
        workload = self._payments if kind == "payments" else self._refunds
        return self._run(workload.claim(limit))

    def ask(self, item: Item) -> Asked:
        """Call the bank about a claimed item (or look up what became of the call before): its answer."""

        async def asking() -> Asked:
            if isinstance(item, ClaimedPayment):
                return await self._payments.ask(item)
            return await self._refunds.ask(item)

        answer = self._run(asking())
        self.sql.execute(HOLD_ANSWERS)
        return answer

    def finish(self, asked: Sequence[tuple[Item, Asked]]) -> set[str]:
        """Write down answers, in one batch per kind; the ids that were changed."""
        settings, now = self._runtime.settings, utc_now()
        payments: list[FinishedWork] = []
        refunds: list[FinishedRefund] = []
        for item, answer in asked:
            if isinstance(item, ClaimedPayment):
                payments.append(conclude_payment(item, answer.said, now, settings, answer.capabilities))
            else:
                refunds.append(conclude_refund(item, answer.said, now, settings))

        async def finishing() -> set[str]:
            async with self._runtime.database.connection(None) as tx:
                changed = (await finish_payments(tx, payments))[0] if payments else set()
                return changed | ((await finish_refunds(tx, refunds))[0] if refunds else set())

        return self._run(finishing())

    def sweep(self) -> None:
        """The worker's housekeeping."""
        self._run(sweep(self._runtime.database, self._runtime.settings))

    # --- time

    def end_leases(self) -> None:
        """All leases are over: what a killed worker had claimed is due again."""
        for table in ("payments", "refunds"):
            self.sql.execute(
                f"UPDATE {table} SET due_at = now() WHERE work IS NOT NULL AND lease_token IS NOT NULL".encode()
            )

    def make_all_due(self) -> None:
        """The time of everything that waits for its next look has come."""
        for table in ("payments", "refunds"):
            self.sql.execute(
                f"UPDATE {table} SET due_at = now() WHERE work IS NOT NULL AND lease_token IS NULL".encode()
            )

    def bank_answers(self, key: str) -> None:
        """The bank's late answer to this key is there; or the shopper's time is over."""
        self.sql.execute("UPDATE simulator.operations SET answer_at = clock_timestamp() WHERE key = %s", (key,))

    def expire(self, payment_id: str) -> None:
        """The time to capture is over."""
        self.sql.execute(
            "UPDATE payments SET expires_at = now() - interval '1 minute' WHERE id = %s", (payment_id,)
        )

"""The parts of one process, put together once: what every function starts from."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger

from gateway.clock import CLOCK
from gateway.database import Database, PooledDatabase, SingleDatabase
from gateway.database.notes import Notes
from gateway.database.reads import PrimaryReads, Reads, ReplicaReads
from gateway.database.replica import Replica
from gateway.database.scope import Role
from gateway.database.written import Written
from gateway.encryption import Keyring
from gateway.errors import Unavailable
from gateway.failpoint import arm
from gateway.jobs.drain import Drain
from gateway.jobs.handover import Handover
from gateway.jobs.later import LaterHints
from gateway.jobs.model import Kind, Queue, Taker, Workload
from gateway.jobs.redis_queue import RqQueue
from gateway.jobs.sqs_queue import SqsQueue
from gateway.jobs.sweep import sweep
from gateway.jobs.wake import WINDOW_SECONDS, Wakes
from gateway.limits.configure import build_limiter
from gateway.limits.limiter import Limiter
from gateway.log import get_logger
from gateway.master_key.data_keys import KeysUnusable, complete_keyring
from gateway.merchants.authenticate import Authenticator
from gateway.orders.accept import OrderAcceptance
from gateway.orders.model import Order
from gateway.orders.queries import select_orders
from gateway.payments.accept import PaymentAcceptance
from gateway.payments.model import Payment
from gateway.payments.queries import select_payments
from gateway.processors.notices.work import warn_of_silence
from gateway.processors.processors import Processors
from gateway.requests.record import RequestLog
from gateway.settings import Settings
from gateway.tenancy.lookups import Tenants
from gateway.tenancy.together import Together
from gateway.users.door import Door
from gateway.users.passwords import Passwords

if TYPE_CHECKING:  # a Lambda has neither
    from gateway.jobs.consumer import Consumer
    from gateway.jobs.handed import HandedReader

_LOOK_AGAIN_SECONDS: Final = 2.0


@dataclass(frozen=True)
class Runtime:
    """Settings and ports of one process. Building it opens no connection."""

    settings: Settings
    database: Database
    reads: Reads
    keyring: Keyring
    queue: Queue
    handover: Handover | None
    wakes: Wakes
    processors: Processors
    authenticator: Authenticator
    limiter: Limiter
    requests: RequestLog
    tenants: Tenants
    door: Door
    notes: Notes
    orders: Together[Order]
    payments: Together[Payment]
    accept_orders: OrderAcceptance
    accept_payments: PaymentAcceptance
    logger: Logger

    def drain(self, workload: Workload[Any], taker: Taker[Any] | None = None) -> Drain:
        """A drain of this workload with the process's limits; `taker` is the workload, if it takes."""
        return Drain(
            workload,
            self.logger,
            in_flight=self.settings.in_flight,
            lease_seconds=self.settings.lease_seconds,
            on_due=lambda _: self.wakes.wake("webhooks"),
            taker=taker,
        )

    def handed_reader(self, consumer: "Consumer") -> "HandedReader | None":
        """What takes for this consumer, unless nothing is handed over."""
        if self.handover is None:
            return None
        from gateway.jobs.handed import HandedReader

        return HandedReader(
            self.settings.redis_url,
            self.keyring,
            consumer.kinds,
            has_room=consumer.has_room,
            on_handed=consumer.hand,
            on_dropped=consumer.note_dropped,
            logger=self.logger,
        )

    def later_hints(self) -> LaterHints | None:
        """Delayed hints, where the queue can hold them back."""
        if not isinstance(self.queue, SqsQueue):
            return None
        return LaterHints(self.database, self.queue, self.logger, self.settings.lease_seconds)

    async def complete_keyring(self) -> None:
        """Load the data keys. Raises `Unavailable`, `KeysUnusable`."""
        async with self.database.connection(None) as tx:
            await complete_keyring(tx, self.keyring)

    async def become_ready(self) -> None:
        """Wait until database and keys can be worked with; what an operator has to mend is said once. A clock that
        is off is said, too: the database's is used."""
        said: tuple[str, str] | None = None
        while True:
            try:
                await self.complete_keyring()
            except KeysUnusable as error:
                trouble = ("not ready", str(error))
            except Unavailable as error:
                trouble = ("database away", str(error.__cause__ or error))
            except Exception as error:  # no schema yet: whoever migrates may come later
                trouble = ("not ready", f"{type(error).__name__}: {error}")
            else:
                break
            if trouble != said:
                self.logger.error(trouble[0], extra={"reason": trouble[1]})
                said = trouble
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        if CLOCK.skew_seconds:
            self.logger.warning(
                "this machine's clock is off: the database's is used",
                extra={"seconds": -round(CLOCK.skew_seconds, 1)},
            )

    async def sweep(self) -> None:
        """Housekeeping; see `jobs.sweep`."""
        if await sweep(self.database, self.settings):
            self.wakes.wake("payments")
        await warn_of_silence(self.database, self.logger)

    async def close(self) -> None:
        """Close what is open."""
        await self.limiter.close()
        await self.queue.close()
        await self.processors.close()
        await self.reads.close()
        await self.database.close()


def build_runtime(settings: Settings, service: str, *, in_lambda: bool = False) -> Runtime:
    """The runtime of a local process (a pool), or with `in_lambda` of a function instance (one connection).

    `api` sees one tenant at a time, every other service the work of all.
    """
    logger = get_logger(service, settings.log_level)
    arm(settings.failpoint)
    role: Role = "gateway_app" if service == "api" else "gateway_worker"
    database: Database = SingleDatabase(settings, role) if in_lambda else PooledDatabase(settings, role)
    for warning in settings.warnings():
        logger.warning(warning)
    keyring = Keyring(*settings.master_keys())
    queue = _queue(settings)
    # No drain lingers behind SQS: every commit sends its hint, in a Lambda at the latest with `flush`.
    window = WINDOW_SECONDS if in_lambda or settings.queue_backend == "rq" else 0.0
    limiter = build_limiter(settings, logger, in_lambda=in_lambda)
    # Nobody takes behind SQS, and what is frozen between two requests gives nothing in the background.
    straight = settings.handover and settings.queue_backend == "rq" and not in_lambda
    handover = Handover(settings.redis_url, keyring, logger) if straight else None
    return Runtime(
        settings=settings,
        database=database,
        reads=_reads(settings, database, role, logger, in_lambda=in_lambda),
        keyring=keyring,
        queue=queue,
        handover=handover,
        wakes=Wakes(queue, logger, window_seconds=window, handover=handover),
        processors=Processors(database, keyring, settings),
        authenticator=Authenticator(database, keyring, takes_seeded_key=settings.test_mode),
        limiter=limiter,
        requests=RequestLog(database, logger, enabled=settings.request_log_hours > 0, in_background=not in_lambda),
        tenants=Tenants(database),
        door=Door(database, keyring, Passwords(settings.password_hashes_at_once, settings.password_wait_seconds)),
        notes=Notes(database),
        orders=Together(database, select_orders),
        payments=Together(database, select_payments),
        accept_orders=OrderAcceptance(database, settings.default_capture, settings.accept_batch_size),
        accept_payments=PaymentAcceptance(database, keyring, limiter, settings.accept_batch_size, handover),
        logger=logger,
    )


def _reads(settings: Settings, primary: Database, role: Role, logger: Logger, *, in_lambda: bool) -> Reads:
    """Of the API: workers read what they are going to change."""
    if not settings.database_read_url or role != "gateway_app":
        return PrimaryReads(primary)
    kind = SingleDatabase if in_lambda else PooledDatabase
    return ReplicaReads(
        primary,
        kind(settings, role, of_replica=True),
        Replica(primary, settings, logger),
        Written(settings.redis_url, settings.read_lag_seconds + 1, logger),
        logger,
        waits=in_lambda,
    )


def _queue(settings: Settings) -> Queue:
    if settings.queue_backend == "rq":
        return RqQueue(settings.redis_url)
    urls: dict[Kind, str] = {
        "payments": settings.sqs_payments_url,
        "refunds": settings.sqs_refunds_url,
        "webhooks": settings.sqs_webhooks_url,
    }
    return SqsQueue(urls)

"""Hints over RQ on Redis. An RQ job says "drain this kind"; it carries no work of its own.

One job per payment would cap a worker near 150 jobs/s; one job per moment is enough.
rq and redis are imported here and nowhere else, and only when they are first needed: they
cost a second of start-up, and the API must start and answer without Redis.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from aws_lambda_powertools import Logger

from gateway.jobs.model import Kind

_BUCKET_SECONDS: Final = 0.5
_JOB_TTL_SECONDS: Final = 60
_RECONNECT_SECONDS: Final = 1.0

_on_hint: Callable[[Kind], None] | None = None


def drain_kind(kind: Kind) -> None:
    """The RQ job: wake this process's drain. RQ finds it by its dotted name."""
    if _on_hint is not None:
        _on_hint(kind)


class RqQueue:
    """Sends hints. Calls run in a thread, so that a hanging Redis delays nobody."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._client: Any = None
        self._lock = threading.Lock()

    async def send(self, kind: Kind) -> None:
        await asyncio.to_thread(self._send, kind)

    async def is_reachable(self) -> bool:
        try:
            async with asyncio.timeout(1):
                return bool(await asyncio.to_thread(lambda: self._connection().ping()))
        except Exception:
            return False

    async def close(self) -> None:
        if self._client is not None:
            await asyncio.to_thread(self._client.close)

    def _connection(self) -> Any:
        with self._lock:
            if self._client is None:
                from redis import Redis
                from redis.backoff import NoBackoff
                from redis.retry import Retry

                self._client = Redis.from_url(
                    self._url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1)
                )
            return self._client

    def _send(self, kind: Kind) -> None:
        from rq import Queue
        from rq.exceptions import DuplicateJobError
        from rq.serializers import JSONSerializer

        queue = Queue(kind, connection=self._connection(), serializer=JSONSerializer)
        # The moment is part of the id: processes that hint at once make one job, and a job that was
        # killed half-way cannot keep later ones out.
        job_id = f"drain-{kind}-{int(time.time() / _BUCKET_SECONDS)}"
        with contextlib.suppress(DuplicateJobError):
            queue.enqueue(
                drain_kind,
                kind,
                job_id=job_id,
                unique=True,
                result_ttl=0,
                failure_ttl=0,
                ttl=_JOB_TTL_SECONDS,
                job_timeout=_JOB_TTL_SECONDS,
            )


def start_rq_worker(
    redis_url: str, kinds: list[Kind], on_hint: Callable[[Kind], None], logger: Logger
) -> threading.Thread:
    """Listen for hints in a daemon thread, for as long as the process lives.

    Losing Redis only costs the hints: the thread tries again each second, and says so once.
    """
    global _on_hint
    _on_hint = on_hint
    thread = threading.Thread(target=_listen_forever, args=(redis_url, kinds, logger), daemon=True, name="rq")
    thread.start()
    return thread


def _listen_forever(redis_url: str, kinds: list[Kind], logger: Logger) -> None:
    from redis import Redis
    from rq import Queue, SimpleWorker
    from rq.serializers import JSONSerializer
    from rq.timeouts import TimerDeathPenalty

    class HintWorker(SimpleWorker):  # type: ignore[misc]
        """An RQ worker in a thread: no signal handlers, no alarm signals."""

        death_penalty_class = TimerDeathPenalty

        def _install_signal_handlers(self) -> None:
            """Signals belong to the main thread."""

    logging.getLogger("rq").setLevel(logging.CRITICAL)
    away = False
    while True:
        try:
            # A blocking pop waits longer than redis-py's default socket time-out of 5 s.
            connection = Redis.from_url(redis_url, socket_timeout=None, socket_connect_timeout=2)
            connection.ping()
            if away:
                logger.info("redis is back")
            away = False
            queues = [Queue(kind, connection=connection, serializer=JSONSerializer) for kind in kinds]
            HintWorker(queues, connection=connection, serializer=JSONSerializer).work(logging_level="CRITICAL")
        except Exception as error:
            if not away:
                logger.warning("redis is away: working without hints", extra={"error": type(error).__name__})
            away = True
        time.sleep(_RECONNECT_SECONDS)

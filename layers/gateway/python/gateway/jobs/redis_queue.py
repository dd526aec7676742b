"""Sends hints over RQ on Redis. An RQ job says "drain this kind"; it carries no work of its own.

One job per payment would cap a worker near 150 jobs/s; one job per moment is enough. `redis_hints` takes them.
rq is imported here and nowhere else, and like redis only when it is first needed: they cost a second
of start-up, and the API must start and answer without Redis.
"""

import asyncio
import contextlib
import threading
import time
from functools import lru_cache
from typing import Any, Final

from gateway.jobs.model import Kind
from gateway.jobs.redis_hints import HINT_FUNCTION, prefix_of
from gateway.redis_server.connect import connect

_BUCKET_SECONDS: Final = 0.5
_JOB_TTL_SECONDS: Final = 60


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
                from redis.backoff import NoBackoff
                from redis.retry import Retry

                self._client = connect(self._url, seconds=1, retry=Retry(NoBackoff(), 1))
            return self._client

    def _send(self, kind: Kind) -> None:
        from rq.exceptions import DuplicateJobError
        from rq.serializers import JSONSerializer

        queue_class, job_class = _classes(prefix_of(self._url))
        queue = queue_class(kind, connection=self._connection(), serializer=JSONSerializer, job_class=job_class)
        # The moment is part of the id: processes that hint at once make one job, and a job that was
        # killed half-way cannot keep later ones out.
        job_id = f"drain-{kind}-{int(time.time() / _BUCKET_SECONDS)}"
        with contextlib.suppress(DuplicateJobError):
            queue.enqueue(
                HINT_FUNCTION,
                kind,
                job_id=job_id,
                unique=True,
                result_ttl=0,
                failure_ttl=0,
                ttl=_JOB_TTL_SECONDS,
                job_timeout=_JOB_TTL_SECONDS,
            )


@lru_cache
def _classes(prefix: str) -> tuple[Any, Any]:
    """RQ's queue and job with all their keys behind this prefix: its script that makes a job takes two of them."""
    from rq import Queue
    from rq.job import Job

    class OurJob(Job):  # type: ignore[misc]
        redis_job_namespace_prefix = f"{prefix}job:"

    class OurQueue(Queue):  # type: ignore[misc]
        redis_queue_namespace_prefix = f"{prefix}queue:"
        redis_queues_keys = f"{prefix}queues"

    return OurQueue, OurJob

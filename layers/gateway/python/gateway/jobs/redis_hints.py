"""Takes hints from Redis, where whoever can write to it may have put anything.

A hint comes as an RQ job, and RQ's own worker would import and call whatever a job names: its function, its
callbacks, its pickled instance. It would also obey commands over pub/sub. So none of it runs here. A job is data:
its id is popped, the one field that says what it wants is compared with the one thing that a hint of this kind
says, and it is deleted, whatever it was. What is no hint is dropped and counted.
"""

import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from aws_lambda_powertools import Logger

from gateway.jobs.model import Kind
from gateway.jobs.redis_client import AnswerTooLong, connect
from gateway.redis_server.connect import is_cluster

HINT_FUNCTION: Final = "gateway.jobs.redis_queue.drain_kind"
"""What the job of a hint names. There is no such function: it is a word, which RQ workers of the versions before
this one know how to call."""

_JOB_ID: Final = re.compile(rb"[A-Za-z0-9_-]{1,100}")
_AT_ONCE: Final = 100
_HINT_BYTES: Final = 300
"""A hint's data are 70 bytes, compressed; nothing longer is fetched."""

_WAIT_SECONDS: Final = 5.0
_RECONNECT_SECONDS: Final = 1.0
_LOG_EVERY_SECONDS: Final = 10.0


def prefix_of(redis_url: str) -> str:
    """How RQ's keys begin. In a cluster the tag in braces keeps all of them in one slot: RQ's script that makes a
    job, and a reader who waits for several queues, name several keys at once."""
    return "rq:{hints}:" if is_cluster(redis_url) else "rq:"


def is_hint(data: bytes | None, kind: Kind) -> bool:
    """Whether the `data` of a job says "drain this kind" and nothing else."""
    if data is None or len(data) > _HINT_BYTES:
        return False
    try:
        said = json.loads(zlib.decompressobj().decompress(data, _HINT_BYTES))
    except (zlib.error, ValueError, RecursionError):
        return False
    return bool(said == [HINT_FUNCTION, None, [kind], {}])


class HintReader:
    """Reads the hints of one process in a daemon thread, for as long as the process lives.

    Calls `on_hint` with each kind that was hinted at, and `on_dropped` with how many jobs of a kind were no hint;
    both from its thread. Losing Redis only costs the hints: it tries again each second, and says so once.
    """

    def __init__(
        self,
        redis_url: str,
        kinds: Sequence[Kind],
        on_hint: Callable[[Kind], None],
        on_dropped: Callable[[Kind, int], None],
        logger: Logger,
    ) -> None:
        self._url = redis_url
        self._prefix = prefix_of(redis_url)
        self._kinds = {f"{self._prefix}queue:{kind}".encode(): kind for kind in kinds}
        self._on_hint = on_hint
        self._on_dropped = on_dropped
        self._logger = logger
        self._unsaid = 0
        self._last_said = float("-inf")

    def start(self) -> threading.Thread:
        """Begin to read."""
        thread = threading.Thread(target=self._read_forever, daemon=True, name="hints")
        thread.start()
        return thread

    def _read_forever(self) -> None:
        away = False
        while True:
            try:
                client = connect(self._url, _WAIT_SECONDS)
                client.ping()
                if away:
                    self._logger.info("redis is back")
                away = False
                while True:
                    self._read(client)
            except AnswerTooLong:
                continue  # it is popped and counted; what is left of the answer goes with the connection
            except Exception as error:
                if not away:
                    self._logger.warning(
                        "redis is away: working without hints", extra={"error": type(error).__name__}
                    )
                away = True
            time.sleep(_RECONNECT_SECONDS)

    def _read(self, client: Any) -> None:
        """Wait for jobs, and take up to a hundred of one queue."""
        from redis.exceptions import ResponseError

        queue = next(iter(self._kinds))
        try:
            popped = client.blpop(list(self._kinds), _WAIT_SECONDS)
            if popped is None:
                return
            queue = popped[0]
            more = client.pipeline(transaction=True)
            rest = more.lrange(queue, 0, _AT_ONCE - 2).ltrim(queue, _AT_ONCE - 1, -1).execute()[0]
            self._take(client, self._kinds[queue], [popped[1], *rest])
        except AnswerTooLong:
            self._drop(self._kinds[queue], 1)
            raise
        except ResponseError as error:
            if not str(error).startswith("WRONGTYPE"):
                raise
            self._clear_what_is_no_list(client)

    def _take(self, client: Any, kind: Kind, ids: list[bytes]) -> None:
        """Judge these jobs, and delete them."""
        keys = [f"{self._prefix}job:{one.decode()}" for one in ids if _JOB_ID.fullmatch(one)]
        hints = 0
        if keys:
            lengths = zip(keys, _each(client.pipeline(transaction=False), "hstrlen", keys), strict=True)
            short = [key for key, length in lengths if isinstance(length, int) and 0 < length <= _HINT_BYTES]
            told = _each(client.pipeline(transaction=False), "hget", short)
            hints = sum(is_hint(data, kind) for data in told if isinstance(data, bytes))
            client.unlink(*keys)
        if hints:
            self._on_hint(kind)
        if len(ids) > hints:
            self._drop(kind, len(ids) - hints)

    def _clear_what_is_no_list(self, client: Any) -> None:
        for queue, kind in self._kinds.items():
            if client.type(queue) not in (b"list", b"none"):
                client.unlink(queue)
                self._drop(kind, 1)

    def _drop(self, kind: Kind, count: int) -> None:
        self._on_dropped(kind, count)
        self._unsaid += count
        if time.monotonic() - self._last_said >= _LOG_EVERY_SECONDS:
            self._logger.warning("jobs dropped that are no hints", extra={"kind": kind, "count": self._unsaid})
            self._unsaid, self._last_said = 0, time.monotonic()


def _each(pipeline: Any, command: str, keys: list[str]) -> list[Any]:
    """The answer for the field `data` of each key; an error where the key is no hash."""
    for key in keys:
        getattr(pipeline, command)(key, "data")
    return list(pipeline.execute(raise_on_error=False))

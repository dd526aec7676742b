"""Takes from Redis what was handed over (see `handover`), in a thread of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from aws_lambda_powertools import Logger

from gateway.clock import utc_now
from gateway.encryption import Keyring
from gateway.failpoint import reach
from gateway.jobs.handover import TAKER_SECONDS, is_nudge, list_of, opened, takers_of
from gateway.jobs.model import Kind
from gateway.jobs.redis_client import AnswerTooLong, connect

_WAIT_SECONDS: Final = 1.0
_AT_ONCE: Final = 50
_FULL_SECONDS: Final = 0.01
_RECONNECT_SECONDS: Final = 1.0


class HandedReader:
    """Pops the messages of one process for as long as it lives.

    From its thread it calls `on_handed` with a kind, the texts that were handed over, and whether there was a
    nudge; and `on_dropped` with how many messages were none of ours. Of a kind without room (`has_room`) nothing
    is popped: it waits for another process, or in the end for its lease.
    """

    def __init__(
        self,
        redis_url: str,
        keyring: Keyring,
        kinds: Sequence[Kind],
        *,
        has_room: Callable[[Kind], bool],
        on_handed: Callable[[Kind, list[bytes], bool], None],
        on_dropped: Callable[[Kind, int], None],
        logger: Logger,
    ) -> None:
        self._url = redis_url
        self._keyring = keyring
        self._kinds = {list_of(kind).encode(): kind for kind in kinds}
        self._has_room = has_room
        self._on_handed = on_handed
        self._on_dropped = on_dropped
        self._logger = logger
        self._stopped = threading.Event()
        self._announced = float("-inf")
        self._read_at = float("-inf")

    def start(self) -> threading.Thread:
        """Begin to take."""
        thread = threading.Thread(target=self._read_forever, daemon=True, name="handed")
        thread.start()
        return thread

    def stop(self) -> None:
        """Take nothing more, at the latest in a second."""
        self._stopped.set()

    def is_reading(self) -> bool:
        """Whether nudges come in at the moment, so that nobody has to look by himself so often."""
        return time.monotonic() - self._read_at < 2 * _WAIT_SECONDS

    def _read_forever(self) -> None:
        while not self._stopped.is_set():
            try:
                client = connect(self._url, _WAIT_SECONDS, margin_seconds=1)
                while not self._stopped.is_set():
                    self._read(client)
            except AnswerTooLong:
                continue  # what it was is popped; what is left of the answer goes with the connection
            except Exception as error:  # said by the reader of hints
                self._read_at = float("-inf")
                self._logger.debug("nothing is handed over", extra={"error": type(error).__name__})
            self._stopped.wait(_RECONNECT_SECONDS)

    def _read(self, client: Any) -> None:
        lists = [name for name, kind in self._kinds.items() if self._has_room(kind)]
        if not lists:
            self._stopped.wait(_FULL_SECONDS)
            return
        self._announce(client)
        try:
            popped = client.blmpop(_WAIT_SECONDS, len(lists), *lists, direction="LEFT", count=_AT_ONCE)
        except Exception as error:
            if "WRONGTYPE" in str(error):
                self._clear_what_is_no_list(client)
                return
            raise
        self._read_at = time.monotonic()
        if popped is not None:
            self._take(self._kinds[popped[0]], popped[1])

    def _announce(self, client: Any) -> None:
        if time.monotonic() - self._announced >= _WAIT_SECONDS:
            self._announced = time.monotonic()
            for kind in self._kinds.values():
                client.set(takers_of(kind), b"1", px=round(TAKER_SECONDS * 1000))

    def _take(self, kind: Kind, messages: Sequence[bytes]) -> None:
        reach("handover.popped")
        bodies: list[bytes] = []
        nudges = dropped = 0
        now = utc_now().timestamp()
        for message in messages:
            if is_nudge(message):
                nudges += 1
                continue
            try:
                body = opened(self._keyring, kind, message, now)
            except ValueError:
                dropped += 1
            else:
                bodies += () if body is None else (body,)
        if dropped:
            self._on_dropped(kind, dropped)
        if bodies or nudges:
            self._on_handed(kind, bodies, nudges > 0)

    def _clear_what_is_no_list(self, client: Any) -> None:
        for name, kind in self._kinds.items():
            if client.type(name) not in (b"list", b"none"):
                client.unlink(name)
                self._on_dropped(kind, 1)

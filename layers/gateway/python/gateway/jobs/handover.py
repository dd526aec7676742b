"""Work goes straight to the process that does it: a nudge, or the claimed row itself, over plain Redis.

Beside the hints of RQ, not instead of them: those wake a drain that sleeps, these save the one that is awake its
next look. A *nudge* says that something of a kind is due. What is *handed over* is a row that was born leased,
with all that its work needs: its taker need not claim it. One list per kind, from which a message is popped by
exactly one taker; one that is lost waits for the end of its short lease, and is then claimed like any other.

Who can write to Redis can forge nothing: what is handed over is sealed and names its kind and its end. It can be
repeated or dropped, which costs a repetition of what is safe to repeat, or the lease.

That is for the quiet hour, when nothing would be gained by waiting. In a busy second (`pace`) rows gather for the
looks of their drains, and nudges come no more often than these.
"""

import queue
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools import Logger
from cryptography.exceptions import InvalidTag

from gateway.encryption import Keyring
from gateway.jobs.model import Kind
from gateway.jobs.pace import GATHER_SECONDS, Pace
from gateway.jobs.redis_client import LONGEST, connect

LEASE_SECONDS: Final = 2.0
"""Of a row that is born leased. A lost message costs this, and a look."""

BEGIN_SECONDS: Final = 1.0
"""What is taken later than this after its birth is dropped: its lease may end before it is renewed."""

_MOST_MESSAGES: Final = 1_000
"""Of one kind in Redis: 4 MB, as takers read no text over 4 KiB and nobody gives one."""

_CROWDED: Final = 50
"""Messages that wait: nobody takes, or not fast enough; the ordinary way claims a hundred rows at once."""

_KNOWN_SECONDS: Final = 3.0
TAKER_SECONDS: Final = 3.0
"""A taker says once a second that it is there; this long it is believed."""

_PUSH_SECONDS: Final = 0.25
_RETRY_SECONDS: Final = 0.5
_AT_ONCE: Final = 100
_PURPOSE: Final = "handover"
_NUDGE: Final = b"n"
_BORN: Final = struct.Struct(">d")


def list_of(kind: Kind) -> str:
    """Where messages of a kind wait. (The braces keep the keys of all kinds in one slot of a cluster: who takes
    waits for several lists at once.)"""
    return f"gateway:{{hints}}:{kind}:handed"


def takers_of(kind: Kind) -> str:
    """The key that exists while somebody takes."""
    return f"gateway:{{hints}}:{kind}:takers"


@dataclass(frozen=True, slots=True)
class _Message:
    kind: Kind
    sealed: tuple[bytes, ...]


class Handover:
    """The giving side, of one process. Its thread begins with the first message; nothing here waits or fails.

    `nudge`, `is_open` and `hand` are for the loop's thread.
    """

    lease_seconds: Final = LEASE_SECONDS

    def __init__(self, redis_url: str, keyring: Keyring, logger: Logger) -> None:
        self._url = redis_url
        self._keyring = keyring
        self._logger = logger
        self._messages: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._nudged: set[Kind] = set()
        self._nudged_at: dict[Kind, float] = {}
        self._paces: defaultdict[Kind, Pace] = defaultdict(Pace)
        self._known: dict[Kind, tuple[float, bool]] = {}
        self._thread: threading.Thread | None = None
        self._client: Any = None
        self._failed_at = float("-inf")

    def nudge(self, kind: Kind) -> None:
        """Something of this kind is due. Call after the commit; nudges that wait to be sent are one."""
        pace, now = self._paces[kind], time.monotonic()
        pace.add(1)
        if kind in self._nudged or (
            pace.is_busy() and now - self._nudged_at.get(kind, float("-inf")) < GATHER_SECONDS
        ):
            return
        self._nudged.add(kind)
        self._nudged_at[kind] = now
        self._put(_Message(kind, ()))

    def is_open(self, kind: Kind, rows: int) -> bool:
        """Whether so many rows of this kind, which come now, may be born leased: somebody takes and is not behind,
        and in this process few came of late."""
        self._paces[kind].add(rows)
        if self._paces[kind].is_busy():
            return False
        at, is_open = self._known.get(kind, (float("-inf"), False))
        return is_open and time.monotonic() - at < _KNOWN_SECONDS

    def hand(self, kind: Kind, born: float, bodies: Sequence[bytes]) -> None:
        """Give rows that were leased at `born` (unix time) or later: what is in one body to one taker. Call after
        the commit, in the order in which they are to be worked on."""
        head = _BORN.pack(born)
        sealed = (self._keyring.encrypt(_PURPOSE, head + body, kind) for body in bodies)
        self._put(_Message(kind, tuple(text for text in sealed if len(text) <= LONGEST)))

    def _put(self, message: _Message) -> None:
        self._messages.put(message)
        if self._thread is None:
            self._thread = threading.Thread(target=self._send_forever, daemon=True, name="handover")
            self._thread.start()

    def _send_forever(self) -> None:
        while True:
            batch = [self._messages.get()]
            while len(batch) < _AT_ONCE and not self._messages.empty():
                batch.append(self._messages.get())
            self._nudged.difference_update(one.kind for one in batch if not one.sealed)
            try:
                if time.monotonic() - self._failed_at < _RETRY_SECONDS:
                    raise ConnectionError
                self._send(batch)
            except Exception as error:
                self._fail(error)

    def _send(self, batch: list[_Message]) -> None:
        if self._client is None:
            self._client = connect(self._url, _PUSH_SECONDS, margin_seconds=0)
        kinds = list(dict.fromkeys(one.kind for one in batch))
        pipeline = self._client.pipeline(transaction=False)
        for kind in kinds:
            values = [text for one in batch if one.kind == kind for text in one.sealed or (_NUDGE,)]
            pipeline.rpush(list_of(kind), *values)
            pipeline.ltrim(list_of(kind), -_MOST_MESSAGES, -1)
            pipeline.pexpire(list_of(kind), round(LEASE_SECONDS * 1000))
            pipeline.exists(takers_of(kind))
        answers = pipeline.execute()
        now = time.monotonic()
        for number, kind in enumerate(kinds):
            length, _, _, takers = answers[4 * number : 4 * number + 4]
            self._known[kind] = (now, takers > 0 and length <= _CROWDED)

    def _fail(self, error: Exception) -> None:
        """What could not be sent waits for its lease, or for a look."""
        self._known.clear()
        if time.monotonic() - self._failed_at >= _RETRY_SECONDS:
            self._failed_at = time.monotonic()
            self._logger.debug("nothing handed over", extra={"error": type(error).__name__})
            if self._client is not None:
                self._client.close()
                self._client = None


def is_nudge(message: bytes) -> bool:
    """Whether a message says no more than that something is due."""
    return message == _NUDGE


def opened(keyring: Keyring, kind: Kind, message: bytes, now: float) -> bytes | None:
    """What was handed over, or None if it was at `now` (unix time) too long ago.

    Raises `ValueError` for what is no message of ours.
    """
    try:
        text = keyring.decrypt(_PURPOSE, message, kind)
    except InvalidTag as error:
        raise ValueError("no message of ours") from error
    (born,) = _BORN.unpack_from(text)
    return None if now - born > BEGIN_SECONDS else text[_BORN.size :]

"""How far behind a replica is, measured without its help and without a write.

The primary is asked now and then where its log stands. Once the replica has replayed to there, it holds all that
was committed before that question: it *covers* that moment. How long ago it was bounds the age of what a reader
sees, whatever the replica says of itself: one that is paused, cut off or lost covers no new moment and falls out.

One that was promoted, follows another timeline, or belongs to another cluster covers nothing.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Final

import psycopg
from aws_lambda_powertools import Logger
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from gateway.database.pool import Database, connect_arguments
from gateway.errors import GatewayError
from gateway.settings import Settings

_PROBE_SECONDS: Final = 1.0
"""How long one look at both servers may take."""

_PRIMARY: Final = """
SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn() - '0/0'::pg_lsn END,
       CASE WHEN pg_is_in_recovery() THEN NULL ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END,
       (SELECT system_identifier FROM pg_control_system()),
       (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_REPLICA: Final = """
SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() - '0/0'::pg_lsn,
       (SELECT lpad(upper(to_hex(timeline_id)), 8, '0') FROM pg_control_checkpoint()),
       (SELECT system_identifier FROM pg_control_system()),
       (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True, slots=True)
class _Moment:
    """Where the primary's log stood (bytes from its beginning), and when it was asked (monotonic seconds)."""

    lsn: int
    asked_at: float


class _NotUsable(Exception):
    """Why the replica is not read from; a sentence for the operator."""


class Replica:
    """What one process knows of the replica's lag. `bound_seconds`: older than this nothing is read."""

    def __init__(self, primary: Database, settings: Settings, logger: Logger) -> None:
        self._primary, self._settings, self._logger = primary, settings, logger
        self._bound = settings.read_lag_seconds
        self.look_seconds = self._bound / 4
        self._moments: deque[_Moment] = deque(maxlen=64)
        self._timeline = ""
        self._covered_at = float("-inf")
        self._looked_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self._connection: AsyncConnection[TupleRow] | None = None
        self._said: str | None = None

    def is_usable(self) -> bool:
        """Whether all that it shows is younger than the bound. Has it looked at again where that is due."""
        now = time.monotonic()
        if now - self._looked_at >= self.look_seconds and (self._looking is None or self._looking.done()):
            self._looked_at = now
            self._looking = asyncio.create_task(self._look())
        return now - self._covered_at < self._bound

    async def looked(self) -> None:
        """Until the look that is under way has ended."""
        if self._looking is not None:
            await asyncio.wait({self._looking})

    async def close(self) -> None:
        """Close the connection that asks."""
        if self._looking is not None:
            self._looking.cancel()
        await self._hang_up()

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await self._compare()
        except _NotUsable as error:
            self._covered_at = float("-inf")
            self._moments.clear()
            self._say(str(error))
        except (GatewayError, psycopg.Error, OSError, TimeoutError) as error:
            await self._hang_up()
            self._say(f"no answer ({type(error).__name__})")
        except Exception:
            await self._hang_up()
            self._logger.exception("replica not looked at")
        else:
            self._say(None if time.monotonic() - self._covered_at < self._bound else "it is behind")

    async def _compare(self) -> None:
        asked_at = time.monotonic()
        async with self._primary.connection(None) as tx:
            cursor = await tx.execute(_PRIMARY)
            row = await cursor.fetchone()
        assert row is not None
        lsn, timeline, *primary = row
        if lsn is None:
            return  # a primary that is none at the moment: its log does not move, and coverage ends by itself
        if timeline != self._timeline:
            self._timeline = timeline
            self._moments.clear()
        self._moments.append(_Moment(int(lsn), asked_at))
        cursor = await (await self._connected()).execute(_REPLICA)
        row = await cursor.fetchone()
        assert row is not None
        is_replica, replayed, followed, *cluster = row
        if cluster != primary:
            raise _NotUsable("it is no copy of this database")
        if not is_replica:
            raise _NotUsable("it is no replica (any more)")
        if followed != timeline:
            raise _NotUsable("it has not noted yet that it follows the primary's timeline")
        for moment in self._moments:
            if replayed is not None and moment.lsn <= replayed:
                self._covered_at = max(self._covered_at, moment.asked_at)

    async def _connected(self) -> AsyncConnection[TupleRow]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(
                self._settings.database_read_url, **connect_arguments(self._settings)
            )
        return self._connection

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _say(self, trouble: str | None) -> None:
        if trouble == self._said:
            return
        self._said = trouble
        if trouble is None:
            self._logger.info("reads go to the replica")
        else:
            self._logger.warning("reads go to the primary", extra={"replica": trouble})

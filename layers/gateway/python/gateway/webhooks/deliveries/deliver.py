"""Work off what is due of webhooks: claim, attempt, finish (see `jobs.model.Workload`).

The rule of every attempt: the claim is committed before anything is sent, and the attempt is
written down with what follows from it in one statement. A crash in between sends again, with the
same event id: at least once, never lost.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic, perf_counter
from typing import Final

from aws_lambda_powertools import Logger

from gateway.clock import utc_now
from gateway.database import Database
from gateway.database.batch import Batch
from gateway.encryption import Keyring
from gateway.failpoint import reach
from gateway.log import InfoLines
from gateway.settings import Settings
from gateway.webhooks.deliveries.claim_queries import (
    ClaimedDelivery,
    ClaimRequest,
    Destination,
    claim_deliveries,
    release_deliveries,
    renew_deliveries,
    select_destinations,
    take_slots,
)
from gateway.webhooks.deliveries.conclude import FinishedDelivery, conclude, finish_row, log_line, moods_of
from gateway.webhooks.deliveries.finish_queries import finish_deliveries
from gateway.webhooks.deliveries.handed import read_handed
from gateway.webhooks.deliveries.lanes import FIRST_AHEAD, MOST_AHEAD, Lane, Lanes
from gateway.webhooks.deliveries.schedule import breaker_seconds_of, schedule_of
from gateway.webhooks.endpoints.disable import disable_endpoint
from gateway.webhooks.endpoints.sealed import SecretReader
from gateway.webhooks.sender.client import WebhookClient
from gateway.webhooks.signatures.sign import webhook_headers

MOST_LIMITED: Final = 200
"""Deliveries to rate-limited endpoints that wait in a process for their moment."""

_MOST_CLAIMS: Final = 5
_KNOWN: Final = 1_000
_GATHER_SECONDS: Final = 0.005  # halves the sender's CPU at one busy endpoint; the receiver has its event already
_FRESH_SECONDS: Final = 0.5
"""A claim that waited longer for its turn is sent as the endpoint is then: a rotated secret signs, a new URL
is called, a disabled endpoint is not, within this of the merchant's change."""


class DeliveryWork:
    """The workload `webhooks`."""

    kind: Final = "webhooks"

    def __init__(
        self, database: Database, keyring: Keyring, settings: Settings, client: WebhookClient, logger: Logger
    ) -> None:
        self._database = database
        self._settings = settings
        self._client = client
        self._lines = InfoLines(logger)
        self._secrets = SecretReader(keyring)
        self._schedule = schedule_of(settings)
        self._breaker_seconds = breaker_seconds_of(settings)
        self._lanes = Lanes(settings.webhook_endpoint_in_flight)
        self._tiers: Counter[str] = Counter()
        self._waiting = 0
        self._after = ""
        self._finishes: Batch[FinishedDelivery, int] = Batch(self._finish, gather_seconds=_GATHER_SECONDS)
        self._slots: Batch[tuple[str, int], float] = Batch(self._take_slots)
        self._releases: Batch[ClaimedDelivery, int] = Batch(self._give_back)
        self._known: dict[str, tuple[float, Destination]] = {}
        self._given_back: set[asyncio.Task[int]] = set()
        self._destinations: Batch[str, Destination | None] = Batch(self._read_destinations)

    async def claim(self, limit: int) -> list[ClaimedDelivery]:
        limit = min(limit, MOST_AHEAD - self._waiting)
        if limit <= 0:
            return []
        # Endpoints that never succeeded, and those that fail, share bounded parts of the process.
        most = self._settings.in_flight
        request = ClaimRequest(
            limit=limit,
            lease_seconds=self._settings.lease_seconds,
            after=self._after,
            known=self._lanes.known(),
            ahead=FIRST_AHEAD,
            endpoint_in_flight=self._settings.webhook_endpoint_in_flight,
            new_room=max(most // 2, 1) - self._tiers["new"],
            failing_room=max(most // 4, 1) - self._tiers["failing"],
            limited_room=MOST_LIMITED - self._tiers["limited"],
            breaker_seconds=self._breaker_seconds,
        )
        async with self._database.connection(None) as tx:
            claimed, self._after = await claim_deliveries(tx, request, monotonic())
        for item in claimed:
            self._lanes.of(item.endpoint_id).leases += 1
            self._tiers[item.tier] += 1
        self._waiting += sum(item.rate_limit is None for item in claimed)
        return claimed

    def has_room(self) -> bool:
        """See `jobs.model.Taker`."""
        return self._waiting < MOST_AHEAD // 2

    def take(self, body: bytes) -> list[ClaimedDelivery]:
        """See `jobs.model.Taker`. What an endpoint has no room for here is given back at once."""
        taken = []
        for item in read_handed(body):
            lane = self._lanes.of(item.endpoint_id)
            if lane.leases < lane.ahead:
                taken.append(item)
                lane.leases += 1
                self._tiers[item.tier] += 1
                self._waiting += 1
            else:
                task = asyncio.ensure_future(self._releases.submit(item))
                self._given_back.add(task)
                task.add_done_callback(self._given_back.discard)
        return taken

    async def renew(self, items: Sequence[ClaimedDelivery]) -> None:
        async with self._database.connection(None) as tx:
            ids, tokens = [item.id for item in items], [item.lease_token for item in items]
            await renew_deliveries(tx, tokens, ids, self._settings.lease_seconds)

    async def release(self, items: Sequence[ClaimedDelivery]) -> None:
        await self._give_back(items)

    async def work(self, item: ClaimedDelivery) -> int:
        """Send it once and write down what came of it; returns deliveries that became due."""
        lane = self._lanes.of(item.endpoint_id)
        try:
            try:
                if item.rate_limit is not None:
                    await asyncio.sleep(await self._slots.submit((item.endpoint_id, item.rate_limit)))
                entered = await lane.enter(item.subject)
            finally:
                self._waiting -= item.rate_limit is None
            if not entered:
                return await self._releases.submit(item)
            try:
                return await self._send(item, lane)
            finally:
                lane.written()
        finally:
            lane.leases -= 1
            self._tiers[item.tier] -= 1

    async def _send(self, item: ClaimedDelivery, lane: Lane) -> int:
        started: float | None = None
        reach("webhooks.claimed")
        try:
            fresh = await self._freshened(item)
            if fresh is not None:
                started = perf_counter()
                finished = await self._attempt(fresh)
        finally:
            lane.leave(item.subject, None if started is None else perf_counter() - started)
        if fresh is None:
            return await self._releases.submit(item)
        self._lines.add("attempt", log_line(finished))
        return await self._finishes.submit(finished)

    async def _freshened(self, item: ClaimedDelivery) -> ClaimedDelivery | None:
        """The claim with its endpoint as it was at most `_FRESH_SECONDS` ago; None if that is disabled now."""
        if monotonic() - item.read_at <= _FRESH_SECONDS:
            return item
        read_at, now = self._known.get(item.endpoint_id, (float("-inf"), None))
        if monotonic() - read_at > _FRESH_SECONDS:
            read_at = monotonic()
            now = await self._destinations.submit(item.endpoint_id)
        if now is None:
            self._known.pop(item.endpoint_id, None)
            return None
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[item.endpoint_id] = (read_at, now)
        return replace(
            item,
            url=now.url,
            secret=now.secret,
            previous_secret=now.previous_secret,
            headers=now.headers,
            read_at=read_at,
        )

    async def _read_destinations(self, endpoint_ids: Sequence[str]) -> list[Destination | None]:
        async with self._database.connection(None) as tx:
            found = await select_destinations(tx, list(dict.fromkeys(endpoint_ids)))
        return [found.get(endpoint_id) for endpoint_id in endpoint_ids]

    async def _attempt(self, item: ClaimedDelivery) -> FinishedDelivery:
        if item.claims > _MOST_CLAIMS:
            return conclude(item, None, utc_now(), self._schedule, random.random(), {})
        secrets = self._secrets.secrets(item.endpoint_id, item.secret, item.previous_secret)
        custom = self._secrets.headers(item.endpoint_id, item.headers)
        timestamp = int(utc_now().timestamp())
        ours = webhook_headers(secrets, item.event_id, timestamp, item.payload)
        outcome = await self._client.post(item.url, item.mode, custom | ours, item.payload)
        shown = ours | dict.fromkeys(custom, "[redacted]")
        return conclude(item, outcome, utc_now(), self._schedule, random.random(), shown)

    async def _take_slots(self, wanted: Sequence[tuple[str, int]]) -> list[float]:
        """Seconds that each has to wait; those of one endpoint stand in a row."""
        counts = Counter(endpoint_id for endpoint_id, _ in wanted)
        async with self._database.connection(None) as tx:
            next_slot = await take_slots(tx, {key: (counts[key], rate) for key, rate in wanted})
        waits = []
        for endpoint_id, rate in wanted:
            waits.append(next_slot[endpoint_id])
            next_slot[endpoint_id] += 1 / rate
        return waits

    async def _give_back(self, items: Sequence[ClaimedDelivery]) -> list[int]:
        async with self._database.connection(None) as tx:
            await release_deliveries(tx, [item.lease_token for item in items], [item.id for item in items])
        return [0] * len(items)

    async def _finish(self, finished: Sequence[FinishedDelivery]) -> list[int]:
        reach("webhooks.sent")
        async with self._database.connection(None) as tx:
            worn_out = await finish_deliveries(
                tx,
                [finish_row(one) for one in finished],
                moods_of(finished, lambda endpoint_id: self._lanes.of(endpoint_id).is_due_for_note()),
                breaker_seconds=self._breaker_seconds,
                disable_seconds=self._settings.webhook_disable_days * 86_400,
            )
            days = self._settings.webhook_disable_days
            reasons = dict.fromkeys(worn_out, f"every attempt failed for {days:g} days")
            reasons |= {one.claimed.endpoint_id: one.disable_reason for one in finished if one.disable_reason}
            due = 0
            for endpoint_id, reason in reasons.items():
                due += await disable_endpoint(tx, endpoint_id, reason, utc_now())
        return [due] + [0] * (len(finished) - 1)

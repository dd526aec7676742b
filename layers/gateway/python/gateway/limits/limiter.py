"""Count requests against their limits.

Reads and money are decided in the process, at once and without a round trip: each process keeps the
buckets that it has seen, and tells the shared store ten times a second what it let through. The
answer corrects its buckets. So N processes may together let through up to N quotas in the first tenth
of a second, which the store then makes them pay back; and a store that is away costs no request
anything: every process goes on with its own buckets.

Control actions (keys, endpoints, team, log-in) are exact: the store decides, and without it they are
refused. Without any store (Lambda, or by the setting) the process's buckets decide those, too.
"""

import asyncio
import time
from typing import Final

from aws_lambda_powertools import Logger

from gateway.errors import RateLimited, Unavailable
from gateway.limits.model import Claim, LimitName, Policy, Store, StoreAway, Verdict

REPORT_SECONDS: Final = 0.1
BREAKER_SECONDS: Final = 1.0
"""A store that failed is left alone for this long."""
_ENTRIES: Final = 20_000
"""Buckets of a process, some 300 bytes each: one per order that was lately paid, and few others. What is forgotten
begins anew with a full bucket, until the store corrects it."""


class _Bucket:
    """`tokens` at the moment `at` (monotonic seconds); `unreported` were let through since the last report."""

    __slots__ = ("at", "tokens", "unreported")

    def __init__(self, tokens: float, at: float) -> None:
        self.tokens = tokens
        self.at = at
        self.unreported = 0


class Limiter:
    """The limits of one process. One without policies limits nothing."""

    def __init__(self, policies: dict[LimitName, Policy], store: Store | None, logger: Logger) -> None:
        self._policies = policies
        self._store = store
        self._logger = logger
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._dirty: set[tuple[str, str]] = set()
        self._reporting: asyncio.Task[None] | None = None
        self._away_until = float("-inf")

    def count(self, name: LimitName, subject: str) -> Verdict | None:
        """Let one request through, by what this process knows. Raises `RateLimited`."""
        policy = self._policies.get(name)
        if policy is None:
            return None
        key, now = (name, subject), time.monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _ENTRIES:
                self._forget(now)
            bucket = self._buckets[key] = _Bucket(policy.quota, now)
        else:
            bucket.tokens = min(policy.quota, bucket.tokens + (now - bucket.at) * policy.rate)
            bucket.at = now
        if bucket.tokens < 1:
            raise _refused(Verdict(policy, bucket.tokens))
        bucket.tokens -= 1
        if self._store is not None:
            bucket.unreported += 1
            self._dirty.add(key)
            if self._reporting is None:
                self._reporting = asyncio.get_running_loop().create_task(self._report())
        return Verdict(policy, bucket.tokens)

    def would_refuse(self, name: LimitName, subject: str) -> bool:
        """Whether `count` would raise now. Counts nothing."""
        policy, bucket = self._policies.get(name), self._buckets.get((name, subject))
        if policy is None or bucket is None:
            return False
        return bucket.tokens + (time.monotonic() - bucket.at) * policy.rate < 1

    async def count_strictly(self, name: LimitName, subject: str) -> Verdict | None:
        """Let one control action through, by what all processes know. Raises `RateLimited`, `Unavailable`."""
        policy = self._policies.get(name)
        if policy is None or self._store is None:
            return self.count(name, subject)
        if time.monotonic() < self._away_until:
            raise _closed()
        try:
            [balance] = await self._store.claim([Claim(policy, subject, 1, strict=True)])
        except StoreAway as error:
            self._note_away(error)
            raise _closed() from error
        if not balance.taken:
            raise _refused(Verdict(policy, balance.tokens))
        return Verdict(policy, balance.tokens)

    async def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            await self._store.close()

    async def _report(self) -> None:
        """Tell the store what was let through, until there is nothing to tell."""
        try:
            while True:
                await asyncio.sleep(REPORT_SECONDS)
                if not self._dirty:
                    return
                await self._report_once()
        finally:
            self._reporting = None

    async def _report_once(self) -> None:
        dirty, self._dirty = self._dirty, set()
        told: list[tuple[_Bucket, Claim]] = []
        for name, subject in dirty:
            bucket = self._buckets.get((name, subject))
            if bucket is not None:
                claim = Claim(self._policies[name], subject, bucket.unreported)  # type: ignore[index]
                told.append((bucket, claim))
                bucket.unreported = 0
        if self._store is None or time.monotonic() < self._away_until:
            return  # what could not be told is forgotten: the buckets are full again soon
        try:
            balances = await self._store.claim([claim for _, claim in told])
        except StoreAway as error:
            self._note_away(error)
            return
        now = time.monotonic()
        for (bucket, _), balance in zip(told, balances, strict=True):
            bucket.tokens, bucket.at = balance.tokens - bucket.unreported, now

    def _note_away(self, error: StoreAway) -> None:
        self._away_until = time.monotonic() + BREAKER_SECONDS
        self._logger.warning("rate limits are not shared: redis is away", extra={"error": str(error)})

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full again; if that is not enough, the older half."""
        for key, bucket in list(self._buckets.items()):
            policy = self._policies[key[0]]  # type: ignore[index]
            if bucket.tokens + (now - bucket.at) * policy.rate >= policy.quota:
                del self._buckets[key]
        if len(self._buckets) >= _ENTRIES:
            for key in list(self._buckets)[: _ENTRIES // 2]:
                del self._buckets[key]


class LimitReached(RateLimited):
    """One request too many; `verdict` says of which limit."""

    def __init__(self, verdict: Verdict) -> None:
        policy = verdict.policy
        text = f"Too many requests: at most {policy.quota} in {policy.seconds} s ({policy.name})"
        super().__init__(text, retry_after=verdict.retry_seconds)
        self.verdict = verdict


def _refused(verdict: Verdict) -> LimitReached:
    return LimitReached(verdict)


def _closed() -> Unavailable:
    return Unavailable("Rate limits cannot be checked at the moment", retry_after=int(BREAKER_SECONDS))

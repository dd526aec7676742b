"""Token buckets that all processes share, in Redis: one script, one round trip for any number of them.

Redis's own clock counts, so that the processes' clocks need not agree. A bucket that is full again
is forgotten by its expiry; a Redis that lost everything has full buckets, which is safe.
"""

import asyncio
import threading
import zlib
from typing import Any, Final

from gateway.limits.model import Balance, Claim, StoreAway
from gateway.redis_server.connect import connect, is_cluster

_TIMEOUT_SECONDS: Final = 0.5
"""Only control actions wait for it, and a slower machine must not lock people out."""

_TAGS: Final = 16
"""Slots of a cluster over which buckets are spread, and so the most calls of the script for any number of them."""

_SCRIPT: Final = """
-- What this script has written; nil for anything else, so that whoever can write to Redis locks nobody out for
-- longer than an empty bucket does, and lifts no limit (`nan` is neither below a bound nor above it).
local function number(text, least, most)
  local value = tonumber(text or '')
  if value and value >= least and value <= most then return value end
  return nil
end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local answers = {}
for i, key in ipairs(KEYS) do
  local quota, rate = tonumber(ARGV[i * 4 - 3]), tonumber(ARGV[i * 4 - 2])
  local count, strict = tonumber(ARGV[i * 4 - 1]), ARGV[i * 4] == '1'
  local kept = redis.pcall('HMGET', key, 'tokens', 'at')
  if kept.err then -- another type of key stands there: not ours, and in the way
    redis.call('DEL', key)
    kept = {}
  end
  local tokens, at = number(kept[1], -quota, quota) or quota, number(kept[2], 0, now) or now
  tokens = math.min(quota, tokens + (now - at) * rate)
  local taken = 1
  if strict and tokens < count then
    taken = 0
  else
    -- What processes let through before they knew of each other is paid back, up to one quota.
    tokens = math.max(tokens - count, -quota)
  end
  redis.call('HSET', key, 'tokens', string.format('%.6f', tokens), 'at', string.format('%.6f', now))
  redis.call('PEXPIRE', key, math.ceil((quota - tokens) / rate * 1000) + 1000)
  answers[i * 2 - 1], answers[i * 2] = taken, string.format('%.6f', tokens)
end
return answers
"""


class RedisStore:
    """Calls run in a thread, so that a hanging Redis does not hold up the loop."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._is_cluster = is_cluster(redis_url)
        self._script: Any = None
        self._client: Any = None
        self._lock = threading.Lock()

    async def claim(self, claims: list[Claim]) -> list[Balance]:
        try:
            return await asyncio.to_thread(self._run, claims)
        except Exception as error:  # whatever redis-py raises: the counts are a matter of fairness, not of duty
            raise StoreAway(type(error).__name__) from error

    async def close(self) -> None:
        if self._client is not None:
            await asyncio.to_thread(self._client.close)

    def _run(self, claims: list[Claim]) -> list[Balance]:
        balances: list[Balance | None] = [None] * len(claims)
        for tag, places in self._by_tag(claims).items():
            keys = [f"limit:{tag}{claims[at].policy.name}:{claims[at].subject}" for at in places]
            arguments: list[Any] = []
            for claim in (claims[at] for at in places):
                arguments += [claim.policy.quota, claim.policy.rate, claim.count, int(claim.strict)]
            answer = self._prepared()(keys=keys, args=arguments)
            for number, at in enumerate(places):
                balances[at] = Balance(answer[2 * number] == 1, float(answer[2 * number + 1]))
        return [balance for balance in balances if balance is not None]

    def _by_tag(self, claims: list[Claim]) -> dict[str, list[int]]:
        """The places of the claims that one call of the script takes: all, or in a cluster those of a slot."""
        if not self._is_cluster:
            return {"": list(range(len(claims)))}
        places: dict[str, list[int]] = {}
        for at, claim in enumerate(claims):
            number = zlib.crc32(f"{claim.policy.name}:{claim.subject}".encode()) % _TAGS
            places.setdefault(f"{{{number}}}:", []).append(at)
        return places

    def _prepared(self) -> Any:
        with self._lock:
            if self._script is None:
                from redis.backoff import NoBackoff  # half a second of start-up: the API must answer before
                from redis.retry import Retry

                self._client = connect(self._url, seconds=_TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 1))
                self._script = self._client.register_script(_SCRIPT)
            return self._script

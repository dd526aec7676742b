"""A limit, and what it says about one request."""

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, Protocol

LimitName = Literal["key", "address", "order", "control", "sign-in", "look"]

RATE: Final = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,5})")
"""How a limit is written in a setting: requests, a slash, seconds."""


@dataclass(frozen=True)
class Policy:
    """`quota` requests at once, and as many again in every `seconds`: a token bucket."""

    name: LimitName
    quota: int
    seconds: int

    @cached_property
    def rate(self) -> float:
        """Tokens that come back in a second."""
        return self.quota / self.seconds

    @cached_property
    def header(self) -> str:
        """The item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10, section 3)."""
        return f'"{self.name}";q={self.quota};w={self.seconds}'


@dataclass(slots=True)
class Verdict:
    """What is left of a limit after a request. `tokens` below zero: the request was one too many."""

    policy: Policy
    tokens: float

    @property
    def remaining(self) -> int:
        """Requests that may follow at once."""
        return max(0, int(self.tokens))

    @property
    def reset_seconds(self) -> int:
        """Until nothing is used up any more."""
        return math.ceil((self.policy.quota - max(0.0, self.tokens)) / self.policy.rate)

    @property
    def retry_seconds(self) -> int:
        """Until the next request would be let through: at least 1."""
        return max(1, math.ceil((1 - self.tokens) / self.policy.rate))


@dataclass(frozen=True, slots=True)
class Claim:
    """`count` requests under one limit; with `strict` they are taken only if all of them are left."""

    policy: Policy
    subject: str
    count: int
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """What a store says to a claim: whether it was taken, and what is left (below zero: overdrawn)."""

    taken: bool
    tokens: float


class StoreAway(Exception):
    """The store did not answer in time."""


class Store(Protocol):
    """Where the processes of a deployment share their counts."""

    async def claim(self, claims: list[Claim]) -> list[Balance]:
        """One answer per claim, in one round trip. Raises `StoreAway`."""

    async def close(self) -> None:
        """Close what is open."""


def parse_policy(name: LimitName, text: str) -> Policy:
    """From `6000/60`. Raises `ValueError`."""
    match = RATE.fullmatch(text)
    if match is None:
        raise ValueError("must be requests/seconds, such as 6000/60")
    return Policy(name, int(match.group(1)), int(match.group(2)))

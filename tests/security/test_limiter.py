"""The limiter against a real Redis, a dead one and one that hangs."""

import asyncio
import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest

from dev.ports import free_port
from dev.redis import RedisServer
from gateway.errors import Unavailable
from gateway.limits.limiter import Limiter, LimitReached
from gateway.limits.model import Balance, Claim, Policy, Store, StoreAway, Verdict, parse_policy
from gateway.limits.redis_store import RedisStore
from gateway.log import get_logger

LOGGER = get_logger("test", "ERROR")


def limiter(store: Store | None, quota: int = 10, seconds: int = 1000) -> Limiter:
    policies = {name: Policy(name, quota, seconds) for name in ("key", "control")}
    return Limiter(policies, store, LOGGER)  # type: ignore[arg-type]


def let_through(one: Limiter, tries: int, subject: str) -> int:
    passed = 0
    for _ in range(tries):
        try:
            one.count("key", subject)
            passed += 1
        except LimitReached as error:
            assert error.retry_after is not None and error.retry_after >= 1
    return passed


@pytest.fixture
def subject() -> str:
    return uuid4().hex


@pytest.fixture
def hanging_url() -> Iterator[str]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_limit_reads_as_requests_and_seconds() -> None:
    assert parse_policy("key", "6000/60") == Policy("key", 6000, 60)
    for wrong in ("", "0/60", "60", "6000/0", "-1/60", "1.5/60", "6000/60/1"):
        with pytest.raises(ValueError):
            parse_policy("key", wrong)


def test_a_verdict_says_what_is_left_and_when_to_come_back() -> None:
    policy = Policy("key", 10, 100)  # one token in ten seconds
    assert (Verdict(policy, 4.5).remaining, Verdict(policy, 4.5).reset_seconds) == (4, 55)
    assert (Verdict(policy, 0.5).retry_seconds, Verdict(policy, -2).retry_seconds) == (5, 30)


async def test_a_process_alone_lets_exactly_the_quota_through(subject: str) -> None:
    assert let_through(limiter(None), 50, subject) == 10
    assert let_through(limiter(None), 50, f"{subject}-other") == 10


async def test_processes_learn_of_each_other(redis_server: RedisServer, subject: str) -> None:
    one, other = (limiter(RedisStore(redis_server.url)) for _ in range(2))
    assert let_through(one, 50, subject) == 10
    let_through(other, 1, subject)
    async with asyncio.timeout(20):
        while let_through(other, 1, subject):  # until its report has been answered
            await asyncio.sleep(0.05)
    assert let_through(one, 50, subject) == 0
    await one.close()
    await other.close()


async def test_control_actions_are_exact_over_all_processes(redis_server: RedisServer, subject: str) -> None:
    limiters = [limiter(RedisStore(redis_server.url)) for _ in range(3)]

    async def act(number: int) -> bool:
        try:
            await limiters[number % 3].count_strictly("control", subject)
        except LimitReached:
            return False
        return True

    assert sum(await asyncio.gather(*(act(number) for number in range(60)))) == 10
    for one in limiters:
        await one.close()


async def test_a_dead_redis_stops_control_actions_and_nothing_else(subject: str) -> None:
    one = limiter(RedisStore(f"redis://127.0.0.1:{free_port()}/0"))
    for _ in range(3):
        assert let_through(one, 2, subject) == 2  # never waits: it is no coroutine
        with pytest.raises(Unavailable) as refused:
            await one.count_strictly("control", subject)
        assert refused.value.retry_after == 1


async def test_a_hanging_redis_is_asked_once_and_then_left_alone(hanging_url: str, subject: str) -> None:
    class Counting:
        asked = 0

        def __init__(self) -> None:
            self._store = RedisStore(hanging_url)

        async def claim(self, claims: list[Claim]) -> list[Balance]:
            self.asked += 1
            return await self._store.claim(claims)

        async def close(self) -> None:
            await self._store.close()

    store = Counting()
    one = limiter(store)
    for _ in range(20):
        with pytest.raises(Unavailable):
            await one.count_strictly("control", subject)
    assert store.asked < 20, "the breaker never opened"
    assert let_through(one, 50, subject) == 10
    await one.close()


async def test_a_redis_that_forgot_everything_has_full_buckets(redis_server: RedisServer, subject: str) -> None:
    store = RedisStore(redis_server.url)
    policy = Policy("key", 5, 1000)
    [spent] = await store.claim([Claim(policy, subject, 5)])
    assert spent.taken and spent.tokens == pytest.approx(0, abs=0.1)
    [refused] = await store.claim([Claim(policy, subject, 1, strict=True)])
    assert not refused.taken
    from redis import Redis

    Redis.from_url(redis_server.url).delete(f"limit:key:{subject}")
    [again] = await store.claim([Claim(policy, subject, 1, strict=True)])
    assert again.taken and again.tokens == pytest.approx(4, abs=0.1)
    await store.close()


_WRITTEN: list[dict[str, str] | str | list[str]] = [
    "no hash",
    ["a", "list"],
    {"tokens": "nan"},
    {"tokens": "-nan", "at": "nan"},
    {"tokens": "inf", "at": "-inf"},
    {"tokens": "1e308"},
    {"tokens": "-1e308"},
    {"tokens": "0", "at": "99999999999999"},
    {"tokens": "nothing", "at": "[]"},
    {"tokens": "", "more": "x" * 100_000},
]


@pytest.mark.parametrize("written", _WRITTEN, ids=range(len(_WRITTEN)))
async def test_what_a_stranger_wrote_in_the_place_of_a_bucket_costs_nothing_and_allows_nothing(
    redis_server: RedisServer, subject: str, written: dict[str, str] | str | list[str]
) -> None:
    from redis import Redis

    client, key = Redis.from_url(redis_server.url), f"limit:key:{subject}"
    if isinstance(written, dict):
        client.hset(key, mapping=written)
    elif isinstance(written, str):
        client.set(key, written)
    else:
        client.rpush(key, *written)
    store, policy = RedisStore(redis_server.url), Policy("key", 5, 1000)
    taken = [(await store.claim([Claim(policy, subject, 1, strict=True)]))[0] for _ in range(8)]
    # A bucket that says it is empty is believed, since it is what an empty one says.
    spent = written == {"tokens": "0", "at": "99999999999999"}
    assert [one.taken for one in taken] == ([False] * 8 if spent else [True] * 5 + [False] * 3)
    assert all(-5 <= one.tokens <= 5 for one in taken)
    assert 0 < client.pttl(key) <= 1_001_000
    await store.close()


async def test_overdrawing_is_bounded_by_one_quota(redis_server: RedisServer, subject: str) -> None:
    store = RedisStore(redis_server.url)
    [overdrawn] = await store.claim([Claim(Policy("key", 5, 1000), subject, 5000)])
    assert overdrawn.tokens == pytest.approx(-5, abs=0.1)
    await store.close()


async def test_many_subjects_do_not_fill_the_memory() -> None:
    one = limiter(None, quota=2, seconds=1000)
    for number in range(120_000):
        one.count("key", str(number))
    assert len(one._buckets) <= 50_000


async def test_a_store_that_fails_loses_counts_and_no_request(subject: str) -> None:
    class Failing:
        async def claim(self, claims: list[Claim]) -> list[Balance]:
            raise StoreAway("ConnectionError")

        async def close(self) -> None:
            """Nothing is open."""

    one = limiter(Failing())
    assert let_through(one, 50, subject) == 10
    await asyncio.sleep(0)

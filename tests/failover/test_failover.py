"""Redis of several servers: a master dies under load, and hints are back with its fail-over."""

import asyncio
import time
from pathlib import Path

import pytest

from dev.postgres import PostgresServer
from gateway.database.written import Written
from gateway.encryption import Keyring
from gateway.jobs.handed import HandedReader
from gateway.jobs.handover import Handover, list_of
from gateway.limits.model import Claim, Policy
from gateway.limits.redis_store import RedisStore
from gateway.log import get_logger
from gateway.settings import Settings
from gateway.tenancy.model import TEST_MERCHANT_ID, Caller
from tests.conftest import TEMPLATE
from tests.failover import drill
from tests.support.redis_many import Cluster, Sentinels
from tests.support.stack import copy_database, database_of, eventually

KINDS = ("cluster", "sentinel")


@pytest.mark.parametrize("kind", KINDS)
def test_a_master_is_killed_under_load(kind: str, postgres: PostgresServer, tmp_path: Path) -> None:
    url = copy_database(database_of(postgres.url, "postgres"), TEMPLATE)
    (tmp_path / "database-url").write_text(url)
    [away] = drill.run(kind, tmp_path, rounds=1)
    assert away < drill.BACK_SECONDS


@pytest.mark.parametrize("kind", KINDS)
def test_nudges_of_several_kinds_come_to_one_taker(kind: str, tmp_path: Path) -> None:
    """In a cluster a taker can wait for lists of one slot only; after a fail-over they come again."""
    logger, keyring = get_logger("test", "ERROR"), Keyring(*Settings(TEST_MODE=True).master_keys())
    with Cluster(tmp_path) if kind == "cluster" else Sentinels(tmp_path) as redis:
        came: list[str] = []
        reader = HandedReader(
            redis.url,
            keyring,
            ["payments", "refunds"],
            has_room=lambda _: True,
            on_handed=lambda kind, _, __: came.append(kind),
            on_dropped=lambda kind, count: came.append(f"dropped {count} of {kind}"),
            logger=logger,
        )
        reader.start()
        giving = Handover(redis.url, keyring, logger)

        def all_come() -> bool:
            giving.nudge("payments")
            giving.nudge("refunds")
            time.sleep(0.1)
            return set(came) == {"payments", "refunds"}

        eventually(all_come, what="nudges")
        redis.master_of(list_of("payments")).kill()
        came.clear()
        eventually(all_come, what="nudges after a fail-over")
        reader.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_limits_and_marks_are_shared_and_follow_a_fail_over(kind: str, tmp_path: Path) -> None:
    """Two processes' stores and marks over one Redis; many buckets, which a cluster keeps on several nodes."""
    with Cluster(tmp_path) if kind == "cluster" else Sentinels(tmp_path) as redis:
        asyncio.run(_share(redis))


async def _share(redis: Cluster | Sentinels) -> None:
    one, other = RedisStore(redis.url), RedisStore(redis.url)
    policy = Policy("key", 1000, 100_000)
    claims = [Claim(policy, f"subject-{number}", 10) for number in range(50)]
    await one.claim(claims)
    assert [round(balance.tokens) for balance in await other.claim(claims)] == [980] * 50
    logger, tenant = get_logger("test", "ERROR"), Caller(TEST_MERCHANT_ID, "test")
    writes, reads = Written(redis.url, 1.0, logger), Written(redis.url, 1.0, logger)
    await _until(lambda: _is_marked(reads, tenant), False)
    await writes.note(tenant)
    assert await reads.is_marked(tenant)
    await _until(lambda: _is_marked(reads, tenant), False)
    redis.master_of(f"written:{tenant.merchant_id}:{tenant.mode}").kill()
    assert await reads.is_marked(tenant), "a Redis that is away knows of everybody that he has written"

    async def is_counted() -> bool:
        try:
            return len(await one.claim(claims)) == 50
        except Exception:
            return False

    await _until(is_counted, True)
    await _until(lambda: _is_marked(reads, tenant), False)
    for part in (one, other, writes, reads):
        await part.close()


async def _is_marked(written: Written, tenant: Caller) -> bool:
    return await written.is_marked(tenant)


async def _until(ask, wanted: bool, seconds: float = 20) -> None:  # type: ignore[no-untyped-def]
    ends_at = time.monotonic() + seconds
    while await ask() is not wanted:
        assert time.monotonic() < ends_at
        await asyncio.sleep(0.1)

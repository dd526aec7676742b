"""The pace of one endpoint: held over two senders, and nobody else's."""

import asyncio

import pytest

from tests.webhooks.engine import running_engine, until
from tests.webhooks.receiver import Receiver


@pytest.mark.alone
async def test_a_rate_limit_is_held_over_two_processes(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        limited = await engine.endpoint(receiver.url("/limited"), rate_limit=20)
        await engine.healthy(limited)
        await engine.events(81)
        drains = [engine.new_drain(engine.another()) for _ in range(2)]
        await asyncio.gather(*(drain.run(linger=0.5) for drain in drains))
        times = sorted(one.at for one in receiver.at("/limited"))
        assert len(times) == 81
        rate = 80 / (times[-1] - times[0])
        assert 18 <= rate <= 22, f"{rate:.1f}/s"
        windows = [sum(at <= one < at + 1 for one in times) for at in times[:-20]]
        assert max(windows) <= 24, "not in bursts"


async def test_a_limited_endpoint_does_not_hold_up_others(database_url: str, receiver: Receiver) -> None:
    async with running_engine(database_url) as engine:
        limited = await engine.endpoint(receiver.url("/limited"), rate_limit=2)
        await engine.healthy(limited)
        fine = await engine.endpoint(receiver.url("/fine"))
        await engine.healthy(fine)
        await engine.events(100)
        drain = engine.new_drain()
        running = asyncio.create_task(drain.run())
        await until(lambda: len(receiver.at("/fine")) == 100, 5)
        assert len(receiver.at("/limited")) < 20
        await drain.stop(0.1)
        await running

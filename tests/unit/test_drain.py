"""The loop that works off one kind, over a workload of its own."""

import asyncio
from collections.abc import Sequence

from gateway.jobs.drain import Drain
from gateway.log import get_logger


class _Slow:
    """Its claim takes until it is let go; its work never ends."""

    kind = "payments"

    def __init__(self) -> None:
        self.is_claiming, self.go = asyncio.Event(), asyncio.Event()
        self.released: list[str] = []
        self.renewed: list[str] = []

    async def claim(self, limit: int) -> Sequence[str]:
        self.is_claiming.set()
        await self.go.wait()
        return ["one"]

    async def work(self, item: str) -> int:
        await asyncio.Event().wait()
        return 0

    async def renew(self, items: Sequence[str]) -> None:
        self.renewed += items

    def has_room(self) -> bool:
        """Always."""
        return True

    def take(self, body: bytes) -> list[str]:
        """What was handed over."""
        return [body.decode()]

    async def release(self, items: Sequence[str]) -> None:
        self.released += items


def test_what_is_being_claimed_at_the_stop_is_given_back() -> None:
    """Else it would lie until its lease ends, though the process ended in good order."""

    async def act() -> list[str]:
        workload = _Slow()
        drain = Drain(workload, get_logger("test", "ERROR"), in_flight=10, lease_seconds=60, on_due=lambda _: None)
        running = asyncio.create_task(drain.run())
        await workload.is_claiming.wait()
        stopping = asyncio.create_task(drain.stop(0.2))
        await asyncio.sleep(0)
        workload.go.set()
        await stopping
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return workload.released

    assert asyncio.run(act()) == ["one"]


def test_what_was_just_handed_over_is_still_ours_when_the_grace_ends() -> None:
    """Its lease is shorter than the grace: not renewed it would end in between, with its token left behind."""

    async def act() -> tuple[list[str], list[str]]:
        workload = _Slow()
        drain = Drain(
            workload,
            get_logger("test", "ERROR"),
            in_flight=200,
            lease_seconds=60,
            on_due=lambda _: None,
            taker=workload,
        )
        workload.go.set()
        running = asyncio.create_task(drain.run())
        await workload.is_claiming.wait()
        drain.take([b"handed"])
        await drain.stop(0.2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return workload.renewed, workload.released

    renewed, released = asyncio.run(act())
    assert renewed == ["handed"]
    assert "handed" in released

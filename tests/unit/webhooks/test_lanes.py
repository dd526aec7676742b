"""How many attempts at a time an endpoint gets, and who waits."""

import asyncio

from gateway.webhooks.deliveries.lanes import FIRST_AHEAD, FIRST_UNWRITTEN, MOST_AHEAD, Lane, Lanes


async def entered(lane: Lane, count: int) -> list[asyncio.Task[bool]]:
    tasks = [asyncio.create_task(lane.enter(f"order_{number}")) for number in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def started(lane: Lane, count: int) -> int:
    """How many of these may start at once."""
    tasks = await entered(lane, count)
    ready = sum(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    return ready


async def after(*durations: float) -> Lane:
    """A lane that has seen attempts of these seconds."""
    lane = Lane(4)
    for seconds in durations:
        assert await lane.enter("o")
        lane.leave("o", seconds)
        lane.written()
    return lane


async def test_an_unknown_receiver_gets_one_attempt_and_a_short_queue() -> None:
    lane = Lane(4)
    assert lane.ahead == FIRST_AHEAD
    assert await started(lane, 10) == 1


async def test_a_receiver_that_has_answered_gets_the_cap_and_a_fast_one_a_longer_queue() -> None:
    assert await started(await after(0.001), 10) == 4
    assert await started(await after(0.1), 10) == 4
    assert (await after(0.001)).ahead == MOST_AHEAD
    assert (await after(1.0)).ahead == 4


async def test_one_order_is_told_one_after_the_other_and_holds_up_no_other() -> None:
    lane = await after(0.001)
    order = ["a", "a", "b", "a", "c", "b", "d", "e"]
    began: list[tuple[str, int]] = []
    running: set[str] = set()

    async def attempt(number: int) -> None:
        subject = order[number]
        assert await lane.enter(subject)
        assert subject not in running
        running.add(subject)
        began.append((subject, number))
        await asyncio.sleep(0.01)
        running.discard(subject)
        lane.leave(subject, 0.001)
        lane.written()

    tasks = [asyncio.create_task(attempt(number)) for number in range(len(order))]
    await asyncio.sleep(0.005)
    assert began == [("a", 0), ("b", 2), ("c", 4), ("d", 6)]
    await asyncio.gather(*tasks)
    assert len(began) == len(order)
    for subject in set(order):
        numbers = [number for one, number in began if one == subject]
        assert numbers == sorted(numbers)
    assert await started(lane, 10) == 4


async def test_who_waits_at_a_stuck_endpoint_is_sent_away_and_the_lane_goes_on() -> None:
    lane = await after(0.001)
    holding = await entered(lane, 4)
    waiting = [asyncio.create_task(lane.enter(subject)) for subject in ("order_0", "x", "x", "order_0")]
    async with asyncio.timeout(5):
        assert await asyncio.gather(*waiting) == [False] * 4
    for number, task in enumerate(holding):
        assert await task
        lane.leave(f"order_{number}", 2.0)
        lane.written()
    assert await started(lane, 10) == 4


async def test_a_cancelled_wait_does_not_keep_those_behind_it() -> None:
    lane = await after(0.001)
    assert await lane.enter("a")
    turns = [asyncio.create_task(lane.enter("a")) for _ in range(3)]
    await asyncio.sleep(0)
    turns[0].cancel()
    lane.leave("a", 0.001)
    async with asyncio.timeout(1):
        assert await turns[1]
    turns[2].cancel()
    await asyncio.gather(turns[2], return_exceptions=True)
    lane.leave("a", 0.001)
    async with asyncio.timeout(1):
        assert await lane.enter("a")


async def test_who_waits_is_served_in_order_and_nobody_is_forgotten() -> None:
    lane = await after(0.1)
    served: list[int] = []

    async def attempt(number: int) -> None:
        assert await lane.enter(str(number))
        served.append(number)
        await asyncio.sleep(0.01)
        lane.leave(str(number), 0.01)
        lane.written()

    await asyncio.gather(*(attempt(number) for number in range(20)))
    assert served == list(range(20))
    assert await started(lane, 5) == 4


async def sent_unwritten(lane: Lane, count: int) -> int:
    """How many of these are sent while none of them can be written down."""
    sent = 0

    async def send(subject: str) -> None:
        nonlocal sent
        assert await lane.enter(subject)
        sent += 1
        lane.leave(subject, 0.001)

    sending = [asyncio.create_task(send(f"order_{number}")) for number in range(count)]
    await asyncio.sleep(0.05)
    for task in sending:
        task.cancel()
    await asyncio.wait(sending)
    return sent


async def test_what_a_killed_sender_may_repeat_is_bounded() -> None:
    lane = await after(0.001)
    assert await sent_unwritten(lane, 100) == FIRST_UNWRITTEN
    lane.written()
    lane.written()
    assert await sent_unwritten(lane, 100) == 2


async def test_a_stream_may_have_more_unwritten_than_a_burst() -> None:
    """A receiver of a thousand a second does not wait for Postgres; a twentieth of the last ten seconds."""
    assert await sent_unwritten(await after(*[0.001] * 1000), 200) in range(45, 51)


async def test_a_cap_set_above_the_bound_is_used() -> None:
    cap = 3 * FIRST_UNWRITTEN
    lane = Lane(cap)
    assert await lane.enter("o")
    lane.leave("o", 1.0)
    lane.written()
    assert await started(lane, 2 * cap) == cap


async def test_a_cancelled_wait_gives_its_turn_on() -> None:
    lane = Lane(1)
    assert await lane.enter("o")
    first, second = await entered(lane, 2)
    lane.leave("o", 0.01)  # the turn is the first one's, which is cancelled before it can take it
    first.cancel()
    async with asyncio.timeout(2):
        assert await second


async def test_lanes_that_nobody_uses_are_forgotten() -> None:
    lanes = Lanes(4)
    lane = lanes.of("we_1")
    assert lane is lanes.of("we_1")
    assert lane.is_idle(-1) and not lane.is_idle(60)
    lane.leases = 1
    assert not lane.is_idle(-1)

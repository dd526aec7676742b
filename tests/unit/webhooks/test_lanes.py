"""How many attempts at a time an endpoint gets, and who waits."""

import asyncio

from gateway.webhooks.deliveries.lanes import FIRST_AHEAD, FIRST_UNWRITTEN, MOST_AHEAD, Lane, Lanes


async def entered(lane: Lane, count: int) -> list[asyncio.Task[bool]]:
    tasks = [asyncio.create_task(lane.enter()) for _ in range(count)]
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
        assert await lane.enter()
        lane.leave(seconds)
        lane.written()
    return lane


async def test_an_unknown_receiver_gets_one_attempt_and_a_short_queue() -> None:
    lane = Lane(4)
    assert lane.ahead == FIRST_AHEAD
    assert await started(lane, 10) == 1


async def test_a_fast_receiver_gets_fewer_at_a_time_and_a_longer_queue() -> None:
    assert await started(await after(0.001), 10) == 1
    assert await started(await after(0.004), 10) == 2
    assert await started(await after(0.1), 10) == 4
    assert (await after(0.001)).ahead == MOST_AHEAD
    assert (await after(1.0)).ahead == 4


async def test_a_receiver_that_becomes_slow_is_noticed() -> None:
    lane = await after(0.001, *[0.2] * 100)
    assert await started(lane, 10) == 4


async def test_one_slow_answer_among_fast_ones_changes_nothing() -> None:
    assert await started(await after(*[0.001] * 50, 0.5, *[0.001] * 5), 10) == 1


async def test_who_waits_is_served_in_order_and_nobody_is_forgotten() -> None:
    lane = await after(0.1)
    served: list[int] = []

    async def attempt(number: int) -> None:
        assert await lane.enter()
        served.append(number)
        await asyncio.sleep(0.01)
        lane.leave(0.01)
        lane.written()

    await asyncio.gather(*(attempt(number) for number in range(20)))
    assert served == list(range(20))
    assert await started(lane, 5) == 4


async def sent_unwritten(lane: Lane, count: int) -> int:
    """How many of these are sent while none of them can be written down."""
    sent = 0

    async def send() -> None:
        nonlocal sent
        assert await lane.enter()
        sent += 1
        lane.leave(0.001)

    sending = [asyncio.create_task(send()) for _ in range(count)]
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
    assert await lane.enter()
    lane.leave(1.0)
    lane.written()
    assert await started(lane, 2 * cap) == cap


async def test_a_cancelled_wait_gives_its_turn_on() -> None:
    lane = Lane(1)
    assert await lane.enter()
    first, second = await entered(lane, 2)
    lane.leave(0.01)  # the turn is the first one's, which is cancelled before it can take it
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

"""Processes are killed, at random and at named points, while a shop sells. Nothing is lost or done twice."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import redis as redis_client
from standardwebhooks import Webhook

from faults.audit import NOT_ENDED, audit, repeated_requests, wrong_failures
from faults.keeper import Keeper
from faults.orphans import Orphans, recovery
from faults.plan import CALL_POINTS, Fault
from faults.receiver import Arrival, Receiver, running_receiver
from faults.report import Measure
from faults.shop import Load, sales
from faults.world import World, play
from tests.support.client import Merchant
from tests.support.stack import Stack
from tests.webhooks.shop import new_endpoint

PROMISES: Final = ("A1", "A2", "A3", "A4", "A9", "D1", "D3", "D15")
_END_SECONDS: Final = 60.0


class Poller:
    """A merchant that only polls the feed, through everything."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._cursor: str | None = None
        self._ended = threading.Event()
        self.events: list[dict[str, Any]] = []
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self._thread.start()

    def stop(self) -> list[dict[str, Any]]:
        """All that was seen, once nothing more is to come."""
        self._ended.set()
        self._thread.join(30)
        while self._page():
            pass
        return self.events

    def _poll(self) -> None:
        while not self._ended.wait(0.3):
            self._page()

    def _page(self) -> bool:
        """Whether there is more."""
        query = {"limit": "100"} | ({"cursor": self._cursor} if self._cursor else {})
        try:
            response = self._merchant.api.get("/events", params=query)
        except httpx.TransportError:
            return False
        if response.status_code != 200:
            return False
        page = response.json()
        self.events += page["data"]
        self._cursor = page["next_cursor"]
        return bool(page["has_more"])


def play_crashes(world: World) -> list[Measure]:
    """The act."""
    profile = world.plan.profile
    with world.product("crashes", TEST_PROCESSING_DELAY="300") as (stack, redis), running_receiver() as receiver:
        orphans = Orphans(stack)
        with _kept(stack, world, orphans) as keeper:
            merchant = stack.merchant()
            endpoint = new_endpoint(merchant, receiver.url("/fail/20/hook"))
            load = Load(merchant, sales(profile.payments), profile.load_seconds)
            poller = Poller(merchant)
            load.start()
            keeper.answers = load.answers.total
            keeper.watch()
            secrets: list[str] = []
            rotating = threading.Thread(target=lambda: secrets.append(_rotate(merchant, endpoint["id"])))

            def act(fault: Fault) -> None:
                world.say(f"crashes: {fault.what} {fault.target}")
                if fault.what == "flush":
                    redis_client.Redis.from_url(redis.url).flushall()
                    rotating.start()
                else:
                    keeper.kill(fault.target, round(fault.at * 10))

            play(world.plan.crashes, act)
            load.finish(profile.load_seconds + 250)
            rotating.join(30)
            keeper.disarm()
            faults_ended = time.monotonic()
            stack.wait_ready("api", "worker")
            seconds = _until_ended(stack, faults_ended)
            deliveries = _until_delivered(stack, merchant, receiver)
            polled = poller.stop()
            measures = _measures_of_money(stack, merchant, load, keeper, seconds)
            measures.append(recovery("A3", orphans.stop()))
            measures += _measures_of_events(stack, merchant, receiver, polled, deliveries, keeper)
            measures.append(_rotated(merchant, endpoint, secrets, receiver))
    return measures


@contextmanager
def _kept(stack: Stack, world: World, orphans: Orphans) -> Iterator[Keeper]:
    keeper = Keeper(stack, world.plan.points, orphans.suspect)
    stack.start("api")
    stack.api.kill()
    keeper.add("api", stack.api)
    for kind in ("worker", "worker", "webhooks", "webhooks"):
        keeper.add(kind, stack.another(kind))
    stack.wait_ready("api", "worker")
    try:
        yield keeper
    finally:
        keeper.stop()


def _rotate(merchant: Merchant, endpoint: str) -> str:
    while True:
        try:
            response = merchant.api.post(
                f"/webhooks/endpoints/{endpoint}/rotate-secret",
                json={"overlap_hours": 24},
                headers={"Idempotency-Key": "rotate"},  # twice would end the first secret's overlap
            )
        except httpx.TransportError:
            time.sleep(0.2)
            continue
        if response.status_code == 200:
            return str(response.json()["secret"])
        time.sleep(0.2)


def _until_ended(stack: Stack, since: float) -> float:
    """Seconds until nothing is without an end; more than the promise if that never comes."""
    while time.monotonic() - since <= _END_SECONDS:
        if stack.sql(NOT_ENDED) == [(0,)]:
            return time.monotonic() - since
        time.sleep(0.2)
    return float("inf")


def _until_delivered(stack: Stack, merchant: Merchant, receiver: Receiver) -> int:
    """Events, once each was accepted and written down, or a minute has passed."""
    deadline = time.monotonic() + _END_SECONDS
    told = {row[0] for row in stack.sql("SELECT id FROM events WHERE merchant_id = %s", (merchant.id,))}
    pending = "SELECT count(*) FROM deliveries WHERE status = 'pending'"
    while time.monotonic() < deadline:
        if told <= receiver.accepted().keys() and stack.sql(pending) == [(0,)]:
            break
        time.sleep(0.3)
    return len(told)


def _measures_of_money(
    stack: Stack, merchant: Merchant, load: Load, keeper: Keeper, seconds: float
) -> list[Measure]:
    found = audit(stack, merchant.id, load.sales)
    again = repeated_requests(stack)
    deaths = {kind: sum(death.kind == kind for death in keeper.deaths) for kind in ("api", "worker", "webhooks")}
    reached = sorted({death.point.split("@")[0] for death in keeper.deaths if death.point})
    scale = f"{len(load.sales)} payments, promised on 1,000; {deaths['worker']} workers killed"
    is_tried = set(CALL_POINTS) <= set(reached)
    not_reached = f"; not reached: {', '.join(keeper.left)}" if keeper.left else ""
    wrong = wrong_failures(stack, load.sales)
    unknown = sum(sale.number % 10 in (1, 2) for sale in load.sales)
    first = load.wrong[0] if load.wrong else ""
    merged = f", {keeper.merged} kills came before their process served" if keeper.merged else ""
    return [
        Measure("A1", seconds <= _END_SECONDS and found.without_end == 0,
                f"{found.without_end} without an end; all ended after {seconds:.1f} s", scale),
        Measure("A2", is_tried and found.doubled == found.uncharged == found.wrong_end == 0,
                f"{found.doubled} doubled, {found.uncharged} uncharged, {found.wrong_end} wrong; the bank was "
                f"asked again {again} times", f"{scale}; at {', '.join(reached)}{not_reached}"),
        Measure("A4", found.lost == found.orphans == found.untold == 0 and not load.wrong,
                f"{found.lost} lost, {found.orphans} orphans, {found.untold} untold; {load.describe()} {first}",
                f"{deaths['api']} APIs killed, promised on 200{merged}; {len(load.sales)} sales"),
        Measure("A9", wrong == 0, f"{wrong} wrong", f"{unknown} payments with a late or lost answer"),
    ]  # fmt: skip


def _measures_of_events(
    stack: Stack, merchant: Merchant, receiver: Receiver, polled: list[dict[str, Any]], count: int, keeper: Keeper
) -> list[Measure]:
    told = {row[0] for row in stack.sql("SELECT id FROM events WHERE merchant_id = %s", (merchant.id,))}
    accepted = receiver.accepted()
    missing = len(told - accepted.keys())
    duplicates = sum(len(times) - 1 for times in accepted.values())
    killed = sum(death.kind == "webhooks" for death in keeper.deaths)
    ids = [one["id"] for one in polled]
    unseen, twice = len(told - set(ids)), len(ids) - len(set(ids))
    sequences: dict[str, list[int]] = {}
    for one in polled:
        sequences.setdefault(one["object_id"], []).append(one["sequence"])
    disordered = sum(numbers != sorted(numbers) for numbers in sequences.values())
    share = duplicates / max(count, 1)
    scale = f"{count} events, promised on 10,000; {killed} senders killed"
    return [
        Measure("D1", missing == 0 and share <= 0.01,
                f"{missing} missing; {duplicates} repeated ({share:.2%})", scale),
        Measure("D15", unseen == twice == disordered == 0 and bool(told),
                f"{unseen} unseen, {twice} twice, {disordered} objects out of order", scale),
    ]  # fmt: skip


def _rotated(merchant: Merchant, endpoint: dict[str, Any], secrets: list[str], receiver: Receiver) -> Measure:
    """During the overlap both secrets verify; after it only the new one does."""
    old, new = endpoint["secret"], secrets[0]
    arrivals = receiver.arrivals()
    unverifiable = sum(not _verifies(old, one) for one in arrivals)
    both = sum(_verifies(new, one) for one in arrivals)
    newest = merchant.api.post(f"/webhooks/endpoints/{endpoint['id']}/rotate-secret", json={"overlap_hours": 0})
    last = str(newest.json()["secret"])
    payment = merchant.upi(merchant.order())
    after: list[Arrival] = []
    deadline = time.monotonic() + 60
    while not after and time.monotonic() < deadline:
        time.sleep(0.2)
        after = [one for one in receiver.arrivals()[len(arrivals) :] if payment["id"] in one.body.decode()]
    only_new = bool(after) and all(
        _verifies(last, one) and not _verifies(old, one) and not _verifies(new, one) for one in after
    )
    text = f"{unverifiable} unverifiable of {len(arrivals)}, {both} signed by both; after it only the new one: "
    return Measure("D3", unverifiable == 0 and both > 0 and only_new, text + ("yes" if only_new else "no"))


def _verifies(secret: str, arrival: Arrival) -> bool:
    """By the independent package; without its check of age, since the log is read later."""
    at = datetime.fromtimestamp(int(arrival.headers["webhook-timestamp"]), UTC)
    wanted = Webhook(secret).sign(arrival.event, at, arrival.body.decode())
    return wanted in arrival.headers["webhook-signature"].split(" ")

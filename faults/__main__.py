"""`python -m faults [--seed N] [--long] [--only ACT] [--plan]`: break the product, print what held.

Exit code 1 if a promise does not hold or could not be measured. A run that is ended by a signal leaves no process.
"""

import argparse
import contextlib
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faults.acts import (
    accounts,
    crashes,
    deliveries,
    outages,
    processor,
    quiet,
    races,
    redis,
    restore,
    shoppers,
    stops,
)
from faults.pages import update_page
from faults.plan import LONG, SHORT, make_plan
from faults.report import Measure, text_table, with_missing, write_results
from faults.supervise import supervised
from faults.world import World, new_world
from tests.support.stack import ROOT


@dataclass(frozen=True)
class Act:
    """One act, and the promises that it has to measure."""

    name: str
    play: Callable[[World], list[Measure]]
    promises: Sequence[str]


ALONE: Final = (Act("prompt", deliveries.play_prompt, ("D5", "D7")),)
"""Latencies are measured while nothing else runs."""

LANES: Final = (
    (
        Act("crashes", crashes.play_crashes, crashes.PROMISES),
        Act("races", races.play_races, races.PROMISES),
    ),
    (
        Act("outages", outages.play_outages, outages.PROMISES),
        Act("redis", redis.play_redis, redis.PROMISES),
    ),
    (
        Act("schedule", deliveries.play_schedule, ("D4",)),
        Act("replay", deliveries.play_replay, ("D12",)),
        Act("stops", stops.play_stops, stops.PROMISES),
    ),
    (
        Act("breaker", deliveries.play_breaker, ("D10",)),
        Act("processor", processor.play_processor, processor.PROMISES),
    ),
    (
        Act("shoppers", shoppers.play_shoppers, shoppers.PROMISES),
        Act("accounts", accounts.play_accounts, accounts.PROMISES),
    ),
    (
        Act("quiet", quiet.play_quiet, quiet.PROMISES),
        Act("restore", restore.play_restore, restore.PROMISES),
    ),
)
"""Lanes run side by side, the acts of a lane one after the other: most of their time is waiting."""


def main(arguments: Sequence[str], folder: Path | None = None) -> int:
    """Play what the command line says, with logs and data in `folder`; returns the exit code."""
    options = _options(arguments)
    profile = LONG if options.long else SHORT
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    plan = make_plan(seed, profile)
    print(plan, flush=True)
    if options.plan:
        return 0
    started = time.monotonic()
    chosen = [act for act in (*ALONE, *(act for lane in LANES for act in lane)) if _is_wanted(act, options.only)]
    folder = folder or _new_folder()
    say = _Clock(started).say
    with new_world(folder, plan) as world:
        world.say = say
        measures = _play_all(world, chosen)
    measures = with_missing(measures, [promise for act in chosen for promise in act.promises])
    seconds = time.monotonic() - started
    print(f"\n{text_table(measures)}\n\nseed {seed}, {profile.name} profile, {seconds:.0f} s")
    write_results(options.results, seed, profile.name, seconds, measures)
    if options.update_docs:
        update_page(seed, profile.name, seconds, measures)
    broken = [measure.promise for measure in measures if not measure.held]
    if broken:
        print(f"NOT HELD: {', '.join(broken)}; logs and data are in {folder}", flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        print(f"All {len(measures)} promises held.", flush=True)
    return 1 if broken else 0


def _new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="gateway-faults-"))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("--seed", type=int, help="same seed, same schedule; without one a new one is drawn")
    parser.add_argument("--long", action="store_true", help="the profile of half an hour and more")
    names = [act.name for act in (*ALONE, *(act for lane in LANES for act in lane))]
    parser.add_argument("--only", action="append", choices=names, help="an act by its name; may be repeated")
    parser.add_argument("--plan", action="store_true", help="print the schedule and end")
    parser.add_argument(
        "--results", type=Path, default=ROOT / "build" / "faults", help="folder for JSON and Markdown"
    )
    parser.add_argument("--update-docs", action="store_true", help="write the figures into benchmarks/promises.md")
    return parser.parse_args(arguments)


def _is_wanted(act: Act, only: Sequence[str] | None) -> bool:
    return not only or act.name in only


def _play_all(world: World, chosen: Sequence[Act]) -> list[Measure]:
    measures = _play_lane(world, [act for act in ALONE if act in chosen])
    with ThreadPoolExecutor(len(LANES)) as pool:
        lanes = [pool.submit(_play_lane, world, [act for act in lane if act in chosen]) for lane in LANES]
        for lane in lanes:
            measures += lane.result()
    return measures


def _play_lane(world: World, acts: Sequence[Act]) -> list[Measure]:
    return [measure for act in acts for measure in _play(world, act)]


def _play(world: World, act: Act) -> list[Measure]:
    """What an act measured; if it broke off, none of its promises is held."""
    world.say(f"{act.name}: begins")
    try:
        measures = act.play(world)
    except Exception as error:
        world.say(f"{act.name}: broke off\n{traceback.format_exc()}")
        return [
            Measure(name, False, f"not measured: {type(error).__name__} {error}"[:300]) for name in act.promises
        ]
    world.say(f"{act.name}: done")
    return measures


class _Clock:
    """Prints lines with the seconds since the start."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._lock = threading.Lock()

    def say(self, text: str) -> None:
        """One line."""
        with self._lock:
            print(f"{time.monotonic() - self._started:6.1f} s  {text}", flush=True)


if __name__ == "__main__":
    made = _new_folder()
    ended_with = supervised(lambda: main(sys.argv[1:], made), made)
    with contextlib.suppress(OSError):
        made.rmdir()  # nothing was started; with logs in it, it stays
    sys.exit(ended_with)

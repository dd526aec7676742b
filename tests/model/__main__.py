"""The long profile: `python -m tests.model --seeds 20 --steps 2000`, or `--sequences 10000 --length 8`.

`--processor stripe` (or `razorpay`, `cashfree`): over an account at a fake one, instead of the simulated bank.

Starts a Postgres of its own. Ends with 1 at the first difference, after it has printed the steps that lead to it;
the same seed gives the same sequences.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dev.postgres import PostgresServer
from tests.model.account.machine import AccountMachine
from tests.model.account.world import over_account
from tests.model.in_process import InProcess
from tests.model.life import Life
from tests.model.machine import MoneyMachine
from tests.model.run import Counted, illegal_transitions, run_machine, story, watch
from tests.support.processors import KEYS
from tests.support.stack import prepare_database

SIMULATOR = "simulator"

PORTION = 200
"""Sequences between two audits of the whole ledger."""


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.model", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="how many seeds (default: 20)")
    parser.add_argument("--steps", type=int, default=2_000, help="steps of each seed, at least (default: 2000)")
    parser.add_argument("--length", type=int, default=100, help="steps of one sequence (default: 100)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default: 1)")
    parser.add_argument("--sequences", type=int, default=0, help="so many sequences instead, from one seed")
    processors = [SIMULATOR, *KEYS]
    parser.add_argument("--processor", choices=processors, default=SIMULATOR, help="who is paid with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gateway-model-") as folder:
        server = PostgresServer(Path(folder) / "data", durable=False)
        server.start()
        try:
            prepare_database(server.url)
            with world_of(options.processor, server.url) as world:
                watch(world)
                return sequences(world, options) if options.sequences else seeds(world, options)
        finally:
            server.stop()


@contextmanager
def world_of(processor: str, database_url: str) -> Iterator[InProcess]:
    """The gateway over the simulated bank, or over an account at a fake processor."""
    if processor != SIMULATOR:
        with over_account(processor, database_url) as world:
            yield world
        return
    world = InProcess(database_url)
    yield world
    world.close()


def rules_of(options: argparse.Namespace) -> type[Life]:
    """What may happen there."""
    return MoneyMachine if options.processor == SIMULATOR else AccountMachine


def seeds(world: InProcess, options: argparse.Namespace) -> int:
    """So many steps from each seed."""
    total = Counted(0, 0, 0)
    for number in range(options.first, options.first + options.seeds):
        began, done = time.monotonic(), Counted(0, 0, 0)
        while done.steps < options.steps:
            few = -(-(options.steps - done.steps) // options.length)
            # Later portions of a seed are seeds of their own, which no other one uses.
            portion = number + 1_000_000 * done.sequences
            rules = rules_of(options)
            done += run_machine(world, portion, sequences=few, length=options.length, shrink=True, rules=rules)
        total += done
        say(f"seed {number}", done, began)
    return conclude(world, total)


def sequences(world: InProcess, options: argparse.Namespace) -> int:
    """Many short sequences."""
    total, began = Counted(0, 0, 0), time.monotonic()
    portion = 0
    while total.sequences < options.sequences:
        few = min(PORTION, options.sequences - total.sequences)
        number = options.first + 1_000_000 * portion
        rules = rules_of(options)
        total += run_machine(world, number, sequences=few, length=options.length, shrink=True, rules=rules)
        portion += 1
        say("so far", total, began)
    return conclude(world, total)


def say(what: str, done: Counted, began: float) -> None:
    """One line."""
    seconds = time.monotonic() - began
    print(
        f"{what}: {done.sequences} sequences, {done.steps} steps, {done.calls} calls, {seconds:.0f} s", flush=True
    )


def conclude(world: InProcess, total: Counted) -> int:
    """The sum of it, and the changes of states that no state machine allows."""
    noted, illegal = illegal_transitions(world)
    print(
        f"{total.sequences} sequences, {total.steps} steps, {total.calls} calls: 0 differences; "
        f"{noted} changes of a state, {len(illegal)} illegal; {story(world)}"
    )
    for one in illegal:
        print(" → ".join(map(str, one)))
    return 1 if illegal else 0


if __name__ == "__main__":
    sys.exit(main())

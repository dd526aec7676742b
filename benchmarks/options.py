"""The command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.paths import RESULTS
from benchmarks.sizes import SMOKE, STANDARD, Sizes


@dataclass(frozen=True, slots=True)
class Other:
    """A gateway to be compared with, by turns. Without `pids` its processes are found by its port.

    `webhook_command`: see `subscription.subscribed`; empty where it has the contract's routes for that.
    """

    base_url: str
    key: str
    secret: str
    pids: dict[str, int]
    events: tuple[str, ...]
    webhook_command: str
    rounds: int


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure, of which gateway, how often, and where the results go."""

    start: bool
    base_url: str
    key: str
    secret: str
    pids: dict[str, int]
    receiver_host: str
    chosen: tuple[str, ...]
    sizes: Sizes
    connections: int
    idempotency_keys: bool
    repeat: int
    results: Path
    name: str
    update_readme: bool
    other: Other | None = None


def parse_options(arguments: Sequence[str], known: Sequence[str], compared: Sequence[str]) -> Options:
    """Options from the command line; exits with usage on a wrong one.

    `known` are the scenarios' names, `compared` those of a comparison by turns.
    """
    parser = _parser(list(dict.fromkeys([*known, *compared])))
    given = parser.parse_args(arguments)
    if given.against:
        known = compared
    if unknown := sorted({*(given.only or ()), *given.skip} - {*known}):
        parser.error(f"not measured {'by turns' if given.against else 'without --against'}: {', '.join(unknown)}")
    if not given.start and not given.base_url:
        parser.error("say which gateway: --start for this checkout's own, or --base-url for a running one")
    chosen = tuple(given.only or [name for name in known if given.start or name not in ONLY_WHEN_ASKED])
    return Options(
        start=given.start,
        base_url=given.base_url.rstrip("/"),
        key=given.key,
        secret=given.secret,
        pids=dict(given.pid),
        receiver_host=given.receiver_host,
        chosen=tuple(name for name in chosen if name not in given.skip),
        sizes=_sizes(given),
        connections=given.connections,
        idempotency_keys=given.idempotency_keys,
        repeat=given.repeat,
        results=given.results,
        name=given.name or "-".join(["against"] * bool(given.against) + ["smoke"] * given.smoke) or "latest",
        update_readme=given.update_readme,
        other=_other(given) if given.against else None,
    )


ONLY_WHEN_ASKED = frozenset({"slow_bank"})
"""Against a gateway we did not start: its bank's delay must have been set to 1000 ms for it."""


def _parser(known: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add, env = parser.add_argument, os.environ.get
    add("--start", action="store_true", help="start this checkout's product, with CPU and memory metered")
    add("--base-url", default=env("BENCH_BASE_URL", ""), help="a running gateway (BENCH_BASE_URL)")
    add("--key", default=env("BENCH_KEY", "key_test_abc123"), help="API key (BENCH_KEY)")
    add("--secret", default=env("BENCH_SECRET", "secret_test_xyz789"), help="its secret (BENCH_SECRET)")
    add("--pid", type=_named_pid, action="append", default=[], metavar="NAME=PID",
        help="a process tree of the gateway to meter; postgres and redis are counted apart")  # fmt: skip
    add("--receiver-host", default="localhost", help="name by which the gateway reaches this machine")
    add("--only", choices=known, action="append", help="measure only this; may be repeated")
    add("--skip", choices=known, action="append", default=[], help="leave this out; may be repeated")
    add("--smoke", action="store_true", help="small counts, under a minute; for CI")
    add("--soak-minutes", type=float, default=0.0, help="length of the soak (default 5)")
    add("--ten-million", action="store_true",
        help="also measure with 10 million payments (disk and time: see the README)")  # fmt: skip
    add("--connections", type=int, default=16, help="connections of a closed loop")
    add("--idempotency-keys", action="store_true", help="send an Idempotency-Key with every POST")
    add("--repeat", type=int, default=1, help="whole runs; the table shows medians")
    add("--results", type=Path, default=RESULTS, help="folder for the JSON and Markdown results")
    add("--name", default="", help="file name of the results, without ending (default latest, or smoke)")
    add("--update-readme", action="store_true", help="put the table into benchmarks/README.md as well")
    _add_other(parser)
    return parser


def _add_other(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group("by turns with another gateway of the same contract").add_argument
    add("--against", default="", metavar="URL", help="its address; it runs already, in test mode with a 1 ms bank")
    add("--rounds", type=int, default=3, help="of both; the table shows medians")
    add("--against-pids", type=_named_pids, default={}, metavar="NAME=PID,…",
        help="its process trees: api, worker, postgres, redis; without it found by its port")  # fmt: skip
    add("--against-key", default="key_test_abc123", help="its API key")
    add("--against-secret", default="secret_test_xyz789", help="its API secret")
    add(
        "--against-events", default="payment.success", help="what it tells of a payment that succeeds, with commas"
    )
    add("--against-webhook", default="", metavar="COMMAND",
        help="a shell line that sets its webhook URL to $WEBHOOK_URL and prints the secret")  # fmt: skip


def _other(given: argparse.Namespace) -> Other:
    return Other(
        base_url=given.against.rstrip("/"),
        key=given.against_key,
        secret=given.against_secret,
        pids=given.against_pids,
        events=tuple(given.against_events.split(",")),
        webhook_command=given.against_webhook,
        rounds=given.rounds,
    )


def _sizes(given: argparse.Namespace) -> Sizes:
    sizes = SMOKE if given.smoke else STANDARD
    if given.soak_minutes:
        sizes = replace(sizes, soak_seconds=60 * given.soak_minutes)
    if given.ten_million:
        sizes = replace(sizes, growth=(*sizes.growth, 10_000_000))
    return sizes


def _named_pid(text: str) -> tuple[str, int]:
    name, _, pid = text.partition("=")
    if not name or not pid.isdigit():
        raise argparse.ArgumentTypeError(f"NAME=PID is needed, not {text!r}")
    return name, int(pid)


def _named_pids(text: str) -> dict[str, int]:
    return dict(_named_pid(each) for each in text.split(","))

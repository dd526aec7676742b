"""`python -m benchmarks.profile`: where api, worker, webhooks and Postgres spend a payment with three webhooks.

Payments arrive at a steady rate while py-spy looks into the three processes a hundred times a second and Postgres
counts its statements. Writes `profile.md` into the results folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.gateway_client import Gateway
from benchmarks.load.generator import LoadGenerator
from benchmarks.machine import describe_machine
from benchmarks.meters import STORES, Meters
from benchmarks.paths import RESULTS
from benchmarks.product import Product
from benchmarks.profile.functions import Functions, ProfilerFailed, Sampling
from benchmarks.profile.statements import Statement, is_counting, top_statements
from benchmarks.receiver.handle import Receiver
from benchmarks.report import markdown_table
from benchmarks.scenarios.webhooks import THREE
from benchmarks.sizes import STANDARD
from benchmarks.subscription import subscribed

TOP = 25


def main() -> None:
    """Profile this checkout's product."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the load lasts")
    parser.add_argument("--rate", type=float, default=100.0, help="payments per second")
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    with Receiver() as receiver, Product(count_statements=True) as product:
        try:
            report = _profile(receiver, product, arguments.seconds, arguments.rate)
        except ProfilerFailed as error:
            sys.exit(f"not measured: {error}")
    arguments.results.mkdir(parents=True, exist_ok=True)
    (arguments.results / "profile.md").write_text(report)
    print(report)


def _profile(receiver: Receiver, product: Product, seconds: float, rate: float) -> str:
    gateway = Gateway(product.base_url, "key_test_abc123", "secret_test_xyz789")
    bench = Bench(gateway, Meters(product.pids), receiver, STANDARD, product)
    pids = {name: pid for name, pid in product.pids.items() if name not in STORES}
    with tempfile.TemporaryDirectory() as folder, subscribed(gateway, receiver, THREE):
        spec = replace(bench.payments_load(int(seconds * rate), warm_up=STANDARD.warm_up), rate=rate)
        with LoadGenerator(spec) as generator:
            gateway.wait_until_idle(STANDARD.max_seconds)
            counting = is_counting(product.postgres.url)
            before, sampling = bench.meters.read(), Sampling(pids, seconds, Path(folder))
            run = generator.run()
            gateway.wait_until_idle(STANDARD.max_seconds)
            spent = bench.meters.since(before)
            functions = sampling.functions(timeout=seconds + 30)
        statements = top_statements(product.postgres.url, TOP) if counting else []
    cpu = ", ".join(f"{name} {1000 * s / max(run.succeeded, 1):.2f} ms" for name, s in spent.by_name.items())
    parts = [
        "# Profile",
        "\n".join(f"- {name}: {value}" for name, value in describe_machine().items()),
        f"{run.succeeded} of {run.planned} payments accepted at {rate:g}/s, three webhooks each. "
        f"CPU per payment: {cpu} (sampled processes are slowed by being looked into).",
        *(_functions_report(name, found) for name, found in functions.items()),
        _statements_report(statements) if counting else "This Postgres has no pg_stat_statements.",
    ]
    return "\n\n".join(parts) + "\n"


def _functions_report(name: str, found: Functions) -> str:
    def table(counts: Counter[str], heading: str) -> str:
        rows = [
            [f"{100 * count / max(found.samples, 1):.1f} %", f"`{text}`"]
            for text, count in counts.most_common(TOP)
        ]
        return markdown_table(["share", heading], rows)

    title = f"## {name}: {found.samples} samples on a CPU"
    return "\n\n".join(
        [title, table(found.own, "function itself"), table(found.total, "function with what it called")]
    )


def _statements_report(statements: list[Statement]) -> str:
    rows = [
        [f"{one.total_ms:,.0f} ms", f"{one.calls:,}", f"{one.mean_ms:.3f} ms", f"{one.rows:,}", f"`{one.text}`"]
        for one in statements
    ]
    return "## Postgres: statements\n\n" + markdown_table(["total", "calls", "mean", "rows", "statement"], rows)


if __name__ == "__main__":
    main()

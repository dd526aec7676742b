"""What Postgres alone can do: pgbench with the API's own statements, prepared, one transaction a request."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.limits.serve import LimitFailed
from benchmarks.limits.statements import Recorded, given_order_id, pgbench_script
from benchmarks.limits.workbench import SESSION_OPTIONS, Workbench
from dev.binaries import postgres_binaries

_RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)


class PgbenchFailed(LimitFailed):
    """pgbench did not complete its transactions; the message is its own."""


def pgbench(bench: Bench, work: Workbench) -> list[Figure]:
    """Order and payment creations per second with as many clients as the closed loop has connections."""
    orders = _rate(bench, work, work.statements.order)
    given = work.statements.payment_order_id
    per_client = bench.sizes.pgbench // bench.connections
    ids = [given_order_id(client, n) for client in range(bench.connections) for n in range(per_client)]
    work.make_orders(ids)
    payments = _rate(bench, work, work.statements.payment, given=given)
    return [
        Figure("limit.pgbench_orders_per_s", orders, "1/s"),
        Figure("limit.pgbench_payments_per_s", payments, "1/s"),
    ]


def _rate(bench: Bench, work: Workbench, recorded: list[Recorded], given: str = "") -> float:
    with work.connect() as connection:
        script = pgbench_script(connection, recorded, given=given)
    clients, transactions = bench.connections, bench.sizes.pgbench // bench.connections
    return run_pgbench(work.url, script, clients, transactions, bench.sizes.max_seconds, options=SESSION_OPTIONS)


def run_pgbench(
    url: str, script: str, clients: int, transactions: int, timeout: float, *, options: str = ""
) -> float:
    """Transactions per second of `clients` × `transactions` runs of the script, connecting not counted.

    `options` are libpq's, of each client's session.
    """
    parts = urlsplit(url)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script.sql"
        file.write_text(script)
        done = subprocess.run(
            [
                str(postgres_binaries() / "pgbench"), "--no-vacuum", "--protocol=prepared",
                f"--client={clients}", "--jobs=1", f"--transactions={transactions}", "--define=n=0",
                f"--file={file}", f"--host={parts.hostname}", f"--port={parts.port}",
                f"--username={parts.username}", parts.path.lstrip("/"),
            ],
            env=os.environ | {"PGPASSWORD": unquote(parts.password or ""), "PGOPTIONS": options},
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
    rate = _RATE.search(done.stdout)
    if done.returncode != 0 or rate is None:
        raise PgbenchFailed(done.stderr[-1500:] or done.stdout[-1500:])
    return float(rate[1])

"""What is going on, from real state: queue, workers, work."""

from typing import Any

from gateway.database import Connection
from gateway.jobs.status_queries import select_alive_kinds, select_work


async def jobs_status(tx: Connection) -> dict[str, Any]:
    """The body of `GET /api/v1/test/jobs/status`: sums over all kinds, and each kind under `queues`."""
    rows = await select_work(tx)
    alive = await select_alive_kinds(tx)
    counts = ("pending", "processing", "completed", "failed")
    return {name: sum(row[name] for row in rows) for name in counts} | {
        "worker_status": "running" if {"payments", "refunds"} <= alive else "stopped",
        "queues": {
            row["kind"]: {name: row[name] for name in (*counts, "dropped")}
            | {"worker_status": "running" if row["kind"] in alive else "stopped"}
            for row in rows
        },
    }

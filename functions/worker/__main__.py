"""Payments and refunds as a local process: `python -m worker`."""

import asyncio

import uvloop

from gateway.jobs.consumer import Consumer
from gateway.jobs.redis_queue import start_rq_worker
from gateway.runtime import Runtime, build_runtime
from gateway.settings import load_settings
from worker.drains import build_drains


async def run(runtime: Runtime) -> None:
    """Drain until SIGTERM or SIGINT."""
    settings = runtime.settings
    drains = build_drains(runtime)
    consumer = Consumer(
        runtime.database,
        drains,
        runtime.logger,
        sweep_seconds=settings.sweep_seconds,
        sweep=runtime.sweep,
        heartbeat_folder=settings.heartbeat_folder,
    )
    await consumer.run_until_signal(
        settings.shutdown_seconds,
        lambda: start_rq_worker(settings.redis_url, list(drains), consumer.wake, runtime.logger),
    )
    await runtime.close()


def main() -> None:
    """Entry point of `python -m worker`."""
    runtime = build_runtime(load_settings(), "worker")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(runtime))


if __name__ == "__main__":
    main()

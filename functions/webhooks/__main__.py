"""Webhooks as a local process: `python -m webhooks`."""

import asyncio

import uvloop

from gateway.jobs.consumer import Consumer
from gateway.jobs.redis_hints import HintReader
from gateway.runtime import Runtime, build_runtime
from gateway.settings import settings_or_exit
from webhooks.drains import build_client, build_drains, build_sweep


async def run(runtime: Runtime) -> None:
    """Drain until SIGTERM or SIGINT."""
    settings = runtime.settings
    client = build_client(runtime)
    drains = build_drains(runtime, client)
    consumer = Consumer(
        runtime.database,
        drains,
        runtime.logger,
        sweep_seconds=settings.sweep_seconds,
        ready=runtime.become_ready,
        sweep=build_sweep(runtime),
        heartbeat_folder=settings.heartbeat_folder,
    )
    hints = HintReader(settings.redis_url, list(drains), consumer.wake, consumer.note_dropped, runtime.logger)
    await consumer.run_until_signal(settings.shutdown_seconds, hints.start, runtime.handed_reader(consumer))
    await client.close()
    await runtime.close()


def main() -> None:
    """Entry point of `python -m webhooks`."""
    runtime = build_runtime(settings_or_exit(), "webhooks")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(runtime))


if __name__ == "__main__":
    main()

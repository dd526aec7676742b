"""`make dev`: from nothing to a gateway that takes payments, and back again at Ctrl-C."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dev.banner import banner
from dev.configuration import Configuration, process_environment, read_configuration
from dev.console import Console
from dev.databases import start_databases
from dev.errors import DevError
from dev.health import wait_until_healthy
from dev.leftovers import end_leftovers
from dev.ports import require_free
from dev.programs import Plan, plan
from dev.state import data_folder, load_state, with_free_ports
from dev.supervisor import Supervisor

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run(root: Path, given: Mapping[str, str], console: Console) -> None:
    """Run everything until a signal. Raises DevError when it cannot start."""
    configuration = read_configuration(root, given)
    with data_folder(configuration.data):
        left = await asyncio.to_thread(end_leftovers, configuration.data)
        if left:
            console.say(f"Ended what an earlier run left behind: {', '.join(left)}.")
        supervisor = Supervisor(console, configuration.data, root)
        stop = _listen(supervisor, console)
        work = asyncio.create_task(_start(root, given, configuration, supervisor, console))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
                await stopped
        finally:
            await _cancel(work, stopped)
            await supervisor.stop()


async def _start(
    root: Path,
    given: Mapping[str, str],
    configuration: Configuration,
    supervisor: Supervisor,
    console: Console,
) -> None:
    began = time.monotonic()
    state = load_state(configuration.data)
    state = with_free_ports(configuration.data, state, configuration.postgres_port, configuration.redis_port)
    _require_ports(plan(root, configuration, {}), configuration)
    database_url, redis_url = await start_databases(configuration, state, supervisor, console)
    environment = process_environment(given, configuration, state, database_url, redis_url)
    await _gateway(root, environment, "migrate")
    # The test merchant is looked up at a request only: seeding and starting, a second each, need not wait.
    seeding = asyncio.create_task(_gateway(root, environment, "seed"))
    try:
        todo = await _start_processes(root, configuration, environment, supervisor, console)
        seed_lines = await seeding
        await wait_until_healthy(todo.parts, console.say)
    finally:
        await _cancel(seeding)
    names = [program.name for program in todo.programs]
    console.raw(banner(configuration, names, seed_lines, time.monotonic() - began))


async def _start_processes(
    root: Path,
    configuration: Configuration,
    environment: dict[str, str],
    supervisor: Supervisor,
    console: Console,
) -> Plan:
    todo = plan(root, configuration, environment)
    for remark in todo.remarks:
        console.say(remark)
    for program in todo.programs:
        await supervisor.start(program)
    return todo


def _listen(supervisor: Supervisor, console: Console) -> asyncio.Event:
    """The event that the first signal sets; a second signal forces the end."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            console.say("Stopping by force.")
            supervisor.force.set()
        else:
            console.say("Stopping; once more Ctrl-C stops by force.")
        stop.set()

    for number in _STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    return stop


def _require_ports(todo: Plan, configuration: Configuration) -> None:
    names = {program.name for program in todo.programs}
    require_free(configuration.api_port, "API", "API_PORT")
    if "dashboard" in names:
        require_free(configuration.dashboard_port, "dashboard", "DASHBOARD_PORT")
    if "checkout" in names:
        require_free(configuration.checkout_port, "checkout", "CHECKOUT_PORT")
    if configuration.postgres_port and not configuration.database_url:
        require_free(configuration.postgres_port, "embedded Postgres", "POSTGRES_PORT")
    if configuration.redis_port and not configuration.redis_url:
        require_free(configuration.redis_port, "embedded Redis", "REDIS_PORT")


async def _gateway(root: Path, environment: dict[str, str], command: str) -> list[str]:
    """The lines that `gateway COMMAND` printed. Raises DevError with the last ones when it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "gateway.cli",
        command,
        cwd=root,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    if process.returncode != 0:
        raise DevError(f"`gateway {command}` failed: " + "\n    ".join(lines[-6:] or ["it said nothing"]))
    return lines


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

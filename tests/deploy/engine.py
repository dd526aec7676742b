"""A Docker engine for the container stage, and Compose on it: the machine's own, or one started by hand."""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from dev.ports import free_port
from tests.deploy.tools import ROOT

OFFLINE = ROOT / "deploy" / "offline"
PROJECT = "gateway-test"


def start_engine() -> tuple[dict[str, str], bool]:
    """The environment for `docker`, and whether the engine is ours. Skips the test where none can be had."""
    if _run(["docker", "info"], dict(os.environ)) == 0:
        return {}, False
    for script, arguments in (("install.sh", []), ("engine.sh", ["start"])):
        done = subprocess.run(
            [str(OFFLINE / script), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 3:
            pytest.skip(f"no Docker engine: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
    name, _, value = done.stdout.strip().partition("=")
    # Without plugins: the classic builder, through Compose itself.
    return {name: value, "DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}, True


def _run(command: list[str], environment: dict[str, str]) -> int:
    if not shutil.which(command[0]):
        return 127
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60).returncode


class Compose:
    """The unmodified docker-compose.yml, on free ports given by its own variables."""

    def __init__(self, engine: dict[str, str]) -> None:
        ports = {"API": free_port(), "DASHBOARD": free_port(), "CHECKOUT": free_port()}
        self.api_url, self.dashboard_url, self.checkout_url = (
            f"http://localhost:{ports[name]}" for name in ("API", "DASHBOARD", "CHECKOUT")
        )
        self.env = {
            **os.environ,
            **engine,
            **{f"{name}_PORT": str(port) for name, port in ports.items()},
            **{f"GATEWAY_{name}_URL": f"http://localhost:{port}" for name, port in ports.items()},
            "TEST_PROCESSING_DELAY": "50",
            "WEBHOOK_RETRY_INTERVALS_TEST": "true",
            "GATEWAY_WEBHOOK_ALLOWED_HOSTS": "shop",
        }
        v2 = _run(["docker", "compose", "version"], self.env) == 0
        self._command = ["docker", "compose"] if v2 else ["docker-compose"]
        self._files: list[str] = ["-f", "docker-compose.yml"]

    def build(self, *, offline: bool) -> None:
        """All images; `offline` on stand-ins for the public bases."""
        files = list(self._files)
        if offline:
            self.run([str(OFFLINE / "base_images.sh")])
            files += ["-f", str(OFFLINE / "compose.build.yml")]
        command = [*self._command, "-p", PROJECT, *files, "build", "migrate", "dashboard", "pgbouncer"]
        try:
            self.run(command, 1500)
        except AssertionError as error:
            print(f"once more, a package may not have come:\n{str(error)[-500:]}")
            self.run(command, 1500)

    def __call__(self, *arguments: str, seconds: float = 300, **env: str) -> str:
        """`docker compose …` on the unmodified file; its output."""
        return self.run([*self._command, "-p", PROJECT, *self._files, *arguments], seconds, **env)

    def docker(self, *arguments: str) -> str:
        """`docker …`; its output."""
        return self.run(["docker", *arguments])

    def run(self, command: list[str], seconds: float = 300, **env: str) -> str:
        """The output of a command in the engine's environment. Fails with its last lines."""
        done = subprocess.run(
            command, cwd=ROOT, env=self.env | env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def states(self) -> dict[str, str]:
        """`healthy`, `exited 0` and the like of every container of the project, by name."""
        ids = self.docker("ps", "-aq", "--filter", f"label=com.docker.compose.project={PROJECT}").split()
        if not ids:
            return {}
        found: dict[str, str] = {}
        for container in json.loads(self.docker("inspect", *ids)):
            state: dict[str, Any] = container["State"]
            health = state.get("Health", {}).get("Status")
            plain = f"exited {state['ExitCode']}" if state["Status"] == "exited" else state["Status"]
            found[container["Name"].lstrip("/")] = health if state["Status"] == "running" and health else plain
        return found

    def address(self, container: str) -> str:
        """Of a container in the project's network."""
        return self.docker(
            "inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container
        ).strip()

    def wait_well(self, names: set[str], seconds: float = 120) -> None:
        """Until these containers are healthy."""
        deadline = time.monotonic() + seconds
        while True:
            states = self.states()
            if all(states.get(name) == "healthy" for name in names):
                return
            assert time.monotonic() < deadline, states
            time.sleep(0.5)

    def start_shop(self) -> str:
        """A merchant's server on the project's network, as `http://shop:8080`; returns its address for us."""
        port = free_port()
        program = (Path(__file__).parent / "container_shop.py").read_text()
        self.docker(
            "run", "-d", "--rm", "--name", f"{PROJECT}-shop", "--network", f"{PROJECT}_default",
            "--network-alias", "shop", "-p", f"127.0.0.1:{port}:8080",
            "--entrypoint", "python", "payment-gateway:local", "-c", program,
        )  # fmt: skip
        return f"http://127.0.0.1:{port}"

    def stop_shop(self) -> None:
        """Remove the merchant's server, if it is there."""
        _run(["docker", "rm", "-f", f"{PROJECT}-shop"], self.env)

"""A Docker engine for the container stage, and Compose on it: the machine's own, or one started by hand."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dev.ports import free_port
from tests.deploy.tools import ROOT

OFFLINE = ROOT / "deploy" / "offline"
PROJECT = "gateway-test"


# `make test-containers` installs what is missing and keeps engine and images for the next run ("keep"); a whole
# test run takes what is there and leaves nothing behind ("once").
MODE = os.environ.get("GATEWAY_TEST_CONTAINERS", "")


def start_engine() -> tuple[dict[str, str], bool]:
    """The environment for `docker`, and whether the engine is ours. Skips the test where none can be had."""
    if _run(["docker", "info"], dict(os.environ)) == 0:
        return {}, False
    if MODE == "once":
        os.environ["GATEWAY_ENGINE_DIR"] = tempfile.mkdtemp(prefix="gateway-engine-")
    else:
        offline("install.sh")
    try:
        name, _, value = offline("engine.sh", "start").strip().partition("=")
    except BaseException:
        stop_engine()
        raise
    # Without plugins: the classic builder, through Compose itself.
    return {name: value, "DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}, True


def stop_engine() -> None:
    """End the engine that we started; its data go or stay as the mode says."""
    offline("engine.sh", "remove" if MODE == "once" else "stop")


def offline(script: str, *arguments: str, env: dict[str, str] | None = None) -> str:
    """The output of a script of deploy/offline. Skips the test where it says that it cannot run here."""
    done = subprocess.run(
        [str(OFFLINE / script), *arguments], env=env, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    if done.returncode == 3:
        pytest.skip(f"no containers here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def measured(what: str) -> Iterator[None]:
    """Say how long a part took."""
    began = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - began:.0f} s", flush=True)


def _run(command: list[str], environment: dict[str, str]) -> int:
    if not shutil.which(command[0]):
        return 127
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=300).returncode


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

    def build(self, *, on_stand_ins: bool) -> None:
        """All images, side by side; on stand-ins for the public bases, or on those of the engine's registry."""
        files = list(self._files)
        if on_stand_ins:
            with measured("base images"):
                offline("base_images.sh", env=self.env)
            files += ["-f", str(OFFLINE / "compose.build.yml")]
            self._refuse_without_containers()
        else:
            self._refuse_others()
        command = [
            *self._command,
            "-p",
            PROJECT,
            *files,
            "build",
            "--parallel",
            "migrate",
            "dashboard",
            "pgbouncer",
        ]
        with measured("images"):
            try:
                self.run(command, 1500)
            except AssertionError as error:
                print(f"once more, a package may not have come:\n{str(error)[-500:]}")
                self.run(command, 1500)

    def _refuse_without_containers(self) -> None:
        """Skip where the engine starts, but this machine lets it run nothing (no control groups)."""
        command = ["docker", "run", "--rm", "--network", "none", "--memory", "64m", "debian-stand-in", "true"]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            pytest.skip(f"no containers here: the engine cannot run one: {done.stderr.strip()[-300:]}")

    def _refuse_others(self) -> None:
        """Skip on an engine that already has somebody's gateway, or cannot pull the public images."""
        names = self.docker(
            "ps", "-a", "--format", '{{.Names}} {{.Label "com.docker.compose.project"}}'
        ).splitlines()
        taken = [one for one in names if re.match(r"(pg|redis|gateway)_", one) and not one.endswith(f" {PROJECT}")]
        if taken:
            pytest.skip(f"no containers here: a gateway is already there: {', '.join(taken)}")
        bases = re.findall(r"_IMAGE:-([a-z]+:[a-z0-9.-]+)\}", (ROOT / "docker-compose.yml").read_text())
        for base in sorted({one for one in bases if not one.startswith("payment-gateway")}):
            if _run(["docker", "image", "inspect", base], self.env) and _run(
                ["docker", "pull", "-q", base], self.env
            ):
                pytest.skip(f"no containers here: the engine cannot pull {base}")

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

    def visit(self, program: str, *arguments: str) -> str:
        """The output of a Python program in a container of its own, on the network of the pages' servers."""
        return self.docker(
            "run", "--rm", "--network", f"{PROJECT}_web", "--entrypoint", "python", "payment-gateway:local",
            "-c", program, *arguments,
        )  # fmt: skip

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
        """A merchant's server where the webhook sender is, as `http://shop:8080`; returns its address for us."""
        port = free_port()
        program = (Path(__file__).parent / "container_shop.py").read_text()
        self.docker(
            "run", "-d", "--rm", "--name", f"{PROJECT}-shop", "--network", f"{PROJECT}_stores",
            "--network-alias", "shop", "-p", f"127.0.0.1:{port}:8080",
            "--entrypoint", "python", "payment-gateway:local", "-c", program,
        )  # fmt: skip
        return f"http://127.0.0.1:{port}"

    def stop_shop(self) -> None:
        """Remove the merchant's server, if it is there."""
        _run(["docker", "rm", "-f", f"{PROJECT}-shop"], self.env)

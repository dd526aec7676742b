"""One function in AWS's own Runtime Interface Emulator, under AWS's own runtime client."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx

from dev.ports import free_port
from tests.deploy.tools import ROOT, emulator
from tests.support.stack import eventually


class FunctionError(Exception):
    """The function raised, timed out, or its process died."""


class Function:
    """A function instance: one event at a time, like in Lambda. `env` is its whole environment."""

    def __init__(self, name: str, handler: str, env: dict[str, str], log: Path, timeout: int = 60) -> None:
        self.name, self.handler, self.log, self.timeout = name, handler, log, timeout
        self.env = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
        } | {
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "PYTHONDONTWRITEBYTECODE": "1",
            **env,
        }  # fmt: skip
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client(timeout=timeout + 30)

    def start(self) -> "Function":
        """Start the emulator; the function itself is initialised at its first event."""
        self._port = free_port()
        listen = ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"]
        api = ["--runtime-api-address", f"127.0.0.1:{free_port()}"]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(emulator()), *listen, *api, sys.executable, "-m", "awslambdaric", self.handler],
                env=self.env, cwd=ROOT, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        eventually(self._listens, 10, f"the emulator of {self.name}")
        return self

    def _listens(self) -> bool:
        try:
            self._client.get(f"http://127.0.0.1:{self._port}/")
        except httpx.TransportError:
            return False
        return True

    def invoke(self, event: Any) -> Any:
        """The function's answer. Raises `FunctionError` with what Lambda says of it."""
        with self._one_at_a_time:
            url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
            try:
                text = self._client.post(url, content=json.dumps(event)).text
            except httpx.TransportError as error:
                raise FunctionError(str(error)) from error
        try:
            answer = json.loads(text)
        except ValueError:
            raise FunctionError(text) from None
        if isinstance(answer, dict) and {"errorMessage", "errorType"} & answer.keys():
            raise FunctionError(text)
        return answer

    def process_ids(self) -> list[int]:
        """Of the function's own Python process (not the emulator's)."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        found = [int(child) for child in children]
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(entry.read_text().rsplit(")", 1)[1].split()[1]) == self._process.pid:
                    found.append(int(entry.parent.name))
            except (OSError, IndexError, ValueError):
                continue
        return sorted(set(found))

    def stop(self) -> None:
        """End it with everything it started."""
        if self._process is not None:
            children = self.process_ids()
            os.killpg(self._process.pid, signal.SIGKILL)
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

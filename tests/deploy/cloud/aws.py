"""A local AWS (ministack) that takes a real `sam deploy` of the real template."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import httpx

from dev.ports import free_port
from tests.deploy.tools import ROOT, tool
from tests.support.stack import eventually

REGION = "eu-central-1"
STACK = "payment-gateway-test"
_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_PROCESSOR = {"x86_64": ("x86_64", "x86_64"), "aarch64": ("arm64", "aarch64")}[os.uname().machine]


class LocalAws:
    """Start it, `deploy`, use it, `stop` it. Functions run as local processes of this Python version."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "SAM_CLI_TELEMETRY": "0",
        }
        self._log = (folder / "aws.log").open("ab")
        settings = {"GATEWAY_PORT": str(self._port), "BIND_HOST": "127.0.0.1", "MINISTACK_HOST": "127.0.0.1"}
        settings |= {"MINISTACK_REGION": REGION, "IOT_MTLS_ENABLED": "0"}
        self._process = subprocess.Popen(
            [str(tool("ministack") / "ministack")], env=self.env | settings, cwd=folder,
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip
        eventually(self._answers, 60, "the local AWS")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.endpoint}/_ministack/health", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
        )  # fmt: skip

    def secret(self, name: str, text: str) -> str:
        """The ARN of a new secret."""
        return str(self.client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"])

    def deploy(self, parameters: dict[str, str]) -> dict[str, str]:
        """`sam build` and `sam deploy` as documented; returns the stack's outputs."""
        build = self._folder / "build"
        layer = {"LAYER_PYTHON": _VERSION, "LAYER_PROCESSOR": _PROCESSOR[1], "PYTHON": sys.executable}
        # uv beside this Python, if it is there, makes the layer in seconds.
        layer["PATH"] = f"{Path(sys.executable).parent}:{self.env['PATH']}"
        self._sam("build", "--build-dir", str(build), "--cache-dir", str(self._folder / "cache"), env=layer)
        given = parameters | {"PythonRuntime": f"python{_VERSION}", "Processor": _PROCESSOR[0]}
        self._sam(
            "deploy", "--template-file", str(build / "template.yaml"), "--stack-name", STACK, "--resolve-s3",
            "--region", REGION, "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar",
            "--parameter-overrides", *(f"{name}={value}" for name, value in given.items()),
        )  # fmt: skip
        [stack] = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def _sam(self, *arguments: str, env: dict[str, str] | None = None) -> None:
        done = subprocess.run(
            [str(tool("sam") / "sam"), *arguments], env={**os.environ, **self.env, **(env or {})}, cwd=ROOT,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, f"sam {arguments[0]}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"

    def invoke(self, function: str, event: Any) -> Any:
        """The answer of a deployed function."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event).encode())
        return json.loads(answer["Payload"].read())

    def stop(self) -> None:
        """End it and the functions that it started."""
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        self._log.close()

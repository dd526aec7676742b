"""The fake gateway's process, as tests see it."""

import subprocess

from benchmarks.gateway_client import Gateway


class RunningFake:
    """A started fake gateway and a client for it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.base_url = f"http://127.0.0.1:{port}"
        self.gateway = Gateway(self.base_url, "key", "secret")

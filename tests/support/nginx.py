"""A real nginx in front of the product, as operators put it there."""

import os
import shutil
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

from dev.ports import free_port
from tests.support.stack import eventually

PROGRAM: Final = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_nginx = pytest.mark.skipif(PROGRAM is None, reason="nginx is not installed")


class Nginx:
    """Passes on what comes to `port`. `location` are the directives of its one location."""

    def __init__(self, folder: Path, location: str, http: str = "") -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = "\n".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(f"""
            {user} daemon off; master_process off; worker_processes 1;
            pid {folder}/nginx.pid; error_log {folder}/error.log;
            events {{ worker_connections 512; }}
            http {{
                access_log off; {temporary} {http}
                server {{ listen 127.0.0.1:{self.port}; location / {{ {location} }} }}
            }}
        """)

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        command = [PROGRAM, "-p", str(self._folder), "-e", str(self._folder / "error.log")]
        with (self._folder / "output.log").open("wb") as output:
            self._process = subprocess.Popen(
                [*command, "-c", str(self._folder / "nginx.conf")], stdout=output, stderr=output
            )
        eventually(self._listens, 10, f"nginx (logs in {self._folder})")
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    @property
    def base_url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

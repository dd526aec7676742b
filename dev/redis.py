"""An embedded Valkey (or Redis) on the loopback, for `make dev` and for tests."""

import secrets
import signal
import socket
from pathlib import Path
from urllib.parse import quote

from dev.binaries import redis_binary
from dev.errors import DevError
from dev.launch import confined
from dev.server import LocalServer

# Append-only file, written each second, and no snapshots: with Redis' default snapshots a `kill -9` loses the
# changes of the last hour (measured: 200 of 200 queued jobs).
_CONFIGURATION = """\
bind 127.0.0.1
port {port}
dir "{data}"
requirepass "{password}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""
_ANSWER_SECONDS = 1.0


class RedisServer(LocalServer):
    """One server with a password; database 0 is meant."""

    name = "Redis"
    stop_signal = signal.SIGTERM  # writes the append-only file out
    force_signal = signal.SIGKILL
    port_trouble = "Failed listening on port"

    def __init__(
        self, data: Path, port: int | None = None, password: str | None = None, *, log: Path | None = None
    ) -> None:
        """Without `password` a random one is made. `data` holds the append-only file."""
        super().__init__(data, port, log)
        self.password = password or secrets.token_urlsafe(18)

    @property
    def url(self) -> str:
        return f"redis://:{quote(self.password, safe='')}@127.0.0.1:{self.port}/0"

    @property
    def _configuration(self) -> Path:
        return self.data / "server.conf"

    def initialise(self) -> None:
        """Create the folder and the configuration (mode 0600; a command line would show the password)."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            text = _CONFIGURATION.format(port=self.port, data=self.data, password=self.password)
            self._configuration.touch(mode=0o600)
            self._configuration.write_text(text)
        except OSError as error:
            raise DevError(f"{self.data} cannot be used for Redis: {error.strerror}.") from error

    def command(self) -> list[str]:
        return confined([str(redis_binary()), str(self._configuration)], self.stop_signal)

    def ready(self, pid: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), _ANSWER_SECONDS) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\nINFO server\r\n".encode())
                answer = b""
                while b"process_id:" not in answer or answer.endswith(b"process_id:"):
                    part = connection.recv(4096)
                    if not part or answer[:1] == b"-":
                        return False
                    answer += part
        except OSError:
            return False
        return b"+PONG" in answer and f"process_id:{pid}\r\n".encode() in answer

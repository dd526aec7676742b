"""The life of one embedded server: start, stop, kill, start again on the same port."""

import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.errors import DevError
from dev.launch import spawn
from dev.ports import free_port

_POLL_SECONDS = 0.02
# Recovery after a crash takes its time. Just after a SIGKILL Postgres refuses to start ("shared memory block
# is still in use"): try again.
_START_SECONDS = 60.0
_RETRY_SECONDS = 10.0


class LocalServer:
    """A database server run by this process. Subclasses say how it is prepared, called, asked and ended."""

    name: str
    stop_signal: signal.Signals
    force_signal: signal.Signals
    # What the server says when somebody took its port, and when it only has to be tried again.
    port_trouble: str
    passing_troubles: tuple[str, ...] = ()

    def __init__(self, data: Path, port: int | None, log: Path | None) -> None:
        """`data` is created on the first start. Without `port` a free one is chosen and kept from then on."""
        self.data = data.absolute()
        self.log = log or self.data.with_name(f"{self.data.name}.log")
        self._fixed_port = port is not None
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The connection URL, password included."""
        raise NotImplementedError

    def initialise(self) -> None:
        """Create the data folder where there is none. Raises DevError."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """The command line that runs the server in the foreground."""
        raise NotImplementedError

    def ready(self, pid: int) -> bool:
        """Whether the server with this process id answers queries."""
        raise NotImplementedError

    @property
    def pid(self) -> int | None:
        """The process id while the server runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> str:
        """Start and wait until queries are answered; a running server is left alone. Returns `url`.

        Raises DevError with the server's own last complaint.
        """
        give_up = float("inf")
        while self.pid is None:
            self.initialise()
            if self._came_up():
                break
            complaint = self.complaint()
            give_up = min(give_up, time.monotonic() + _RETRY_SECONDS)
            if not self._may_pass(complaint) or time.monotonic() > give_up:
                raise DevError(f"{self.name} does not start on {self.data}: {complaint}")
            time.sleep(0.1)
        return self.url

    def _came_up(self) -> bool:
        began = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            process = spawn(self.command(), output)
        self._process = process
        while process.poll() is None:
            if self.ready(process.pid):
                return True
            if time.monotonic() - began > _START_SECONDS:
                self.kill()
                raise DevError(f"{self.name} on {self.data} does not answer after {_START_SECONDS:.0f} s.")
            time.sleep(_POLL_SECONDS)
        return False

    def _may_pass(self, complaint: str) -> bool:
        if self.port_trouble in complaint and not self._fixed_port:
            self.port = free_port()
            return True
        return any(trouble in complaint for trouble in self.passing_troubles)

    def complaint(self) -> str:
        """The line of the log that says why the server ended."""
        return complaint_in(self.log)

    def stop(self, seconds: float = 10.0) -> None:
        """End cleanly, nothing committed is lost; by force after `seconds`."""
        self._end(self.stop_signal, seconds)
        self._end(self.force_signal, 5.0)
        self.kill()

    def kill(self) -> None:
        """SIGKILL, as the kernel does when memory runs out."""
        self._end(signal.SIGKILL, 5.0)

    def restart(self, *, immediate: bool = False) -> str:
        """Stop and start on the same port; `immediate` drops all connections at once. Returns `url`."""
        if immediate:
            self._end(self.force_signal, 5.0)
        self.stop()
        return self.start()

    def _end(self, how: signal.Signals, seconds: float) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()


def complaint_in(log: Path) -> str:
    """The last line of a server's log that explains its end, or its last line at all."""
    try:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return "it wrote no log"
    telling = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "Fatal", "rror"))]
    return (telling or lines or ["it wrote no log"])[-1].strip()

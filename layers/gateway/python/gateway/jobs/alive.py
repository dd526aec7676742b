"""Is this container alive? Exit code 0 or 1, for a health check.

    python -I -S …/gateway/jobs/alive.py api                  the API answers, also while its database is away
    python -I -S …/gateway/jobs/alive.py payments refunds     this container's worker was seen for each kind

Run by path and without `site` every few seconds in each container: it imports next to nothing. A worker is seen
by the files that it touches in `GATEWAY_HEARTBEAT_FOLDER` once its heartbeat is written down in the database.
"""

import os
import sys
import time

_TIMEOUT_SECONDS = 4
_SEEN_SECONDS = 15


def heartbeat_file(folder: str, kind: str) -> str:
    """The file whose age tells when a worker was last seen for this kind."""
    return f"{folder}/gateway-{kind}.alive"


def api_answers(port: int) -> bool:
    """Whether `/health` answers at all: a 503 says that the database is away, not that the API is."""
    import socket  # a third of this command's time, which workers need not spend

    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_SECONDS) as connection:
            connection.sendall(b"GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            with connection.makefile("rb") as answer:
                return answer.readline(100).split(b" ")[1:2] in ([b"200"], [b"503"])
    except OSError:
        return False


def worker_beats(folder: str, kinds: list[str], now: float) -> bool:
    """Whether every kind has been seen in the last seconds before `now` (unix time)."""
    try:
        # pathlib would double what this command costs
        return all(now - os.stat(heartbeat_file(folder, kind)).st_mtime < _SEEN_SECONDS for kind in kinds)  # noqa: PTH116
    except OSError:
        return False


def main(arguments: list[str]) -> int:
    """Exit code of the check."""
    if arguments == ["api"]:
        return 0 if api_answers(int(os.environ.get("PORT", "8000"))) else 1
    return 0 if worker_beats(os.environ["GATEWAY_HEARTBEAT_FOLDER"], arguments, time.time()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Is this container alive? Exit code 0 or 1, for a health check.

    python -m gateway.jobs.alive api                  the API answers, also while its database is away
    python -m gateway.jobs.alive payments refunds     this host's worker was seen for each kind

Imports no more than it needs: it is run every few seconds.
"""

import os
import socket
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.settings import Settings

_TIMEOUT_SECONDS: Final = 4
_SEEN_SECONDS: Final = 15


def api_answers(port: int) -> bool:
    """Whether `/health` answers at all: a 503 says that the database is away, not that the API is."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=_TIMEOUT_SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code == 503
    except OSError:
        return False


def worker_beats(settings: "Settings", host: str, kinds: list[str]) -> bool:
    """Whether a worker on `host` has been seen for every kind in the last seconds."""
    import psycopg

    from gateway.tenancy.scope import begin_statements

    try:
        # No prepared statement and no option: the URL may be a pooler's.
        with psycopg.connect(
            settings.database_url, autocommit=True, connect_timeout=_TIMEOUT_SECONDS, prepare_threshold=None
        ) as connection:
            connection.execute(begin_statements("gateway_worker", None))
            cursor = connection.execute(
                "SELECT kind FROM worker_heartbeats "
                "WHERE starts_with(worker_id, %s) AND seen_at > now() - make_interval(secs => %s)",
                (f"{host}:", _SEEN_SECONDS),
            )
            return set(kinds) <= {row[0] for row in cursor}
    except psycopg.Error:
        return False


def main(arguments: list[str]) -> int:
    """Exit code of the check."""
    if arguments == ["api"]:
        return 0 if api_answers(int(os.environ.get("PORT", "8000"))) else 1
    from gateway.settings import load_settings

    return 0 if worker_beats(load_settings(), socket.gethostname(), arguments) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

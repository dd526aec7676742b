"""The API as a local process: `python -m api`."""

import gc

import uvicorn

from api.app import build_app
from api.protocol import protocol_with
from gateway.runtime import build_runtime
from gateway.settings import load_settings

_COLLECT_AFTER = 20_000
"""Objects made since the last collection; the default of 700 collects several times in every request."""


def main() -> None:
    """Serve until SIGTERM; requests in flight are answered first."""
    settings = load_settings()
    app = build_app(build_runtime(settings, "api"))
    # What start-up made stays until the end: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=protocol_with(app.state.docs_url),
        ws="none",
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=int(settings.shutdown_seconds),
        server_header=False,
    )


if __name__ == "__main__":
    main()

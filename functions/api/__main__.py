"""The API as a local process: `python -m api`."""

import uvicorn

from api.app import build_app
from api.protocol import protocol_with
from gateway.runtime import build_runtime
from gateway.settings import load_settings


def main() -> None:
    """Serve until SIGTERM; requests in flight are answered first."""
    settings = load_settings()
    app = build_app(build_runtime(settings, "api"))
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

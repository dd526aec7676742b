"""The API as a local process: `python -m api`."""

import asyncio
import contextlib
import gc
import socket
import sys

import uvicorn

from api.app import build_app
from api.http.protocol import protocol_with
from gateway.runtime import Runtime, build_runtime
from gateway.settings import settings_or_exit

_COLLECT_AFTER = 20_000
"""Objects made since the last collection; the default of 700 collects several times in every request."""

_NOT_STARTED = 3
"""As uvicorn itself says it: the port is taken, for one."""


class _Server(uvicorn.Server):
    """Says at its start what keeps it from answering, and writes the rest of the request log before it ends."""

    def __init__(self, config: uvicorn.Config, runtime: Runtime) -> None:
        super().__init__(config)
        self._runtime = runtime
        self._looking: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._looking = asyncio.create_task(self._runtime.become_ready())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self._looking is not None:
            self._looking.cancel()
        await self._runtime.requests.flush()


def main() -> None:
    """Serve until SIGTERM; requests in flight are answered first."""
    settings = settings_or_exit()
    app = build_app(build_runtime(settings, "api"))
    # What start-up made stays until the end: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=protocol_with(app.state.docs_url, settings.receive_seconds),
        ws="none",
        proxy_headers=False,  # whose request it is says `api.http.visitor` alone
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=int(settings.shutdown_seconds),
        server_header=False,
    )
    server = _Server(config, app.state.runtime)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)


if __name__ == "__main__":
    main()

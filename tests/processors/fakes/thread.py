"""A fake that runs beside a test in the same process, which reads and changes it as it likes."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from tests.processors.fakes.base import Fake

F = TypeVar("F", bound=Fake)


@contextmanager
def running(fake: F) -> Iterator[tuple[F, str]]:
    """The fake with its base URL, in a thread of its own until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port = asyncio.run_coroutine_threadsafe(fake.start(), loop).result(10)
    try:
        yield fake, f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(fake.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()

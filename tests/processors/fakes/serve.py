"""A fake as a process of its own: `python -m tests.processors.fakes.serve stripe --port 12111`."""

import argparse
import asyncio
import importlib

from tests.processors.fakes.base import Fake


def build_fake(name: str) -> Fake:
    """The fake of this processor: `FAKE` of its module."""
    fake = importlib.import_module(f"tests.processors.fakes.{name}").FAKE()
    assert isinstance(fake, Fake)
    return fake


async def _serve(name: str, port: int) -> None:
    fake = build_fake(name)
    print(f"listening {await fake.start(port)}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(_serve(options.name, options.port))


if __name__ == "__main__":
    main()

"""`python -m dev`, behind `make dev`; `python -m dev reset`, behind `make reset`."""

import asyncio
import os
import sys
from pathlib import Path

from dev.configuration import default_root, read_configuration, read_env_file
from dev.console import Console
from dev.errors import DevError
from dev.state import reset
from dev.up import run


def main(arguments: list[str], root: Path | None = None) -> int:
    """Returns the exit code: 0 after a clean stop, 1 with one line on stderr when something is wrong."""
    root = root or default_root()
    try:
        given = {**read_env_file(root / ".env"), **os.environ}
        if arguments == ["reset"]:
            reset(read_configuration(root, given).data)
        elif arguments:
            raise DevError(f"Unknown command {' '.join(arguments)}; known is only `reset`.")
        else:
            asyncio.run(run(root, given, Console()))
    except DevError as error:
        print(f"make dev: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

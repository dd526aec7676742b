"""Run one host from an installed package: `python -m gateway_functions api` (worker, webhooks, migrate)."""

import runpy
import sys
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent


def main() -> None:
    """Put this folder on the path, as the image and Lambda have it, and run the host that was named."""
    hosts = sorted(path.parent.name for path in _HERE.glob("*/__main__.py"))
    if len(sys.argv) < 2 or sys.argv[1] not in hosts:
        sys.exit(f"usage: python -m gateway_functions {{{','.join(hosts)}}}")
    sys.path.insert(0, str(_HERE))
    name = sys.argv.pop(1)
    runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

"""The web parts: which Node there is, their packages and their build."""

import json
import shutil
import subprocess
from pathlib import Path

from dev.errors import DevError
from dev.stamps import digest, is_current

_OLDEST_NODE = 20
# What a build reads; docs/openapi.json is where the dashboard's client comes from.
_SOURCES = ("sdk", "web", "package.json", "package-lock.json", "tsconfig.base.json", "docs/openapi.json")


def node_trouble() -> str | None:
    """Why the web parts cannot run on this machine, or None when they can."""
    if not shutil.which("node") or not shutil.which("npm"):
        return f"Node {_OLDEST_NODE} with npm is not installed"
    answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    number = answer.lstrip("v").split(".")[0]
    if not number.isdigit() or int(number) < _OLDEST_NODE:
        return f"Node {_OLDEST_NODE} or newer is needed, this is {answer or 'unknown'}"
    return None


def install_and_build(root: Path) -> None:
    """Install the npm packages and build, each only if its sources changed. Raises DevError.

    Without Node, or without web parts, nothing is done.
    """
    if not (root / "package-lock.json").exists():
        return
    trouble = node_trouble()
    if trouble:
        print(f"{trouble}: dashboard and checkout are left out.", flush=True)
        return
    _install(root)
    if has_script(root, "build"):
        _build(root)


def has_script(root: Path, name: str) -> bool:
    """Whether the root package.json has this npm script."""
    try:
        content = json.loads((root / "package.json").read_text())
    except (OSError, ValueError):
        return False
    return name in content.get("scripts", {})


def _install(root: Path) -> None:
    stamp = root / "node_modules" / ".installed"
    workspaces = sorted(root.glob("web/*/package.json"))
    manifests = (root / "package-lock.json", root / "package.json", root / "sdk" / "package.json")
    fingerprint = digest([*manifests, *workspaces])
    if is_current(stamp, fingerprint):
        return
    print("Installing the web packages ...", flush=True)
    _npm(root, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(fingerprint)


def _build(root: Path) -> None:
    stamp = root / "node_modules" / ".built"
    sources = [root / name for name in _SOURCES]
    if is_current(stamp, _state(root, sources)):
        return
    print("Building the web parts ...", flush=True)
    stamp.unlink(missing_ok=True)
    _npm(root, "run", "build")
    # After the build, since a build may generate sources.
    stamp.write_text(_state(root, sources))


def _state(root: Path, sources: list[Path]) -> str:
    """What was built from what: the sources' content, and which results there are."""
    results = sorted(str(path) for pattern in ("sdk/dist", "web/*/dist") for path in root.glob(pattern))
    return digest(sources, *results)


def _npm(root: Path, *arguments: str) -> None:
    done = subprocess.run(
        ["npm", *arguments], cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()[-15:]
        raise DevError(f"`npm {' '.join(arguments[:2])}` failed:\n    " + "\n    ".join(lines) + "\n")

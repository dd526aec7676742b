"""Remember what an installation or a build was made from, so that it is not done twice."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

# Results and caches: what a build writes must not look like a change of what it reads.
_IGNORED = {"node_modules", "dist", "coverage", "test-results", "playwright-report", "__pycache__"}


def digest(paths: Iterable[Path], *facts: str) -> str:
    """A fingerprint of `facts` and of the content of the files in `paths` (folders: all files below).

    A path that does not exist counts as such.
    """
    result = hashlib.sha256()
    for fact in facts:
        result.update(fact.encode() + b"\0")
    for path in paths:
        for file in _files(path):
            content = file.read_bytes() if file.is_file() else b""
            result.update(f"{file}\0{len(content)}\0".encode() + content)
    return result.hexdigest()


def is_current(stamp: Path, fingerprint: str) -> bool:
    """Whether `stamp` was written with this fingerprint."""
    try:
        return stamp.read_text() == fingerprint
    except OSError:
        return False


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for entry in sorted(path.iterdir()):
        if entry.name in _IGNORED or entry.name.startswith("."):
            continue
        found += _files(entry) if entry.is_dir() else [entry]
    return found

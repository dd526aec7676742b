"""A copy of Postgres that the user `nobody` can run."""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from dev.errors import DevError


def open_to_everybody(folder: Path) -> bool:
    """Whether every user can enter `folder`, so that `nobody` can run what is in it."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def copy_for_nobody(folder: Path, into: Path | None = None) -> Path:
    """A copy of a Postgres `bin` folder and the libraries beside it that the user `nobody` can run.

    Postgres checks by access(2), which ignores the right that `confine.py` keeps, whether it can run its own
    program; one that lies below `/root` must move. The copy lies in a temporary folder (`into`) and is used
    again. Returns the new `bin`.
    """
    installation = folder.parent
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    home = into or _open_temporary_folder()
    origin = hashlib.sha256(f"{installation} {installation.stat().st_mtime_ns}".encode()).hexdigest()[:16]
    target = home / f"gateway-postgres-{origin}"
    copied = target / package.name / installation.name / "bin"
    if _is_ours(target):
        return copied
    fresh = Path(tempfile.mkdtemp(prefix="gateway-postgres-", dir=home))
    fresh.chmod(0o755)
    for part in ("bin", "lib", "share"):
        source = installation / part
        if source.exists():
            shutil.copytree(source, fresh / package.name / installation.name / part, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
    try:
        fresh.rename(target)
    except OSError:  # somebody else was faster, or the name belongs to somebody we do not trust
        if not _is_ours(target):
            return fresh / copied.relative_to(target)
        shutil.rmtree(fresh, ignore_errors=True)
    return copied


def _is_ours(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o022


def _open_temporary_folder() -> Path:
    for folder in (Path("/var/tmp"), Path("/tmp"), Path(tempfile.gettempdir())):
        if folder.is_dir() and open_to_everybody(folder):
            return folder
    raise DevError("Postgres must run as `nobody` here and no temporary folder is open to it. Set DATABASE_URL.")

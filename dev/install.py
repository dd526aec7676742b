"""`make setup`: the Python environment and the web parts, done once and again only after a change.

Runs with the machine's own Python before anything is installed: only the standard library is used.

    python3 -m dev.install [--web-optional] [--no-web]
"""

import os
import subprocess
import sys
from pathlib import Path

from dev import web
from dev.errors import DevError
from dev.stamps import digest, is_current

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = (ROOT / "layers" / "dependencies" / "requirements.txt", ROOT / "requirements-dev.txt")
_JUDGES = "requirements-judges.txt"
"""Vendors' packages that tests read types from, and whose own pins are older than ours: installed without what
they ask for, which is here already."""
_OLDEST = (3, 11)


def main(arguments: list[str]) -> int:
    """Install and build what is missing. Returns the exit code; `--web-optional` lets the web parts fail."""
    try:
        install_packages()
        if "--no-web" not in arguments:
            _install_web(optional="--web-optional" in arguments)
    except DevError as error:
        print(f"make setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def install_packages() -> None:
    """Make `.venv` hold exactly the pinned packages and the product itself, editable. Raises DevError."""
    if sys.version_info < _OLDEST:
        raise DevError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Set PYTHON=python3.11.")
    version = _venv_version()
    if version is None:
        _create_venv()
        version = _venv_version()
    stamp = VENV / ".installed"
    judges = ROOT / _JUDGES
    fingerprint = digest(
        [*REQUIREMENTS, judges, ROOT / "pyproject.toml", ROOT / "setup.py"], str(ROOT), str(version)
    )
    if is_current(stamp, fingerprint):
        return
    print("Installing the Python packages ...", flush=True)
    stamp.unlink(missing_ok=True)
    listed = [word for file in REQUIREMENTS if file.exists() for word in ("-r", str(file))]
    _install(listed)
    if judges.exists():
        _install(["--no-deps", "-r", str(judges)])
    _install(["--no-deps", "-e", str(ROOT)])
    _put_on_path(ROOT / "functions")
    stamp.write_text(fingerprint)


def _install_web(*, optional: bool) -> None:
    try:
        web.install_and_build(ROOT)
    except DevError as error:
        if not optional:
            raise
        print(f"make setup: {error} Going on without the web parts.", file=sys.stderr)


def _venv_version() -> str | None:
    """The version of the Python in `.venv`, or None when there is none that works."""
    try:
        program = "import pip, sys; print(sys.prefix, sys.version)"
        return run([str(PYTHON), "-c", program]).strip()
    except DevError:
        return None


def _create_venv() -> None:
    try:
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    except DevError as error:
        raise DevError(
            f"`python3 -m venv` does not work here ({error}). On Debian and Ubuntu: apt install python3-venv."
        ) from error


def _put_on_path(folder: Path) -> None:
    """The hosts run from their folder, as in the image and on Lambda; the wheel has them under another name."""
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run([str(PYTHON), "-c", program]).strip())
    (packages / "gateway-hosts.pth").write_text(f"{folder}\n")


def _install(arguments: list[str]) -> None:
    """By uv, which needs seconds where pip needs a minute; by pip where uv cannot be had or fails."""
    uv = VENV / "bin" / "uv"
    try:
        if not uv.exists():
            run([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"])
        run([str(uv), "pip", "install", "--quiet", "--python", str(PYTHON), *arguments])
    except DevError as error:
        print(f"uv could not install ({error}); trying pip ...", flush=True)
        run([str(PYTHON), "-m", "pip", "install", "--quiet", *arguments])


def run(command: list[str], folder: Path = ROOT) -> str:
    """The output of `command`. Raises DevError with its last lines when it fails."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise DevError(f"{Path(command[0]).name}: {error.strerror}") from error
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()[-8:]
        raise DevError(f"`{' '.join([Path(command[0]).name, *command[1:3]])}` failed: " + "\n    ".join(lines))
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

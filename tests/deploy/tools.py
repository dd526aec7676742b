"""Tools that must not share the product's environment: each in a venv of its own under `build/`."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_REQUIREMENTS = Path(__file__).parent / "requirements"


@cache
def tool(environment: str) -> Path:
    """The folder of programs of `requirements/<environment>.txt`, installed."""
    requirements = _REQUIREMENTS / f"{environment}.txt"
    folder = ROOT / "build" / "tools" / environment
    fingerprint = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / ".installed"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{environment}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test files run side by side, and two of them may want the same tool
        if not stamp.exists() or stamp.read_text() != fingerprint:
            shutil.rmtree(folder, ignore_errors=True)
            _install(folder, requirements)
            stamp.write_text(fingerprint)
    return folder / "bin"


def _install(folder: Path, requirements: Path) -> None:
    """With uv where the project has it: its environments are made in no time, without a pip of their own."""
    uv, python = Path(sys.prefix) / "bin" / "uv", str(folder / "bin" / "python")
    if uv.exists():
        make = [str(uv), "venv", "-q", "--python", sys.executable, str(folder)]
        install = [str(uv), "pip", "install", "-q", "--python", python]
    else:
        make = [sys.executable, "-m", "venv", str(folder)]
        install = [python, "-m", "pip", "install", "-q"]
    subprocess.run(make, check=True)
    subprocess.run([*install, "-r", str(requirements)], check=True)


def emulator() -> Path:
    """AWS's Lambda Runtime Interface Emulator, which the SAM CLI carries for this machine's processor."""
    processor = "arm64" if os.uname().machine in ("aarch64", "arm64") else "x86_64"
    [found] = tool("sam").parent.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{processor}")
    found.chmod(0o755)
    return found

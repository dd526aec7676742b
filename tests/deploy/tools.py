"""Tools that must not share the product's environment: each in a venv of its own under `build/`."""

import hashlib
import os
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
    if not stamp.exists() or stamp.read_text() != fingerprint:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        _install(folder / "bin" / "python", requirements)
        stamp.write_text(fingerprint)
    return folder / "bin"


def _install(python: Path, requirements: Path) -> None:
    uv = Path(sys.prefix) / "bin" / "uv"
    command = [str(uv), "pip", "install", "-q", "--python", str(python)]
    if not uv.exists():
        command = [str(python), "-m", "pip", "install", "-q"]
    subprocess.run([*command, "-r", str(requirements)], check=True)


def emulator() -> Path:
    """AWS's Lambda Runtime Interface Emulator, which the SAM CLI carries for this machine's processor."""
    processor = "arm64" if os.uname().machine in ("aarch64", "arm64") else "x86_64"
    [found] = tool("sam").parent.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{processor}")
    found.chmod(0o755)
    return found

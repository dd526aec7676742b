"""A wheel of the product takes two names of everybody's site-packages, and runs from there."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import httpx
import pytest

from dev.ports import free_port
from tests.support.stack import ROOT, eventually


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel, unpacked: a site-packages of its own. Built from a copy, for building leaves folders."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in ("layers/gateway/python", "functions"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", str(folder), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    target = folder / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def test_the_wheel_takes_two_names(installed: Path) -> None:
    names = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"gateway", "gateway_functions"}


def test_the_wheel_has_every_file_of_the_source(installed: Path) -> None:
    for source, name in (
        (ROOT / "layers/gateway/python/gateway", "gateway"),
        (ROOT / "functions", "gateway_functions"),
    ):
        wanted = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
        wanted = {path for path in wanted if "__pycache__" not in path.parts and path.name != "Dockerfile"}
        assert wanted - {path.relative_to(installed / name) for path in (installed / name).rglob("*")} == set()


def test_a_host_runs_from_an_installed_wheel(installed: Path, database_url: str) -> None:
    port = free_port()
    # -S: no .pth file, so that nothing of this repository is on the path but what the wheel has brought.
    path = os.pathsep.join([str(installed), sysconfig.get_path("purelib")])
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "DATABASE_URL": database_url, "TEST_MODE": "true"}
    env |= {"PORT": str(port), "GATEWAY_HOST": "127.0.0.1", "GATEWAY_RATE_LIMITS": "off"}
    command = [sys.executable, "-S", "-m", "gateway_functions", "api"]
    process = subprocess.Popen(command, env=env, cwd=installed, stderr=subprocess.PIPE)
    try:

        def healthy() -> bool:
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            try:
                return httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
            except httpx.TransportError:
                return False

        eventually(healthy, seconds=60)
    finally:
        process.terminate()
        process.communicate(timeout=20)

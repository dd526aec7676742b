"""What is in the two layers is enough for every handler, and loads fast."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.tools import ROOT

HANDLERS = ["api", "worker", "webhooks", "sweep", "migrate"]
# CPU seconds, since other tests run beside this one; about the wall time of an idle machine.
MOST_SECONDS = {"api": 1.5, "worker": 1.0, "webhooks": 1.0, "sweep": 1.0, "migrate": 1.0}

_IMPORT = """
import sys, time
sys.path[:] = [path for path in sys.path if "site-packages" not in path and path] + {paths!r}
began = time.process_time()
import {name}.handler
print(time.process_time() - began)
stray = [m.__file__ for m in list(sys.modules.values())
         if getattr(m, "__file__", None) and "site-packages" in m.__file__]
assert not stray, stray
"""


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both layers, built by their makefiles for this Python, merged as Lambda merges them."""
    folder = tmp_path_factory.mktemp("layers")
    processor = os.uname().machine
    env = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LAYER_PYTHON": f"{sys.version_info.major}.{sys.version_info.minor}",
        "LAYER_PROCESSOR": processor,
        "PYTHON": sys.executable,
    }
    for name, target in (("dependencies", "build-DependenciesLayer"), ("gateway", "build-GatewayLayer")):
        made = folder / name
        subprocess.run(
            ["make", "-s", "-C", str(ROOT / "layers" / name), target, f"ARTIFACTS_DIR={made}"], check=True, env=env
        )
        subprocess.run(["cp", "-R", f"{made}/.", str(folder / "opt")], check=True)
    return folder / "opt" / "python"


def _import_seconds(layers: Path, name: str) -> float:
    """CPU seconds of importing one handler with nothing but the layers and the functions on the path."""
    program = _IMPORT.format(paths=[str(layers), str(ROOT / "functions")], name=name)
    env = {
        "PATH": os.environ["PATH"],
        "TEST_MODE": "true",
        "QUEUE_BACKEND": "sqs",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return float(done.stdout)


@pytest.mark.parametrize("name", HANDLERS)
def test_the_layers_alone_are_enough_to_import_a_handler(layers: Path, name: str) -> None:
    assert _import_seconds(layers, name) > 0


@pytest.mark.parametrize("name", HANDLERS)
def test_a_cold_import_stays_within_its_budget(layers: Path, name: str) -> None:
    # The best of three, as many as it takes: what an import costs, not what else the machine does.
    assert any(_import_seconds(layers, name) <= MOST_SECONDS[name] for _ in range(3))


def test_the_layers_fit_into_a_function(layers: Path) -> None:
    size = sum(file.stat().st_size for file in layers.rglob("*") if file.is_file())
    assert size < 150 * 2**20  # AWS allows 250 MiB unzipped, the functions and a tracing layer included

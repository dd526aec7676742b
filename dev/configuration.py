"""What `make dev` takes from the environment, and what it gives to the processes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.errors import DevError
from dev.state import State

# Shorter than the product's default: the whole stop, databases included, must end within 10 s.
_SHUTDOWN_SECONDS = "6"


@dataclass(frozen=True)
class Configuration:
    """Ports are TCP ports on this machine; a URL or a port that is None is chosen by us."""

    data: Path
    database_url: str | None
    redis_url: str | None
    api_port: int
    dashboard_port: int
    checkout_port: int
    postgres_port: int | None
    redis_port: int | None
    test_mode: bool


def read_configuration(root: Path, environment: Mapping[str, str]) -> Configuration:
    """Raises DevError naming the variable that makes no sense."""
    return Configuration(
        data=Path(environment.get("GATEWAY_DATA_DIR") or root / ".gateway").absolute(),
        database_url=environment.get("DATABASE_URL") or None,
        redis_url=environment.get("REDIS_URL") or None,
        api_port=_port(environment, "API_PORT") or 8000,
        dashboard_port=_port(environment, "DASHBOARD_PORT") or 3000,
        checkout_port=_port(environment, "CHECKOUT_PORT") or 3001,
        postgres_port=_port(environment, "POSTGRES_PORT"),
        redis_port=_port(environment, "REDIS_PORT"),
        test_mode=environment.get("TEST_MODE", "true").lower() in {"true", "1", "yes", "on", "t", "y"},
    )


def read_env_file(file: Path) -> dict[str, str]:
    """The variables of a `.env` file: NAME=value lines, quotes around a value removed, comments left out."""
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DevError(f"{file} cannot be read: {error}.") from error
    pairs = [
        line.strip().removeprefix("export ").partition("=") for line in lines if not line.lstrip().startswith("#")
    ]
    return {name.strip(): value.strip().strip("\"'") for name, equals, value in pairs if equals and value.strip()}


def process_environment(
    given: Mapping[str, str], configuration: Configuration, state: State, database_url: str, redis_url: str
) -> dict[str, str]:
    """The environment of every process. What is given stays, except the two URLs that were decided."""
    defaults = {
        "TEST_MODE": "true",
        "GATEWAY_MASTER_KEY": state.master_key,
        "GATEWAY_API_URL": f"http://localhost:{configuration.api_port}",
        "GATEWAY_DASHBOARD_URL": f"http://localhost:{configuration.dashboard_port}",
        "GATEWAY_CHECKOUT_URL": f"http://localhost:{configuration.checkout_port}",
        # The seeded keys are public knowledge: nobody but this machine may use them.
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_SHUTDOWN_SECONDS": _SHUTDOWN_SECONDS,
        "PYTHONUNBUFFERED": "1",
    }
    decided = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    return {
        **defaults,
        **{name: value for name, value in given.items() if value or name not in defaults},
        **decided,
    }


def default_root() -> Path:
    """The folder of the repository."""
    return Path(os.path.realpath(__file__)).parent.parent


def _port(environment: Mapping[str, str], name: str) -> int | None:
    text = environment.get(name, "")
    if not text:
        return None
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise DevError(f"{name} must be a TCP port, not {text!r}.")
    return int(text)

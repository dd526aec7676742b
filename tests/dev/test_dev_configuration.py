"""What `make dev` keeps and reads: its state, its ports, its settings."""

import base64
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dev import install
from dev.banner import banner
from dev.configuration import process_environment, read_configuration, read_env_file
from dev.errors import DevError
from dev.state import State, data_folder, load_state, reset, with_free_ports

# --- state


def test_the_state_is_made_once_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    state = load_state(tmp_path)
    assert load_state(tmp_path) == state
    assert len(base64.b64decode(state.master_key)) == 32
    assert len({state.postgres_password, state.redis_password, state.master_key}) == 3
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600


def test_a_port_that_was_taken_meanwhile_is_replaced_and_kept(tmp_path: Path) -> None:
    state = load_state(tmp_path)
    with socket.create_server(("127.0.0.1", state.redis_port)):
        fresh = with_free_ports(tmp_path, state, None, None)
    assert fresh.redis_port != state.redis_port
    assert fresh.postgres_port == state.postgres_port
    assert load_state(tmp_path) == fresh
    assert with_free_ports(tmp_path, fresh, 15_432, None).postgres_port == 15_432


def test_a_database_without_its_keys_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    with pytest.raises(DevError, match="make reset"):
        load_state(tmp_path)


def test_reset_refuses_while_the_folder_is_in_use(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with data_folder(folder):
        program = f"from pathlib import Path; from dev.state import reset; reset(Path({str(folder)!r}))"
        rival = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert f"already runs on {folder} (process {os.getpid()})" in rival.stderr
        assert folder.exists()
    reset(folder)
    assert not folder.exists()
    reset(folder)


# --- configuration


def test_everything_has_a_default_and_the_environment_wins(tmp_path: Path) -> None:
    configuration = read_configuration(tmp_path, {})
    ports = (configuration.api_port, configuration.dashboard_port, configuration.checkout_port)
    assert ports == (8000, 3000, 3001)
    assert configuration.test_mode
    assert configuration.data == tmp_path / ".gateway"
    state = State("a", "b", "generated", 1, 2)
    made = process_environment({"TEST_MODE": "", "HOME": "/home"}, configuration, state, "database", "redis")
    assert made["TEST_MODE"] == "true"
    assert made["GATEWAY_MASTER_KEY"] == "generated"
    assert made["GATEWAY_CHECKOUT_URL"] == "http://localhost:3001"
    assert made["HOME"] == "/home"
    given = {"TEST_MODE": "false", "GATEWAY_MASTER_KEY": "mine", "TEST_PROCESSING_DELAY": "0"}
    made = process_environment(given, read_configuration(tmp_path, given), state, "database", "redis")
    assert given.items() <= made.items()
    assert (made["DATABASE_URL"], made["REDIS_URL"]) == ("database", "redis")
    assert not read_configuration(tmp_path, given).test_mode


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a"])
def test_a_port_that_is_none_names_its_variable(tmp_path: Path, port: str) -> None:
    with pytest.raises(DevError, match="DASHBOARD_PORT"):
        read_configuration(tmp_path, {"DASHBOARD_PORT": port})


def test_an_env_file_is_read_and_may_be_missing(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert read_env_file(file) == {}
    file.write_text("# comment\nAPI_PORT=8100\nexport A = 'b=c'\nEMPTY=\nnonsense\n")
    assert read_env_file(file) == {"API_PORT": "8100", "A": "b=c"}


def test_the_example_shows_no_variable_twice_and_changes_nothing_as_it_is() -> None:
    example = install.ROOT / ".env.example"
    assert read_env_file(example) == {}
    names = [
        line[2:].partition("=")[0]
        for line in example.read_text().splitlines()
        if line[2:3].isupper() and "=" in line
    ]
    assert len(names) == len(set(names)) > 10


def test_the_banner_shows_keys_in_test_mode_only(tmp_path: Path) -> None:
    seed = ["test merchant is there", "dashboard log-in: test@example.com / pass"]
    test = banner(read_configuration(tmp_path, {}), ["api", "dashboard"], seed, 1.0)
    assert "secret_test_xyz789" in test
    assert "Dashboard log-in test@example.com / pass" in test
    live = banner(read_configuration(tmp_path, {"TEST_MODE": "false"}), ["api"], [], 1.0)
    assert "secret" not in live
    for shown in (test, live):
        assert "live is off until a processor is connected" in shown
    assert "Dashboard" not in live

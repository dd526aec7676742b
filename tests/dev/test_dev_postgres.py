"""The embedded Postgres: whoever starts it, however it ends."""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import dev.postgres
from dev import binaries, open_copy
from dev.errors import DevError
from dev.postgres import PostgresServer
from tests.dev.waiting import lives, until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
CONFINEMENTS = ("namespace", "nobody") if os.geteuid() == 0 else ("keep",)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    with PostgresServer(tmp_path / "data", durable=False) as server:
        yield server


def ask(server: PostgresServer, query: str) -> object:
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        return row and row[0]


def remember(server: PostgresServer) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("create table note as select 42 as answer")


@pytest.mark.parametrize("confinement", CONFINEMENTS)
def test_data_survive_a_kill_and_a_stop_under_every_confinement(tmp_path: Path, confinement: str) -> None:
    server = PostgresServer(tmp_path / "data", durable=False, confinement=confinement)  # type: ignore[arg-type]
    with server:
        remember(server)
        url = server.url
        server.kill()
        assert server.pid is None
        assert until(lambda: server.start() == url) < 5
        assert ask(server, "select answer from note") == 42
        server.stop()
        server.start()
        assert ask(server, "select answer from note") == 42


def test_database_speaks_utf8_sorts_by_code_point_and_refuses_a_wrong_password(
    postgres: PostgresServer,
) -> None:
    assert ask(postgres, "select current_database() || ' ' || current_user") == "gateway gateway"
    assert ask(postgres, "show server_encoding") == "UTF8"
    assert ask(postgres, "select 'Z' < 'a'") is True
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url.replace(postgres.password, "wrong"))


def test_only_the_throw_away_mode_gives_up_durability(tmp_path: Path, postgres: PostgresServer) -> None:
    assert ask(postgres, "show fsync") == "off"
    assert ask(postgres, "show synchronous_commit") == "on"  # a SIGKILL must lose no commit
    with PostgresServer(tmp_path / "durable") as durable:
        assert ask(durable, "show fsync") == "on"
        assert ask(durable, "show full_page_writes") == "on"


def test_immediate_restart_drops_connections_and_keeps_the_port(postgres: PostgresServer) -> None:
    remember(postgres)
    with psycopg.connect(postgres.url) as connection:
        url = postgres.restart(immediate=True)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    assert url == postgres.url
    assert ask(postgres, "select answer from note") == 42


def test_the_thread_that_started_it_may_end(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "data", durable=False)
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    try:
        assert ask(server, "select 1") == 1
        # The death signal would come at once; SIGINT is Postgres' clean end.
        assert "shutdown request" not in server.log.read_text()
    finally:
        server.stop()


def test_ctrl_c_in_a_terminal_does_not_reach_it(postgres: PostgresServer) -> None:
    assert postgres.pid is not None
    assert os.getsid(postgres.pid) != os.getsid(0)
    assert os.getpgid(postgres.pid) != os.getpgid(0)


@as_root
def test_what_belonged_to_nobody_can_be_run_by_root_again(tmp_path: Path) -> None:
    with PostgresServer(tmp_path / "data", durable=False, confinement="nobody", password="secret") as server:
        remember(server)
        assert (tmp_path / "data").stat().st_uid == 65534
    with PostgresServer(tmp_path / "data", durable=False, confinement="namespace", password="secret") as server:
        assert ask(server, "select answer from note") == 42
        assert (tmp_path / "data").stat().st_uid == 0


@as_root
def test_nobody_runs_a_copy_when_the_programs_lie_in_a_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = binaries.postgres_binaries().parents[1]
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, private / source.name, symlinks=True)
    copies = Path("/var/tmp") / tmp_path.name
    copies.mkdir()
    copies.chmod(0o755)
    monkeypatch.setattr(open_copy, "_open_temporary_folder", lambda: copies)
    monkeypatch.setattr(dev.postgres, "postgres_binaries", lambda _: private / package.name / "pginstall" / "bin")
    try:
        server = PostgresServer(tmp_path / "data", durable=False, confinement="nobody")
        with server:
            assert server.pid is not None
            assert Path(f"/proc/{server.pid}/exe").resolve().is_relative_to(copies)
            assert Path(f"/proc/{server.pid}").stat().st_uid == 65534
            assert ask(server, "select 1") == 1
        again = PostgresServer(tmp_path / "data", durable=False, confinement="nobody", password=server.password)
        with again:
            assert len(list(copies.iterdir())) == 1
    finally:
        shutil.rmtree(copies)


def test_a_second_server_on_the_same_data_is_refused(postgres: PostgresServer) -> None:
    rival = PostgresServer(postgres.data, durable=False)
    with pytest.raises(DevError, match=f"Another Postgres .* already uses {postgres.data}"):
        rival.start()
    assert ask(postgres, "select 1") == 1


def test_a_lock_file_with_a_strangers_process_id_is_no_obstacle(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "data", durable=False)
    server.start()
    lock = (server.data / "postmaster.pid").read_text()
    server.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            numbers = lock.splitlines()
            (server.data / "postmaster.pid").write_text("\n".join([str(stranger.pid), *numbers[1:]]) + "\n")
            with server:
                assert ask(server, "select 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_an_interrupted_creation_leaves_nothing_that_is_used(tmp_path: Path) -> None:
    half = tmp_path / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with PostgresServer(tmp_path / "data", durable=False) as server:
        assert ask(server, "select 1") == 1
    assert not half.exists()


def test_a_folder_that_holds_something_else_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "thesis.txt").write_text("years of work")
    with pytest.raises(DevError, match=f"{tmp_path}/data is not a Postgres data folder"):
        PostgresServer(tmp_path / "data", durable=False).start()
    assert (tmp_path / "data" / "thesis.txt").read_text() == "years of work"


def test_broken_data_are_told_in_one_line(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "data", durable=False)
    server.start()
    server.stop()
    (server.data / "global" / "pg_control").write_bytes(b"garbage" * 100)
    with pytest.raises(DevError, match=f"Postgres does not start on {tmp_path}/data: .*(FATAL|PANIC)") as caught:
        server.start()
    assert "\n" not in str(caught.value)


def test_a_chosen_port_that_is_taken_is_replaced_and_a_given_one_is_not(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dev.server._RETRY_SECONDS", 1.0)
    other = PostgresServer(tmp_path / "other", durable=False)
    other.port = postgres.port
    with other:
        assert other.port != postgres.port
    with pytest.raises(DevError, match="could not create any TCP/IP sockets"):
        PostgresServer(tmp_path / "third", postgres.port, durable=False).start()


def test_a_postgres_of_the_machine_stands_in_and_its_version_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = binaries.postgres_major(binaries.postgres_binaries())
    with monkeypatch.context() as without_package:
        without_package.setattr(binaries, "_package_folder", lambda _: None)
        try:
            machines = binaries.postgres_major(binaries.postgres_binaries())
        except DevError:
            pytest.skip("no Postgres is installed on this machine")
        with PostgresServer(tmp_path / "data", durable=False, password="secret") as server:
            assert str(ask(server, "show server_version")).startswith(str(machines))
            assert ask(server, "show server_encoding") == "UTF8"
            remember(server)
    assert machines != embedded
    with PostgresServer(tmp_path / "data", durable=False, password="secret") as server:
        assert ask(server, "select answer from note") == 42


def test_it_ends_by_force_when_it_does_not_end_in_time(postgres: PostgresServer) -> None:
    assert postgres.pid is not None
    pid = postgres.pid
    os.kill(pid, signal.SIGSTOP)
    postgres.stop(seconds=0.2)
    until(lambda: not lives(pid))

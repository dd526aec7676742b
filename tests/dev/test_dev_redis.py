"""The embedded Redis: nothing acknowledged is lost by a kill."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from dev.errors import DevError
from dev.redis import RedisServer
from tests.dev.waiting import until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "data") as running:
        yield running


def test_data_survive_a_kill_and_a_stop_on_the_same_port(server: RedisServer) -> None:
    client = redis.Redis.from_url(server.url)
    client.set("answer", 42)
    url = server.url
    server.kill()
    assert server.pid is None
    with pytest.raises(redis.ConnectionError):
        client.get("answer")
    assert until(lambda: server.start() == url) < 5
    assert client.get("answer") == b"42"
    server.stop()
    server.start()
    assert client.get("answer") == b"42"


def test_it_appends_each_second_takes_no_snapshots_and_wants_a_password(server: RedisServer) -> None:
    client = redis.Redis.from_url(server.url)
    settings = client.config_get("append*", "save", "maxmemory-policy")
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "everysec"
    assert settings["save"] == ""
    assert settings["maxmemory-policy"] == "noeviction"
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port).ping()


def test_the_password_is_in_no_command_line(server: RedisServer) -> None:
    command = Path(f"/proc/{server.pid}/cmdline").read_text()
    assert server.password not in command
    assert (server.data / "server.conf").stat().st_mode & 0o077 == 0


def test_a_chosen_port_that_is_taken_is_replaced(tmp_path: Path, server: RedisServer) -> None:
    other = RedisServer(tmp_path / "other")
    other.port = server.port
    with other:
        assert other.port != server.port
        assert redis.Redis.from_url(other.url).ping()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DevError, match=f"{tmp_path}/data cannot be used for Redis"):
        RedisServer(tmp_path / "data").start()


def test_a_broken_append_only_file_is_told_in_one_line(server: RedisServer) -> None:
    redis.Redis.from_url(server.url).set("answer", 42)
    server.stop()
    for file in server.data.glob("appendonlydir/*.aof"):
        file.write_bytes(b"garbage\r\n" * 10)
    with pytest.raises(DevError, match=f"Redis does not start on {server.data}: .") as caught:
        server.start()
    assert "\n" not in str(caught.value)

"""Postgres and Redis for `make dev`: our own, or the ones that the environment names."""

import asyncio

from dev.configuration import Configuration
from dev.console import Console
from dev.errors import DevError
from dev.postgres import PostgresServer
from dev.program import Program
from dev.redis import RedisServer
from dev.server import LocalServer
from dev.state import State
from dev.supervisor import Supervisor
from gateway.log import redact
from gateway.redis_server.connect import connect
from gateway.settings.redis_urls import trouble_with_redis_url
from gateway.settings.urls import trouble_with_database_url

_CONNECT_SECONDS = 5


async def start_databases(
    configuration: Configuration, state: State, supervisor: Supervisor, console: Console
) -> tuple[str, str]:
    """The URLs of Postgres and Redis, both answering. Raises DevError."""
    database_url, redis_url = configuration.database_url, configuration.redis_url
    if database_url:
        await asyncio.to_thread(_require_postgres, database_url)
    else:
        if not (configuration.data / "postgres").exists():
            console.say("Creating the database ...")
        postgres = PostgresServer(configuration.data / "postgres", state.postgres_port, state.postgres_password)
        await _start(postgres, "postgres", supervisor)
        database_url = postgres.url
    if redis_url:
        await asyncio.to_thread(_require_redis, redis_url)
    else:
        redis = RedisServer(configuration.data / "redis", state.redis_port, state.redis_password)
        await _start(redis, "redis", supervisor)
        redis_url = redis.url
    return database_url, redis_url


async def _start(server: LocalServer, name: str, supervisor: Supervisor) -> None:
    try:
        await asyncio.to_thread(server.initialise)
        program = Program(
            name,
            server.command(),
            stop_signal=server.stop_signal,
            force_signal=server.force_signal,
            quiet=True,
            is_confined=True,
        )
        await supervisor.start_server(program, server.ready)
    except DevError as error:
        raise DevError(
            f"{error} The data are in {server.data}; `make reset` starts empty, deleting {server.data.parent}."
        ) from error


def _require_postgres(url: str) -> None:
    import psycopg  # here: a second is saved where our own is used

    _refuse("DATABASE_URL", trouble_with_database_url(url))
    try:
        psycopg.connect(url, connect_timeout=_CONNECT_SECONDS).close()
    except psycopg.Error as error:
        raise DevError(f"DATABASE_URL is set, but Postgres cannot be reached: {_one_line(error)}") from error


def _require_redis(url: str) -> None:
    import redis

    _refuse("REDIS_URL", trouble_with_redis_url(url))
    try:
        client = connect(url, seconds=_CONNECT_SECONDS)
        client.ping()
        client.close()
    except (redis.RedisError, ValueError, OSError) as error:
        raise DevError(f"REDIS_URL is set, but Redis cannot be reached: {_one_line(error)}") from error


def _refuse(variable: str, trouble: str | None) -> None:
    if trouble is not None:
        raise DevError(f"{variable} {trouble}.")


def _one_line(error: Exception) -> str:
    return " ".join(redact(str(error)).split()) or type(error).__name__

"""Runs every test once per host: local processes and functions here; elsewhere with `BLACKBOX_URL` set."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.postgres import PostgresServer
from tests.blackbox.hosts import Host, LocalHost, RemoteHost
from tests.deploy.cloud.cloud import Cloud
from tests.support.client import Merchant
from tests.support.stack import copy_database, database_of

KINDS = ["remote"] if "BLACKBOX_URL" in os.environ else ["processes", "lambda"]


@pytest.fixture(scope="session", params=KINDS)
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    """The product in one host."""
    if request.param == "remote":
        yield RemoteHost()
    elif request.param == "processes":
        yield LocalHost("processes", request.getfixturevalue("stack"))
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        folder: Path = request.getfixturevalue("tmp_path_factory").mktemp("cloud")
        url = copy_database(database_of(postgres.url, "postgres"), "gateway")
        cloud = Cloud(url, folder).start()
        yield LocalHost("lambda", cloud)
        cloud.stop()


@pytest.fixture
def shopkeeper(host: Host) -> Merchant:
    """A fresh merchant of that host."""
    return host.merchant()

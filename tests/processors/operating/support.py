"""The operator's recover, and a product that is set back to a backup."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from dev.redis import RedisServer
from tests.processors.conformance.conftest import SETTINGS
from tests.support.client import Merchant
from tests.support.fake_door import FakeDoor, urls_of
from tests.support.processors import Shop
from tests.support.stack import ROOT, Stack, temporary_folder

SINCE = "2020-01-01T00:00:00Z"


def gateway(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the operator's command."""
    command = [sys.executable, "-m", "gateway.cli", *arguments]
    return subprocess.run(command, env=stack.env, cwd=ROOT, capture_output=True, text=True)


def recover(stack: Stack, *options: str, since: str = SINCE) -> subprocess.CompletedProcess[str]:
    """Run `gateway processors recover`."""
    return gateway(stack, "processors", "recover", "--since", since, *options)


def lines(ran: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What it has told, line by line."""
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]


@contextmanager
def product(url: str, redis: RedisServer, fake: FakeDoor) -> Iterator[Stack]:
    """A product over this database and this fake; nothing is started."""
    with temporary_folder() as folder:
        stack = Stack(url, redis.url, folder, SETTINGS | urls_of(fake))
        try:
            yield stack
        finally:
            stack.stop()


def at(shop: Shop, stack: Stack) -> Shop:
    """The same merchant and account in another copy of the database."""
    merchant = Merchant(stack.base_url, shop.merchant.id, shop.merchant.key, shop.merchant.secret)
    return replace(shop, stack=stack, merchant=merchant)

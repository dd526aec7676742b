"""Where the product runs, as far as the suite needs to know."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from tests.support.client import Merchant
from tests.support.receiver import Receiver
from tests.support.stack import eventually


class Shop(Protocol):
    """A merchant's server. `url` is where webhooks go."""

    @property
    def url(self) -> str:
        """Its address, as the product sees it."""

    def bodies(self) -> list[dict[str, Any]]:
        """Headers (lower-case names) and body (text) of what came in, as `{"headers", "body"}`."""


class Host(Protocol):
    """The product somewhere. `kind` is `processes`, `lambda` or `containers`."""

    kind: str
    base_url: str

    def merchant(self) -> Merchant:
        """A fresh merchant."""

    def shop(self) -> Any:
        """A context with a `Shop`."""


@dataclass
class LocalShop:
    """A receiver in this process."""

    receiver: Receiver

    @property
    def url(self) -> str:
        return self.receiver.url

    def bodies(self) -> list[dict[str, Any]]:
        return [{"headers": one.headers, "body": one.body.decode()} for one in self.receiver.received]


@dataclass
class LocalHost:
    """Processes or functions on this machine."""

    kind: str
    product: Any

    @property
    def base_url(self) -> str:
        return str(self.product.base_url)

    def merchant(self) -> Merchant:
        made: Merchant = self.product.merchant()
        return made

    @contextmanager
    def shop(self) -> Iterator[LocalShop]:
        with Receiver() as receiver:
            yield LocalShop(receiver)


@dataclass
class RemoteShop:
    """The receiver in a container (`tests/deploy/containers/shop.py`); each test has a path of its own."""

    url: str
    control_url: str

    def bodies(self) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = httpx.get(self.control_url, timeout=10).json()
        return answer


class RemoteHost:
    """A product that somebody else started.

    `BLACKBOX_URL`: the API; `BLACKBOX_COMMAND`: how to run `gateway` there, for example
    `docker exec gateway_api gateway`; `BLACKBOX_SHOP`, `BLACKBOX_SHOP_CONTROL`: the receiver's address
    for the product and for us; `BLACKBOX_KIND`: the host's kind.
    """

    def __init__(self) -> None:
        self.kind = os.environ.get("BLACKBOX_KIND", "containers")
        self.base_url = os.environ["BLACKBOX_URL"]

    def merchant(self) -> Merchant:
        number = time.monotonic_ns()
        arguments = ["merchants", "create", f"Shop {number}", f"shop-{number}@example.com", "--mode", "test"]
        command = [*os.environ["BLACKBOX_COMMAND"].split(), *arguments]
        made = subprocess.run(command, check=True, capture_output=True, text=True)
        return Merchant.from_json(self.base_url, json.dumps(json.loads(made.stdout)))

    @contextmanager
    def shop(self) -> Iterator[RemoteShop]:
        path = f"/hook-{time.monotonic_ns()}"
        shop, control = os.environ["BLACKBOX_SHOP"], os.environ["BLACKBOX_SHOP_CONTROL"]
        yield RemoteShop(f"{shop}{path}", f"{control}/received{path}")


def received(shop: Shop, event: str, object_id: str, seconds: float = 30) -> dict[str, Any]:
    """The first delivery of this event about this object, once it came."""

    def find() -> dict[str, Any] | None:
        for one in shop.bodies():
            body = json.loads(one["body"])
            about = next(iter(body["data"].values()), {})
            if body["event"] == event and about.get("id") == object_id:
                return one
        return None

    return eventually(find, seconds, f"{event} for {object_id}")

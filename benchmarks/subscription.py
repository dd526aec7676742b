"""Subscribing the harness's receiver to events, by whichever way the gateway offers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from benchmarks.gateway_client import Gateway, GatewayRefused
from benchmarks.receiver.handle import Receiver

_Way = Callable[[Gateway, str, tuple[str, ...]], AbstractContextManager["Subscription"]]
_CONFIG = "/api/v1/webhooks/config"
_ENDPOINTS = "/api/v1/webhooks/endpoints"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the gateway will send us; `filtered` is False where it sends every event regardless."""

    events: tuple[str, ...]
    secret: str
    filtered: bool


@contextmanager
def subscribed(
    gateway: Gateway, receiver: Receiver, events: Sequence[str], command: str = ""
) -> Iterator[Subscription]:
    """The receiver subscribed to these events; what was configured before is put back at the end.

    With a `command` by that and not over the API: see `_by_command`.
    """
    url = f"http://{gateway.receiver_host}:{receiver.port}/webhook"
    with _way_of(gateway, command)(gateway, url, tuple(events)) as subscription:
        receiver.reset(subscription.secret)
        yield subscription


def _way_of(gateway: Gateway, command: str) -> _Way:
    if command:
        return _by_command(command)
    return _by_endpoint if _has_endpoints(gateway) else _by_config


def _has_endpoints(gateway: Gateway) -> bool:
    status, _ = gateway.request("GET", _ENDPOINTS)
    return status == 200


def _by_command(command: str) -> _Way:
    """A line for the shell that prints the secret which signs. Raises GatewayRefused where it fails.

    Among its variables are `WEBHOOK_URL` (empty: none any more), `BASE_URL`, `API_KEY` and `API_SECRET`.
    """

    def run(gateway: Gateway, url: str) -> str:
        told = {"WEBHOOK_URL": url, "BASE_URL": gateway.base_url}
        told |= {"API_KEY": gateway.key, "API_SECRET": gateway.secret}
        done = subprocess.run(
            command, shell=True, env=os.environ | told, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise GatewayRefused(f"{command} ended with {done.returncode}: {done.stderr[-500:]}")
        return done.stdout.strip()

    @contextmanager
    def way(gateway: Gateway, url: str, events: tuple[str, ...]) -> Iterator[Subscription]:
        try:
            yield Subscription(events, run(gateway, url), filtered=True)
        finally:
            run(gateway, "")

    return way


@contextmanager
def _by_endpoint(gateway: Gateway, url: str, events: tuple[str, ...]) -> Iterator[Subscription]:
    endpoint = gateway.expect("POST", _ENDPOINTS, {"url": url, "events": list(events)})
    try:
        secret = endpoint.get("secret")
        if not secret:
            secret = gateway.expect("GET", f"{_ENDPOINTS}/{endpoint['id']}/secret")["secret"]
        yield Subscription(events, secret, filtered=True)
    finally:
        gateway.request("DELETE", f"{_ENDPOINTS}/{endpoint['id']}")


@contextmanager
def _by_config(gateway: Gateway, url: str, events: tuple[str, ...]) -> Iterator[Subscription]:
    before = gateway.expect("GET", _CONFIG)
    status, _ = gateway.request("PUT", _CONFIG, {"webhook_url": url, "events": list(events)})
    filtered = 200 <= status < 300
    if not filtered:
        gateway.expect("PUT", _CONFIG, {"webhook_url": url})
    try:
        config = gateway.expect("GET", _CONFIG)
        # A gateway that ignores unknown fields answers 200 as well: only an echo proves the filter.
        filtered = filtered and sorted(config.get("events") or []) == sorted(events)
        yield Subscription(events, config["webhook_secret"], filtered)
    finally:
        was = {name: before.get(name) for name in ("webhook_url", "events") if name in before}
        gateway.request("PUT", _CONFIG, was)

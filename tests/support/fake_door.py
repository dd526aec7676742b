"""A fake processor as a test holds it: to act, to fail, to look into its books."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import httpx

from tests.processors.fakes.serve import build_fake
from tests.support.stack import ROOT, eventually


class FakeDoor:
    """The second door of a running fake: play everybody else, and read its books."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url = name, url

    @cached_property
    def _http(self) -> httpx.Client:
        return httpx.Client(base_url=f"{self.url}/_fake", timeout=60)  # books of thousands take their time

    def act(self, what: str, **arguments: Any) -> Any:
        """The shopper, the bank, the merchant at the processor's dashboard, or time."""
        return self._post("act", what=what, **arguments)

    def pay(self, payment_id: str, **how: Any) -> Any:
        """The shopper pays in the processor's form, once it is there."""
        eventually(lambda: self.book(payment_id)["objects"], what=f"{payment_id} at {self.name}")
        return self.act("pay", payment_id=payment_id, **how)

    def fail(self, kind: str, operation: str = "*", *, times: int = 1, seconds: float = 0.0) -> None:
        """Have the next calls of an operation go wrong (`tests.processors.fakes.faults.FaultKind`)."""
        self._post("faults", kind=kind, operation=operation, times=times, seconds=seconds)

    def meanwhile(self, operation: str, what: str, **arguments: Any) -> None:
        """An act that happens once the next call of an operation is done, before its answer arrives."""
        self._post("meanwhile", operation=operation, what=what, **arguments)

    def mend(self) -> None:
        """No fault waits any more, and answers come at once."""
        self._post("clear")
        self.delay(0)

    def forget(self) -> None:
        """Empty the log of calls and events; objects and books stay."""
        self._post("forget")

    def delay(self, seconds: float) -> None:
        """How long every answer takes."""
        self._post("delay", seconds=seconds)

    def books(self) -> dict[str, Any]:
        """What was really held, taken and paid back, by our payment id, in our minor units."""
        found: dict[str, Any] = self._http.get("/books").raise_for_status().json()
        return found

    def book(self, payment_id: str) -> dict[str, Any]:
        """Of one payment; nothing was made there: all zeroes."""
        nothing = dict.fromkeys(("held", "captured", "refunded", "charges", "objects"), 0)
        books = self._http.get("/books", params={"payment_id": payment_id}).raise_for_status().json()
        found: dict[str, Any] = books.get(payment_id, nothing)
        return found

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Every call that arrived, in order; of one operation, if it is named."""
        found: list[dict[str, Any]] = self._http.get("/requests").raise_for_status().json()
        return [one for one in found if operation in (None, one["operation"])]

    def about(self, payment_id: str, operation: str | None = None) -> list[dict[str, Any]]:
        """The calls that name this payment of ours, or what was made for it, oldest first."""
        calls = self.requests()
        names = {payment_id, *self.names_of(payment_id, calls)}
        of = [one for one in calls if operation in (None, one["operation"])]
        return [one for one in of if any(name in one["path"] + one["body"] + str(one["query"]) for name in names)]

    def names_of(
        self,
        payment_id: str,
        calls: list[dict[str, Any]] | None = None,
        events: list[dict[str, Any]] | None = None,
    ) -> Iterator[str]:
        """The processor's ids of objects that its answers and events name beside our payment id."""
        calls = self.requests() if calls is None else calls
        events = self.events() if events is None else events
        answers = [json.loads(one["answer"]) for one in calls if payment_id in (one["answer"] or "")]
        for entity in _entities([answers, [one for one in events if payment_id in json.dumps(one)]]):
            if isinstance(entity.get("id"), str) and payment_id in json.dumps(entity):
                yield entity["id"]

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """What the processor would tell by webhook, in the order in which it happened, but the first `after`."""
        answer = self._http.get("/events", params={"after": after})
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    def signed(self, event: dict[str, Any], secret: str, at: int) -> tuple[dict[str, str], bytes]:
        """An event as it is sent: headers and body."""
        made = self._post("signed", event=event, secret=secret, at=at)
        return made["headers"], made["body"].encode()

    def _post(self, path: str, **fields: Any) -> Any:
        try:
            return self._http.post(f"/{path}", json=fields).raise_for_status().json()
        except httpx.RemoteProtocolError as error:  # the fake has raised, and dropped the connection
            raise LookupError(f"{self.name} cannot {path} {fields}") from error


def _entities(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside this JSON."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _entities(inner)


@contextmanager
def fake_beside(name: str) -> Iterator[FakeDoor]:
    """The fake of this processor, in a thread of this process."""
    loop, fake = asyncio.new_event_loop(), build_fake(name)
    loop.set_exception_handler(
        lambda *_: None
    )  # what an act raises is the test's to see, by the dropped connection
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port = asyncio.run_coroutine_threadsafe(fake.start(), loop).result(10)
    try:
        yield FakeDoor(name, f"http://127.0.0.1:{port}")
    finally:
        asyncio.run_coroutine_threadsafe(fake.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@contextmanager
def fake_process(name: str, port: int = 0) -> Iterator[FakeDoor]:
    """The same as a process of its own."""
    command = [sys.executable, "-m", "tests.processors.fakes.serve", name, "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield FakeDoor(name, f"http://127.0.0.1:{process.stdout.readline().split()[-1]}")
        finally:
            process.kill()


def urls_of(*fakes: FakeDoor) -> dict[str, str]:
    """The settings that lead the product to these fakes, and nowhere else."""
    urls = {f"GATEWAY_{fake.name.upper()}_URL": fake.url for fake in fakes}
    return urls | {"GATEWAY_PROCESSOR_URLS_LIVE": "true"}

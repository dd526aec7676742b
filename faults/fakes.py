"""Fake processors behind proxies that can break: what a product of an act is led to instead of real ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from faults.proxy import Proxies, proxies
from tests.support.fake_door import FakeDoor, fake_process


@dataclass
class Fakes:
    """Fakes by their names, each behind a proxy. Whoever plays a shopper or reads books goes past the proxies."""

    doors: dict[str, FakeDoor]
    between: Proxies

    @property
    def urls(self) -> dict[str, str]:
        """The settings that lead the product to the proxies."""
        ports = self.between.ports
        urls = {f"GATEWAY_{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in ports.items()}
        return urls | {"GATEWAY_PROCESSOR_URLS_LIVE": "true"}


@contextmanager
def two_fakes() -> Iterator[Fakes]:
    """A fake Stripe and a fake Razorpay, as processes."""
    with fake_process("stripe") as stripe, fake_process("razorpay") as razorpay:
        doors = {"stripe": stripe, "razorpay": razorpay}
        ports = {name: int(door.url.rpartition(":")[2]) for name, door in doors.items()}
        with proxies(ports) as between:
            yield Fakes(doors, between)

"""Many payments at once over one processor, each with an account of its own: a breaker is an account's."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from tests.support.client import at_once
from tests.support.fake_door import FakeDoor
from tests.support.processors import LOOK_SECONDS, Shop, open_shop
from tests.support.stack import Stack, eventually

T = TypeVar("T")
Json = dict[str, Any]

FAULTS: Final = (
    "lose_request", "lose_answer", "error_before", "error_after", "html", "conflict", "too_many", "slow", "silent",
    "cut", "empty", "unknown_field", "unknown_value",
)  # fmt: skip
"""After each of these nothing is known, or all is well: never refused, never done twice."""

SLOW_SECONDS: Final = {"slow": 0.3, "silent": 1.2}
"""`silent` is longer than the product waits."""


@dataclass(frozen=True)
class Crowd:
    """So many shops, each with one payment. Lists are in the order of the shops."""

    shops: list[Shop]

    def each(self, act: Callable[[Shop], T]) -> list[T]:
        """`act(shop)` of all, at once."""
        return at_once(len(self.shops), lambda number: act(self.shops[number]))

    def post(self, payments: list[Json], verb: str, **body: Any) -> None:
        """`POST /payments/{id}/{verb}` of each."""
        for shop, payment in zip(self.shops, payments, strict=True):
            answer = shop.merchant.api.post(f"/payments/{payment['id']}/{verb}", json=body)
            assert answer.status_code in (200, 201), answer.text

    def become(
        self, payments: list[Json], is_it: Callable[[Json], bool], what: str, *, of: str = "payments"
    ) -> list[Json]:
        """All of them, once it is so of all; those that are not are looked at now and then (`of` what)."""
        left, looked = dict(zip([one["id"] for one in payments], self.shops, strict=True)), 0.0
        found: dict[str, Json] = {}

        def all_are() -> bool:
            nonlocal looked
            for payment_id, shop in list(left.items()):
                found[payment_id] = shop.merchant.payment(payment_id)
                if is_it(found[payment_id]):
                    del left[payment_id]
            if left and time.monotonic() - looked > LOOK_SECONDS:
                looked = time.monotonic()
                for payment_id, shop in left.items():
                    shop.look(payment_id) if of == "payments" else shop.look_refunds(payment_id)
            return not left

        eventually(all_are, 30, f"all {what}")
        return [found[one["id"]] for one in payments]


@contextmanager
def crowd(stack: Stack, fake: FakeDoor, count: int = len(FAULTS)) -> Iterator[Crowd]:
    """So many shops."""
    many = Crowd(at_once(count, lambda _: open_shop(stack, fake)))
    try:
        yield many
    finally:
        for shop in many.shops:
            shop.put_aside()


def break_all(fake: FakeDoor, operation: str, faults: tuple[str, ...] = FAULTS) -> None:
    """The next calls of an operation have these faults, one each, whoever makes them."""
    for kind in faults:
        fake.fail(kind, operation, seconds=SLOW_SECONDS.get(kind, 0.0))


def repeats(fake: FakeDoor, operation: str, payment_id: str) -> list[tuple[str, str, str]]:
    """Path, idempotency key and body of each call that changes something for a payment."""
    return [
        (one["path"], _key_of(one["headers"]), one["body"])
        for one in fake.about(payment_id, operation)
        if one["method"] == "POST"
    ]


def _key_of(headers: dict[str, Any]) -> str:
    names = ("idempotency-key", "x-refund-idempotency", "x-idempotency-key")
    return next((str(headers[name]) for name in names if name in headers), "None")

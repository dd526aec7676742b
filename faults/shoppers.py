"""Shops whose payments real processors take (fakes of them), and what their shoppers and merchants do.

Each payment has a course (`COURSES`, by its number) and with it an end, in our books and in the processors'.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.fake_door import FakeDoor
from tests.support.processors import Shop
from tests.support.stack import Stack

COURSES: Final = (
    "leaves", "pays", "declined first", "refunded", "pays", "cancelled", "refunded", "captured", "pays", "pays",
)  # fmt: skip
"""In turn. `leaves`: nobody pays it, and its time is over. `declined first`: a second try is paid. `cancelled`: by
the merchant, while its shopper looks at the form. `captured`: held, and taken by the merchant."""

_ENDS: Final = {"leaves": "failed", "cancelled": "cancelled"}
_REFUND: Final = 10_000
_LATE_SECONDS: Final = (7.0, 20.0, 90.0, 400.0)
"""How old a payment is when a shopper comes who comes late: between two looks."""
_LEFT_SECONDS: Final = 2_000
"""How much older a payment becomes whose shopper has left: more than `GATEWAY_PAYMENT_SECONDS`."""


@dataclass
class Visit:
    """One payment. `done`: what its shopper and its merchant have done so far; `refused`: at the form."""

    number: int
    shop: Shop
    course: str
    payment: str = ""
    done: list[str] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)

    @property
    def amount(self) -> int:
        """Minor units."""
        return 50_000 + self.number

    @property
    def comes_after(self) -> float:
        """How old the payment is when its shopper comes, in seconds."""
        return _LATE_SECONDS[self.number % len(_LATE_SECONDS)] if self.course == "comes late" else 0.0

    @property
    def end(self) -> tuple[str, int, int]:
        """Status; in the books what was taken, and paid back of it."""
        if self.course in _ENDS:
            return _ENDS[self.course], 0, 0
        return "success", self.amount, _REFUND if self.course == "refunded" else 0


class Market:
    """So many payments at some shops, one after the other, in so many seconds. `doors`: the forms, by account.

    Runs in two threads: `start`, then `stop` once it `is_over`.
    """

    def __init__(
        self,
        shops: Sequence[Shop],
        doors: Mapping[str, FakeDoor],
        count: int,
        seconds: float,
        courses: Sequence[str] = COURSES,
    ) -> None:
        self.visits = [
            Visit(number, shops[number % len(shops)], courses[number // len(shops) % len(courses)])
            for number in range(count)
        ]
        self.stack: Stack = shops[0].stack
        self.merchants = sorted({shop.merchant.id for shop in shops})
        self.doors = doors
        self._seconds = seconds
        self._ended = threading.Event()
        self._failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._guarded, args=(of,)) for of in (self._sell, self._serve)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def sold(self) -> int:
        """How many payments were accepted."""
        return sum(bool(visit.payment) for visit in self.visits)

    def is_over(self) -> bool:
        """Whether everybody has done what he came for. Raises what went wrong in it."""
        self.raise_failure()
        return all(visit.payment and _is_over(visit) for visit in self.visits)

    def raise_failure(self) -> None:
        """Raises what went wrong so far."""
        if self._failures:
            raise self._failures[0]

    def late(self) -> dict[str, float]:
        """Payments whose shopper has not come yet, and how old they are when he does."""
        waiting = [visit for visit in self.visits if visit.payment and not visit.done]
        return {visit.payment: visit.comes_after for visit in waiting}

    def stop(self) -> None:
        """Nobody does anything any more."""
        self._ended.set()
        for thread in self._threads:
            thread.join(30)

    def _guarded(self, act: Any) -> None:
        try:
            act()
        except BaseException as error:
            self._failures.append(error)

    def _sell(self) -> None:
        started = time.monotonic()
        for visit in self.visits:
            wait = started + self._seconds * visit.number / len(self.visits) - time.monotonic()
            if self._ended.wait(max(wait, 0)):
                return
            capture = "manual" if visit.course == "captured" else "automatic"
            order = visit.shop.order(visit.amount, capture=capture)
            visit.payment = visit.shop.pay_order(order)["id"]

    def _serve(self) -> None:
        """Shoppers and merchants, as soon as they can do what is next."""
        while not self._ended.wait(0.1):
            waiting = {visit.payment: visit for visit in self.visits if visit.payment and not _is_over(visit)}
            rows = self.stack.sql(
                "SELECT id, status, account_id, extract(epoch FROM now() - created_at) FROM payments "
                "WHERE id = ANY (%s)",
                (list(waiting),),
            )
            for payment, status, account, age in rows:
                if waiting[payment].comes_after <= age:
                    self._step(waiting[payment], str(status), str(account))

    def _step(self, visit: Visit, status: str, account: str) -> None:
        """What comes next in its course, if its time has come."""
        if status == "requires_action" and _LAST[visit.course][0] not in visit.done:
            self._at_the_form(visit, self.doors[account])
        if status == "success" and visit.course in ("refunded", "captured"):
            path, body = ("refunds", {"amount": _REFUND}) if visit.course == "refunded" else ("capture", {})
            self._post(visit, path, body)
            visit.done.append(path)

    def _at_the_form(self, visit: Visit, door: FakeDoor) -> None:
        if visit.course == "leaves":
            visit.shop.grow_old(visit.payment, _LEFT_SECONDS)
            visit.done.append("leave")
        elif visit.course == "cancelled":
            self._post(visit, "cancel", {})
            visit.done.append("cancel")
        else:
            what = "decline" if visit.course == "declined first" and not visit.done else "pay"
            answer = door.act(what, payment_id=visit.payment)
            if isinstance(answer, dict) and "refused" in answer:
                visit.refused.append(answer)
            visit.done.append(what)

    def _post(self, visit: Visit, path: str, body: dict[str, Any]) -> None:
        answer = visit.shop.merchant.api.post(f"/payments/{visit.payment}/{path}", json=body)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"


_LAST: Final = {
    "leaves": ("leave",), "cancelled": ("cancel",), "refunded": ("pay", "refunds"), "captured": ("pay", "capture"),
    "pays": ("pay",), "declined first": ("pay",), "comes late": ("pay",),
}  # fmt: skip
"""What has been done when nobody has to do anything any more, but for the product; at the form first."""


def _is_over(visit: Visit) -> bool:
    return all(what in visit.done for what in _LAST[visit.course])

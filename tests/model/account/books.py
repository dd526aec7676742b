"""What the fake's books say of a payment, and what must never be true of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.model.account.payment import AccountPayment
from tests.processors.fakes.base import Fake

_STATUS = {
    "succeeded": "processed", "processed": "processed", "pending": "pending", "requires_action": "pending",
    "failed": "failed", "canceled": "failed",
}  # fmt: skip


@dataclass(frozen=True)
class Back:
    """A refund there. `own_id`: ours, which it carries; None: somebody made it in the dashboard."""

    id: str
    own_id: str | None
    amount: int
    status: str


@dataclass(frozen=True)
class Book:
    """What was really held, taken and paid back; amounts in minor units."""

    held: int = 0
    captured: int = 0
    refunded: int = 0
    charges: int = 0
    objects: int = 0
    refunds: tuple[Back, ...] = ()

    def paid_back(self, status: str) -> int:
        """The sum of its refunds in this state."""
        return sum(one.amount for one in self.refunds if one.status == status)


def read_book(fake: Fake, payment_id: str, books: dict[str, Any]) -> Book:
    """Of one payment of ours."""
    if payment_id not in books:
        return Book()
    try:
        found = fake.act("refunds", payment_id=payment_id)
    except LookupError:
        found = []
    refunds = tuple(
        Back(
            one["id"],
            one.get("receipt") or (one.get("metadata") or {}).get("refund_id"),
            one["amount"],
            _STATUS[one["status"]],
        )
        for one in found
    )
    book = {name: value for name, value in books[payment_id].items() if name != "currency"}
    return Book(**book, refunds=refunds)


def wrong_at_any_time(one: AccountPayment, book: Book) -> Iterator[str]:
    """What must not be seen after any step, whatever was killed, lost or late."""
    if book.charges > 1:
        yield f"charged {book.charges} times"
    if one.taken and book.captured != one.taken:
        yield f"{one.taken} is taken here, {book.captured} there"
    if one.status == "success" and not book.charges:
        yield "a success that nobody has paid"
    if one.status == "cancelled" and one.was_authorized and one.can.void == "yes" and book.held:
        yield "released, and held there"
    if sum(money.amount for money in one.unexpected) > book.captured:
        yield "more came unexpectedly than came"
    yield from _wrong_refunds(one, book)


def _wrong_refunds(one: AccountPayment, book: Book) -> Iterator[str]:
    amounts = {refund.id: refund.amount for refund in (*one.refunds, *one.unexpected)}
    for back in book.refunds:
        if back.own_id is None and back.id not in one.refunded_there:
            yield f"nobody has made {back}"
        if back.own_id is not None and back.amount != amounts.get(back.own_id):
            yield f"{back} is of {amounts.get(back.own_id)}"
    paid_back = Counter(back.own_id for back in book.refunds if back.own_id and back.status != "failed")
    yield from (f"{own_id} was paid back {times} times" for own_id, times in paid_back.items() if times > 1)
    for refund in one.refunds:
        if refund.status == "failed" and refund.id in paid_back:
            yield f"{refund.id} has failed here, and not there"


def wrong_at_the_end(one: AccountPayment, book: Book) -> Iterator[str]:
    """What must not be seen once everybody has ended and the processor has told all: ours is theirs."""
    if one.review:
        if not one.is_for_a_person:
            yield f"nothing is for a person: {one.review_reason}"
        return
    if one.work not in (None, "check"):
        yield f"work is left: {one.work}"
    if one.status in ("pending", "requires_action"):
        yield f"it is {one.status}"
    if "pending" in (one.capture_status, one.void_status) or one.refunded("pending"):
        yield "something is pending"
    unexpected = sum(money.amount for money in one.unexpected)
    if book.captured != one.taken + unexpected:
        yield f"{book.captured} was taken, {one.taken} is known, {unexpected} unexpected"
    if any(money.status == "review" for money in one.unexpected):
        return  # its refund was refused, taken back, or made in part by somebody: a person pays back the rest
    back = sum(money.amount for money in one.unexpected if money.is_back and not money.is_taken_back)
    if book.paid_back("processed") != one.refunded("processed") + back:
        yield f"{book.refunds} there; here {one.refunded('processed')} and {back} unexpected"
    is_released = one.is_cancelled_there or (one.can.void == "expires" and one.status in ("failed", "cancelled"))
    if book.held != one.held and not is_released:
        yield f"{book.held} is held there, {one.held} here"

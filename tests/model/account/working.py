"""What the worker does over an account, and how it dies; what comes of it is followed."""

from collections import defaultdict
from typing import LiteralString

from hypothesis import strategies as st
from hypothesis.stateful import rule

from gateway.payments.work_model import ClaimedPayment
from gateway.processors.trouble import Trouble
from tests.model.account.books import Book, read_book, wrong_at_any_time
from tests.model.account.payment import (
    FORM,
    AccountPayment,
    RefundRow,
    Row,
    Unexpected,
    expected_there,
)
from tests.model.account.world import Died, OverAccount
from tests.model.audit import EVENTS, Facts
from tests.model.life import Held, Life
from tests.model.model import Order, Payment, Refund
from tests.model.ways import Way

PAYMENTS: LiteralString = """
SELECT id, status, amount_captured, work, review_reason, capture_status, void_status
FROM payments WHERE merchant_id = %s
"""
REFUNDS: LiteralString = """
SELECT id, payment_id, amount, status, review_reason, reserved, origin, taken_back_at IS NOT NULL
FROM refunds WHERE merchant_id = %s ORDER BY created_at, id
"""
UNEXPECTED: LiteralString = """
SELECT id, payment_id, amount, status, returned_at IS NOT NULL, taken_back_at IS NOT NULL
FROM unexpected_money WHERE merchant_id = %s ORDER BY created_at, id
"""

POINTS = ("processor.sending", "processor.asked", "checks.claimed", "checks.answered")
"""Where a worker dies between a claim and its end."""


class WorkingThere(Life):
    """Claim, ask the processor, write down: with a crash or a pause between any two."""

    world: OverAccount
    payments: list[AccountPayment]  # type: ignore[assignment]
    ways = (FORM,)

    def _payment(self, payment_id: str, order: Order, way: Way) -> Payment:
        return AccountPayment(payment_id, order, way, can=self.world.can)

    # --- the worker

    def _time_passes(self) -> None:
        self.world.make_all_due()
        self.world.breakers_close()

    @rule(limit=st.integers(1, 6), asks=st.booleans(), later=st.booleans())
    def worker_claims(self, limit: int, asks: bool, later: bool) -> None:
        """Claims payments and refunds, and with `asks` calls the processor; that is written down later."""
        if later:
            self._time_passes()
        self._claim(limit, asks)

    def _claim(self, limit: int, asks: bool) -> int:
        claimed = [*self.world.claim("payments", limit), *self.world.claim("refunds", limit)]
        for item in claimed:
            about = self._of(item.payment.id if isinstance(item, ClaimedPayment) else item.refund.id)
            assert not about.is_leased, "claimed by two at once"
            about.token, about.is_leased = item, True
            self.held.append(Held(item, about))
        self._follow()
        for held in self.held[len(self.held) - len(claimed) :] if asks else ():
            self._ask(held)
        return len(claimed)

    def _of(self, object_id: str) -> Payment | Refund:
        return next(one for one in [*self.payments, *self._refunds()] if one.id == object_id)

    def _ask(self, held: Held) -> None:
        """No answer is one that something has spoiled: a door in order is understood."""
        if held.answer is not None or held.work == "check":
            return
        seen, faults = len(self.world.fake.requests), self._faults()
        held.answer = self.world.ask(held.item)
        if isinstance(held.answer.said, Trouble):
            calls = self.world.fake.requests[seen:]
            spoiled = any(one["status"] is None or one["status"] >= 429 for one in calls)
            assert spoiled or self._faults() != faults or not calls, f"{held.answer.said}: {held}"

    def _faults(self) -> int:
        return sum(one.times for one in self.world.fake.faults)

    @rule(later=st.booleans())
    def worker_works(self, later: bool) -> None:
        """All that is due, and nobody crashes."""
        if later:
            self._time_passes()
        self._work()

    def _work(self) -> bool:
        """Whether there was anything to do."""
        done = False
        while self._claim(100, asks=True):
            self._finish(self.held)
            self.held, done = [], True
        return done

    @rule(count=st.integers(1, 6))
    def worker_finishes(self, count: int) -> None:
        """Writes down answers, oldest first: also those of claims that have long been lost."""
        if not self.held:
            self._claim(count, asks=True)
        self._finish(self.held[:count])
        self.held = self.held[count:]

    def _finish(self, several: list[Held]) -> None:
        mine, answers = set(), []
        for held in several:
            self._ask(held)  # also one that has lost its lease before it called: its key is the same
            if held.work == "check":
                assert isinstance(held.item, ClaimedPayment)
                self.world.check(held.item)
            else:
                answers.append((held.item, held.answer))
                mine |= {held.about.id} if held.is_live else set()
            if held.is_live:
                held.about.token, held.about.is_leased = None, False
        assert self.world.finish(answers) == mine
        self._follow()

    @rule(asks=st.booleans())
    def worker_is_killed(self, asks: bool) -> None:
        """Between claim and call, or between the processor's answer and the commit."""
        if not self.held:
            self._claim(6, asks)
        self.held = []
        self._end_leases()

    @rule(point=st.sampled_from(POINTS))
    def worker_dies(self, point: str) -> None:
        """In the midst of a call: before it is sent, or once the processor has done it."""
        self._time_passes()
        self._claim(3, asks=False)
        try:
            with self.world.dying(point):
                for held in self.held:
                    if held.work == "check":
                        assert isinstance(held.item, ClaimedPayment)
                        self.world.check(held.item)
                        if held.is_live:
                            held.about.token, held.about.is_leased = None, False
                    else:
                        self._ask(held)
        except Died:
            self.held = []
            self._end_leases()
        else:
            self._finish([held for held in self.held if held.work != "check"])
            self.held = []
        self._follow()

    @rule(asks=st.booleans())
    def worker_freezes(self, asks: bool) -> None:
        """Its leases end, others take over, and then it comes back and writes down what it had."""
        if not self.held:
            self._claim(6, asks)
        self._end_leases()

    def _end_leases(self) -> None:
        self.world.end_leases()
        for one in [*self.payments, *self._refunds()]:
            one.is_leased = False

    # --- what came of it

    def _follow(self) -> None:
        """The worker has had its turn: what it made of it is let pass, if something justifies it."""
        rows = self.world.sql.execute
        told = {row[0]: row[1] for row in rows(EVENTS, (self.merchant_id,)).fetchall()}
        by_id = {one.id: one for one in self.payments}
        for values in rows(PAYMENTS, (self.merchant_id,)).fetchall():
            by_id[values[0]].follow(Row(*values), told[values[0]])
        for values in rows(REFUNDS, (self.merchant_id,)).fetchall():
            by_id[values[1]].follow_refund(RefundRow(*values))
        found: dict[str, list[Unexpected]] = defaultdict(list)
        for values in rows(UNEXPECTED, (self.merchant_id,)).fetchall():
            found[values[1]].append(Unexpected(*values))
        for one in self.payments:
            one.unexpected = found[one.id]

    def _expected(self) -> Facts:
        return expected_there(self.orders, self.payments)

    def _books(self) -> dict[str, Book]:
        """Of every payment of ours; there must be no other."""
        books = self.world.fake.books()
        assert books.keys() <= {one.id for one in self.payments}, "something of nobody's stands there"
        return {one.id: read_book(self.world.fake, one.id, books) for one in self.payments}

    def _book(self, payment: AccountPayment) -> Book:
        return read_book(self.world.fake, payment.id, self.world.fake.books())

    def _agree(self) -> None:
        super()._agree()
        books = self._books()
        wrong = [f"{one.id}: {text}" for one in self.payments for text in wrong_at_any_time(one, books[one.id])]
        assert not wrong, "\n".join(wrong)

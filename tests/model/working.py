"""What the worker does, and how it dies."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from gateway.payments.work_model import ClaimedPayment
from gateway.processors.protocol import ActionRequired, Approved, Declined, Pending
from gateway.processors.trouble import Trouble
from tests.model.life import Held, Life
from tests.model.model import MOST_ATTEMPTS, Payment, Refund
from tests.model.ways import BankSays

ANSWERS: dict[BankSays, type[Any]] = {
    "approved": Approved, "declined": Declined, "pending": Pending, "action": ActionRequired, "silent": Trouble,
}  # fmt: skip


class Working(Life):
    """Claim, ask the bank, write down: with a crash or a pause between any two."""

    @rule(limit=st.integers(1, 6), asks=st.booleans())
    def worker_claims(self, limit: int, asks: bool) -> None:
        """Claims payments and refunds, and with `asks` calls the bank; what comes of it is written down later."""
        self._claim(limit, asks)

    def _claim(self, limit: int, asks: bool) -> int:
        claimed = [*self.world.claim("payments", limit), *self.world.claim("refunds", limit)]
        for item in claimed:
            about = self._of(item.payment.id if isinstance(item, ClaimedPayment) else item.refund.id)
            held = Held(item, about)
            assert not about.is_leased, "claimed by two at once"
            if isinstance(about, Payment):
                assert about.work == held.work
            else:
                assert about.is_open
                assert about.payment.work is None, "a refund waits for its capture"
                about.is_claimed()
            about.token, about.is_leased = item, True
            about.attempts += 1
            assert item.attempts == about.attempts
            self.held.append(held)
            if asks:
                self._ask(held)
        return len(claimed)

    def _of(self, object_id: str) -> Payment | Refund:
        return next(one for one in [*self.payments, *self._refunds()] if one.id == object_id)

    def _ask(self, held: Held) -> None:
        held.answer = self.world.ask(held.item)
        number = held.item.number if isinstance(held.item, ClaimedPayment) else 1
        held.says = (
            "silent"
            if held.item.attempts > MOST_ATTEMPTS
            else held.about.ask(held.work, held.item.sent_before, number)
        )
        assert isinstance(held.answer.said, ANSWERS[held.says]), f"the bank should be {held.says}: {held}"

    @rule()
    def worker_works(self) -> None:
        """All that is due, and nobody crashes."""
        while self._claim(100, asks=True):
            self._finish(self.held)
            self.held = []

    @rule(count=st.integers(1, 6))
    def worker_finishes(self, count: int) -> None:
        """Writes down answers, oldest first: also those of claims that have long been lost."""
        if not self.held:
            self._claim(count, asks=True)
        self._finish(self.held[:count])
        self.held = self.held[count:]

    def _finish(self, several: list[Held]) -> None:
        mine = set()
        for held in several:
            if held.says is None:  # also one that has lost its lease before it called: its key is the same
                self._ask(held)
            assert held.says is not None
            if held.is_live:
                mine.add(held.about.id)
                held.about.conclude(held.says)
        assert self.world.finish([(held.item, held.answer) for held in several]) == mine

    @rule(asks=st.booleans())
    def worker_is_killed(self, asks: bool) -> None:
        """Between claim and call, or between the bank's answer and the commit."""
        if not self.held:
            self._claim(6, asks)
        self.held = []
        self._end_leases()

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

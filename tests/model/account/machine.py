"""The rules of a life over an account: what everybody may do, in any order, and how it all ends."""

import random
import sys

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.account.acting import ActingThere
from tests.model.account.books import wrong_at_the_end
from tests.model.account.payment import FORM
from tests.model.racing import Racing

ROUNDS = 60


class AccountMachine(Racing, ActingThere):
    """All of it, and time."""

    @rule(
        amount=st.sampled_from([1000, 10_000]),
        capture=st.sampled_from(["automatic", "manual"]),
        until=st.sampled_from(["waits", "paid", "looked at", "looked at", "asked", "asked"]),
    )
    def order_and_pay_and_work(self, amount: int, capture: str, until: str) -> None:
        """The usual day, or a part of it, so that there is something to capture, cancel and refund."""
        self.order_and_pay(amount, "INR", capture, FORM)
        self._look()
        if until != "waits":
            self._pay_there(self.payments[-1])
        if until in ("looked at", "asked"):
            self._look()
        if until == "asked":
            self.refund(0, 500, dies=False) if capture == "automatic" else self.capture(0, None, dies=False)

    @rule()
    def time_to_capture_is_over(self) -> None:
        held = [
            one
            for one in self.payments
            if one.status == "success" and not one.captured and one.void_status is None
        ]
        if held:
            payment = held[-1]
            self.world.expire(payment.id)
            self._post(f"/payments/{payment.id}/capture", {}, 400)
            self.world.sweep()
            assert payment.cancel() == 200
            self._follow()

    @rule(seed=st.integers(0, 1000), times=st.sampled_from([1, 3]))
    def everything_settles(self, seed: int, times: int) -> None:
        """Nobody crashes, the door is in order, shoppers who have not paid leave: all ends without any notice.

        Then the processor tells what it has not told, and its books and ours are the same.
        """
        self.world.fake.mend()
        self._finish(self.held)
        self.held = []
        self._end_leases()
        books = self._books()
        for payment in self.payments:
            if not books[payment.id].charges:
                payment.is_paid = False
                self._leave(payment)
        self._work_to_the_end()
        self.world.tell(random.Random(seed), times, everything=True)
        self._follow()
        self._work_to_the_end()
        books = self._books()
        wrong = [
            f"{one.id}: {text}: {one}" for one in self.payments for text in wrong_at_the_end(one, books[one.id])
        ]
        assert not wrong, "\n".join(wrong)
        if not self.world.can.late_success_seconds:  # where an object can be closed, nobody can pay it any more
            for one in self.payments:
                if one.status in ("failed", "cancelled") and self._is_shown(one):
                    assert self.world.act("pay", payment_id=one.id) is None, f"{one.id} can still be paid"

    def _work_to_the_end(self) -> None:
        for _ in range(ROUNDS):
            for book in self._books().values():
                for refund in book.refunds:
                    if refund.status == "pending":
                        self.world.act("settle_refund", refund=refund.id)
            for payment in self.payments:
                if payment.is_begun and not payment.is_paid:
                    self.world.act("decline", payment_id=payment.id)
                    payment.is_begun = False
            before = self._expected()
            self._look()
            if self._expected() == before and all(one.work in (None, "check") for one in self.payments):
                return
        left = [one for one in self.payments if one.work not in (None, "check") or one.refunded("pending")]
        raise AssertionError(f"there is always work left: {left}")

    def teardown(self) -> None:
        if sys.exc_info()[0] is not None:
            return  # a step has failed: that is what is to be told
        self.everything_settles(0, 1)
        self._agree()

"""What everybody else does at the processor: the shopper, the merchant in its dashboard, its door, its notices."""

import random

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.account.payment import AccountPayment
from tests.model.account.working import WorkingThere
from tests.model.life import RECENT

FAULTS = ("lose_request", "lose_answer", "error_before", "error_after", "html", "conflict", "too_many", "cut")
CALLS = ("prepare", "look_up", "capture", "void", "close", "refund")
HAPPENS = ("pay", "pay", "pay", "decline", "decline and pay", "later")


class ActingThere(WorkingThere):
    """None of it is told to us, but by a notice."""

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, what=st.sampled_from(HAPPENS))
    def shopper_acts(self, which: int, what: str) -> None:
        """Pays, is refused, tries again, or waits for his bank. Nobody pays twice."""
        payment = self._there(which)
        if payment.is_paid:
            return
        if what.startswith("decline"):
            self.world.act("decline", payment_id=payment.id)
        if what.endswith("pay"):
            payment.is_paid = self.world.act("pay", payment_id=payment.id) is not None
        if what == "later":
            payment.is_begun = self.world.act("process_later", payment_id=payment.id) is not None

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, call=st.sampled_from(["look_up", "close"]))
    def shopper_is_faster(self, which: int, call: str) -> None:
        """He pays while we ask: our question is answered with what was true before."""
        payment = self._there(which)
        if not payment.is_paid and self._is_there(payment):
            self.world.fake.meanwhile(call, "pay", payment_id=payment.id)
            payment.is_paid = True

    @precondition(lambda self: self.payments)
    @rule(which=RECENT)
    def shopper_leaves(self, which: int) -> None:
        payment = self._pick_there(which)
        payment.is_late = True
        self.world.shopper_leaves(payment.id)

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, part=st.sampled_from([None, 300]))
    def captured_in_the_dashboard(self, which: int, part: int | None) -> None:
        payment = self._pick_there(which)
        given = {"amount": part} if part and self.world.can.partial_capture else {}
        if self.world.act("capture_in_dashboard", payment_id=payment.id, **given) is not None:
            payment.captured_there = given.get("amount", payment.amount)

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, amount=st.sampled_from([100, 200, 1000]))
    def refunded_in_the_dashboard(self, which: int, amount: int) -> None:
        payment = self._pick_there(which)
        made = self.world.act("refund_in_dashboard", payment_id=payment.id, amount=amount)
        if made is not None:
            payment.refunded_there.append(made["id"])

    @precondition(lambda self: self.payments)
    @rule(which=RECENT)
    def cancelled_in_the_dashboard(self, which: int) -> None:
        """Where that can be done."""
        payment = self._pick_there(which)
        if self.world.can.void == "yes":
            done = self.world.act("cancel_in_dashboard", payment_id=payment.id)
            payment.is_cancelled_there = payment.is_cancelled_there or done is not None

    @rule(status=st.sampled_from(["succeeded", "pending", "pending", "failed"]))
    def refunds_are_at_first(self, status: str) -> None:
        self.world.act("refunds_become", status=status)

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, refund=st.integers(0, 3), comes_back=st.booleans())
    def refund_ends_there(self, which: int, refund: int, comes_back: bool) -> None:
        """It reaches the shopper, or comes back: also after it had reached him."""
        payment = self._pick_there(which)
        ends = ("pending", "processed") if comes_back else ("pending",)
        open_ones = [one for one in self._book(payment).refunds if one.status in ends]
        if open_ones:
            ended = open_ones[-1 - refund % len(open_ones)]
            self.world.act("fail_refund" if comes_back else "settle_refund", refund=ended.id)
            if comes_back:
                payment.ended_there.add(ended.id)

    @rule(kind=st.sampled_from(FAULTS), call=st.sampled_from(CALLS), times=st.integers(1, 2), now=st.booleans())
    def door_fails(self, kind: str, call: str, times: int, now: bool) -> None:
        """The next calls of this kind go wrong; with `now`, what is to be looked at is looked at now."""
        self.world.fake.fail(kind, call, times=times)  # type: ignore[arg-type]
        if now:
            self._time_passes()
            self._work()

    @rule(seed=st.integers(0, 1000), times=st.sampled_from([1, 3]))
    def notices_come(self, seed: int, times: int) -> None:
        """Some of them, once or thrice, in any order; those that are left come later or never."""
        self.world.tell(random.Random(seed), times)
        self._follow()

    # --- who is meant

    def _pick_there(self, which: int) -> AccountPayment:
        return self.payments[-1 - which % len(self.payments)]

    def _there(self, which: int) -> AccountPayment:
        """One whose shopper sees the form, which is made if need be."""
        payment = self._pick_there(which)
        if not self._is_there(payment):
            self._work()
        return payment

    def _is_there(self, payment: AccountPayment) -> bool:
        """He has seen the form: not before we know what was made for it."""
        return payment.status != "pending" and self._book(payment).objects > 0

"""What everybody else does at the processor: the shopper, the merchant in its dashboard, its door, its notices."""

import random
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model.account.books import Book
from tests.model.account.payment import FORM, AccountPayment
from tests.model.account.working import WorkingThere
from tests.model.life import RECENT
from tests.model.shopping import Shopping

FAULTS = ("lose_request", "lose_answer", "error_before", "error_after", "html", "conflict", "too_many", "cut")
CALLS = ("prepare", "look_up", "capture", "void", "close", "refund")
HAPPENS = ("pay", "pay", "pay", "decline", "decline and pay", "later")


class ActingThere(Shopping, WorkingThere):
    """None of it is told to us, but by a notice. A rule looks for a payment to which it can be done."""

    @rule(which=RECENT, what=st.sampled_from(HAPPENS), look=st.booleans())
    def shopper_acts(self, which: int, what: str, look: bool) -> None:
        """Pays, is refused, tries again, or waits for his bank. Nobody pays twice."""
        payment = self._waiting(which)
        if what.startswith("decline") and self._is_shown(payment):
            self.world.act("decline", payment_id=payment.id)
        if what.endswith("pay"):
            self._pay_there(payment)
        if what == "later" and self._is_shown(payment):
            payment.is_begun |= self.world.act("process_later", payment_id=payment.id) is not None
        if look:
            self._look()

    @rule(which=RECENT, call=st.sampled_from(["look_up", "close"]), leaves=st.booleans())
    def shopper_is_faster(self, which: int, call: str, leaves: bool) -> None:
        """He pays while we ask: our question is answered with what was true before."""
        payment = self._waiting(which)
        if self._is_shown(payment) and self._book(payment).objects == 1:
            self.world.fake.meanwhile(call, "pay", payment_id=payment.id)
            payment.is_paid = True
        if leaves:
            self._leave(payment)
        self._look()

    @rule(which=RECENT, look=st.booleans())
    def shopper_leaves(self, which: int, look: bool) -> None:
        self._leave(self._waiting(which))
        if look:
            self._look()

    @rule(which=RECENT)
    def shopper_pays_late(self, which: int) -> None:
        """What is over: where the processor still lets him."""
        over = [one for one in self.payments if one.status in ("failed", "cancelled") and not one.is_paid]
        for payment in over[-1 - which % (len(over) or 1) :][:1]:
            self._pay_there(payment)

    def _waiting(self, which: int) -> AccountPayment:
        """One whose shopper sees the form and has not paid; made if there is none."""
        found = [one for one in self.payments if one.status == "requires_action" and not one.is_paid]
        if not found:
            self.order_and_pay(1000, "INR", "manual" if which % 2 else "automatic", FORM)
            self._look()
            found = self.payments[-1:]
        return found[-1 - which % len(found)]

    def _pay_there(self, payment: AccountPayment) -> None:
        if self._is_shown(payment) and self._book(payment).charges == 0:
            payment.is_paid = self.world.act("pay", payment_id=payment.id) is not None

    def _is_shown(self, payment: AccountPayment) -> bool:
        """Whether he has a form to act in. What was given up, under a key before, no page has ever had."""
        is_over = payment.status in ("failed", "cancelled")
        return "payment.requires_action" in payment.events and (not is_over or self._book(payment).objects == 1)

    def _leave(self, payment: AccountPayment) -> None:
        payment.is_late = True
        self.world.shopper_leaves(payment.id)

    def _look(self) -> None:
        self._time_passes()
        self._work()

    # --- the merchant, in the processor's dashboard

    @rule(which=RECENT, part=st.sampled_from([None, 300]))
    def captured_in_the_dashboard(self, which: int, part: int | None) -> None:
        if self.world.is_quiet_of_holds:
            return
        given = {"amount": part} if part and self.world.can.partial_capture else {}
        for payment in self._among(which, lambda book: book.held > 0):
            if self.world.act("capture_in_dashboard", payment_id=payment.id, **given) is not None:
                payment.captured_there = given.get("amount", payment.amount)

    @rule(which=RECENT, amount=st.sampled_from([100, 200, 1000]))
    def refunded_in_the_dashboard(self, which: int, amount: int) -> None:
        for payment in self._among(which, lambda book: book.captured > book.refunded):
            made = self.world.act("refund_in_dashboard", payment_id=payment.id, amount=amount)
            if made is not None:
                payment.refunded_there.append(made["id"])

    @rule(which=RECENT)
    def cancelled_in_the_dashboard(self, which: int) -> None:
        """Where that can be done."""
        if self.world.can.void != "yes":
            return
        quiet = self.world.is_quiet_of_holds
        for payment in self._among(which, lambda book: not book.captured and not (book.held and quiet)):
            done = self.world.act("cancel_in_dashboard", payment_id=payment.id)
            payment.is_cancelled_there = payment.is_cancelled_there or done is not None

    def _among(self, which: int, is_it: Callable[[Book], bool]) -> list[AccountPayment]:
        """One payment of whose book this is true; none where there is none."""
        books = self._books()
        found = [one for one in self.payments if books[one.id].objects and is_it(books[one.id])]
        return found[-1 - which % (len(found) or 1) :][:1]

    @rule(status=st.sampled_from(["succeeded", "pending", "pending", "failed"]))
    def refunds_are_at_first(self, status: str) -> None:
        self.world.act("refunds_become", status=status)

    @rule(which=RECENT, refund=st.integers(0, 3), comes_back=st.booleans())
    def refund_ends_there(self, which: int, refund: int, comes_back: bool) -> None:
        """It reaches the shopper, or comes back: also after it had reached him."""
        ends = ("pending", "processed") if comes_back else ("pending",)
        for payment in self._among(which, lambda book: any(one.status in ends for one in book.refunds)):
            found = [one for one in self._book(payment).refunds if one.status in ends]
            ended = found[-1 - refund % len(found)]
            self.world.act("fail_refund" if comes_back else "settle_refund", refund=ended.id)
            if comes_back:
                payment.ended_there.add(ended.id)

    @rule(kind=st.sampled_from(FAULTS), call=st.sampled_from(CALLS), times=st.integers(1, 2), now=st.booleans())
    def door_fails(self, kind: str, call: str, times: int, now: bool) -> None:
        """The next calls of this kind go wrong; with `now`, what is to be looked at is looked at now."""
        self.world.fake.fail(kind, call, times=times)  # type: ignore[arg-type]
        if now:
            self._look()

    @rule(seed=st.integers(0, 1000), times=st.sampled_from([1, 3]))
    def notices_come(self, seed: int, times: int) -> None:
        """Some of them, once or thrice, in any order; those that are left come later or never."""
        self.world.tell(random.Random(seed), times)
        self._follow()

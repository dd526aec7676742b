"""The rules: what merchants, shoppers, the bank, crashes and time may do, in any order."""

import sys

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.audit import balances
from tests.model.life import RECENT
from tests.model.model import Payment
from tests.model.racing import Racing
from tests.model.shopping import Shopping
from tests.model.ways import WAYS, Way
from tests.model.working import Working

ASKED = next(way for way in WAYS if way.first == "action")


class MoneyMachine(Shopping, Racing, Working):
    """All of it, and time."""

    @rule(
        amount=st.sampled_from([1000, 10_000]),
        capture=st.sampled_from(["automatic", "manual"]),
        way=st.sampled_from([way for way in WAYS if way.first == "approved"]),
    )
    def order_and_pay_and_work(self, amount: int, capture: str, way: Way) -> None:
        """The usual day, so that there is something to capture, cancel and refund."""
        self.order_and_pay(amount, "INR", capture, way)
        self.worker_works()

    @rule()
    def time_passes(self) -> None:
        self.world.make_all_due()

    @rule(which=RECENT, approve=st.booleans())
    def shopper_decides(self, which: int, approve: bool) -> None:
        asked = [payment for payment in self.payments if payment.way.first == "action"]
        if not asked:
            self.order_and_pay(500, "INR", "automatic", ASKED)
            asked = self.payments[-1:]
        payment = asked[-1 - which % len(asked)]
        body = {"result": "success" if approve else "failure"}
        self._post(f"/test/payments/{payment.id}/authenticate", body, payment.authenticate(approve))

    @precondition(lambda self: self.payments)
    @rule(which=RECENT)
    def late_answer_comes(self, which: int) -> None:
        """The bank makes up its mind about a payment or a refund, or the shopper never came."""
        payment = self._pick(which)
        if (
            payment.decided is None
            and payment.way.first in ("pending", "action")
            and ("authorize", 1) in payment.at_bank
        ):
            self.world.bank_answers(f"{payment.id}:authorize")
            payment.decided = "approved" if payment.way.first == "pending" else "declined"
        for refund in payment.refunds:
            if refund.at_bank and payment.way.refund == "late":
                self.world.bank_answers(f"{refund.id}:refund")
                refund.is_decided = True

    @rule()
    def time_to_capture_is_over(self) -> None:
        if not self._authorised():
            self.order_and_pay_and_work(1000, "manual", WAYS[0])
        payment = self._authorised()[-1]
        self.world.expire(payment.id)
        self._post(f"/payments/{payment.id}/capture", {}, 400)
        self.world.sweep()
        assert payment.cancel() == 200

    def _authorised(self) -> list[Payment]:
        return [
            one
            for one in self.payments
            if one.status == "success" and not one.captured and one.void_status is None
        ]

    @rule()
    def everything_settles(self) -> None:
        """Nobody crashes and the bank answers: all work comes to its end."""
        self._finish(self.held)
        self.held = []
        self._end_leases()
        for _ in range(60):
            for which in range(len(self.payments)):
                self.late_answer_comes(which)
            self.world.make_all_due()
            done = self._claim(100, asks=True)
            self._finish(self.held)
            self.held = []
            if not done:
                assert not any(one.work for one in self.payments)
                assert not any(one.is_open for one in self._refunds())
                return
        raise AssertionError("there is always work left")

    def teardown(self) -> None:
        if sys.exc_info()[0] is not None:
            return  # a step has failed: that is what is to be told
        self.everything_settles()
        self._agree()
        shown = {row.pop("currency"): row for row in self.world.call("/ledger/balances").json["data"]}
        assert shown == balances(self.payments)

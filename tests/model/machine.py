"""The rules: what merchants, shoppers, the bank, crashes and time may do, in any order."""

import itertools
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.payments.work_queries import ClaimedPayment
from gateway.processors.protocol import ActionRequired, Approved, Declined, Pending
from tests.model.audit import balances, differences, expected
from tests.model.in_process import InProcess, Item, Reply
from tests.model.model import MOST_ATTEMPTS, WAYS, BankSays, Order, Payment, Refund, Way

ANSWERS: dict[BankSays, type[Any]] = {
    "approved": Approved, "declined": Declined, "pending": Pending, "action": ActionRequired, "silent": type(None),
}  # fmt: skip


@dataclass
class Held:
    """What a worker has claimed and not yet written down; `says` is None until it has called the bank."""

    item: Item
    about: Payment | Refund
    answer: Any = None
    says: BankSays | None = None

    @property
    def work(self) -> str:
        """What the claim was for."""
        return self.item.work if isinstance(self.item, ClaimedPayment) else "refund"

    @property
    def is_live(self) -> bool:
        """Whether nobody else has claimed or changed it since."""
        return self.about.token is self.item


Row = tuple[str, str]
"""Table and id."""

DIES = st.integers(0, 4).map(lambda n: n == 4)
RECENT = st.integers(0, 5)
"""Which of the newest few."""
AMOUNTS = st.sampled_from([None, 1, 499, 500, 501, 999, 1000, 1001, 10_000])


class MoneyMachine(RuleBasedStateMachine):
    """One merchant's life. `make_world` is set by whoever runs it; `steps` counts rules over all runs."""

    make_world: ClassVar[Callable[[], InProcess]]
    steps: ClassVar[int] = 0
    calls: ClassVar[int] = 0
    serial: ClassVar["itertools.count[int]"] = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.world = type(self).make_world()
        self.merchant_id = self.world.new_merchant()
        self.orders: list[Order] = []
        self.payments: list[Payment] = []
        self.kept: list[tuple[str, Any, str, Reply]] = []
        self.held: list[Held] = []

    # --- small things

    def _pick(self, which: int) -> Payment:
        return self.payments[-1 - which % len(self.payments)]

    def _post(self, path: str, body: Any, status: int, dies: bool = False, locked: Row = ("", "")) -> Any:
        """A call that must answer so, under a key. With `dies` an API is killed first, in the midst of it."""
        MoneyMachine.calls += 1
        key = f"key-{next(self.serial)}"
        if dies:
            self.world.call_and_die(path, body, key, locked)
        reply = self.world.call(path, body, key)
        assert reply.status == status, f"{path} {body}: {reply.status} instead of {status}: {reply.json}"
        self.kept.append((path, body, key, reply))
        return reply.json

    def _refunds(self) -> list[Refund]:
        return [refund for payment in self.payments for refund in payment.refunds]

    # --- the merchant and the shopper

    @rule(
        amount=st.sampled_from([500, 1000, 10_000]),
        currency=st.sampled_from(["INR", "INR", "JPY", "KWD"]),
        capture=st.sampled_from(["automatic", "manual"]),
        way=st.sampled_from(WAYS),
    )
    def order_and_pay(self, amount: int, currency: str, capture: str, way: Way) -> None:
        body = {"amount": amount, "currency": currency, "capture": capture}
        made = self._post("/orders", body, 201)
        self.orders.append(Order(made["id"], amount, currency, capture))
        self._pay(self.orders[-1], way, dies=False)

    @precondition(lambda self: self.orders)
    @rule(which=RECENT, way=st.sampled_from(WAYS), dies=DIES)
    def pay_again(self, which: int, way: Way, dies: bool) -> None:
        self._pay(self.orders[-1 - which % len(self.orders)], way, dies)

    def _pay(self, order: Order, way: Way, dies: bool) -> None:
        status = 400 if order.is_taken else 201
        made = self._post("/payments", way.body(order.id), status, dies, ("orders", order.id))
        if status == 201:
            assert (made["status"], made["captured"]) == ("pending", False)
            self._add(made["id"], order, way)

    def _add(self, payment_id: str, order: Order, way: Way) -> None:
        payment = Payment(payment_id, order, way)
        order.tried.append(payment)
        self.payments.append(payment)

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, amount=AMOUNTS, dies=DIES)
    def capture(self, which: int, amount: int | None, dies: bool) -> None:
        payment = self._pick(which)
        body = {} if amount is None else {"amount": amount}
        status = payment.capture(amount)
        made = self._post(f"/payments/{payment.id}/capture", body, status, dies, ("payments", payment.id))
        if status == 200:
            assert (made["captured"], made["amount_captured"]) == (True, payment.captured)

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, dies=DIES)
    def cancel(self, which: int, dies: bool) -> None:
        payment = self._pick(which)
        made = self._post(f"/payments/{payment.id}/cancel", {}, payment.cancel(), dies, ("payments", payment.id))
        assert made.get("status", "cancelled") == "cancelled"

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, amount=AMOUNTS.filter(bool), dies=DIES)
    def refund(self, which: int, amount: int, dies: bool) -> None:
        payment = self._pick(which)
        status = 201 if payment.may_refund(amount) else 400
        path = f"/payments/{payment.id}/refunds"
        made = self._post(path, {"amount": amount}, status, dies, ("payments", payment.id))
        if status == 201:
            payment.refunds.append(Refund(made["id"], payment, amount))

    @precondition(lambda self: any(payment.way.first == "action" for payment in self.payments))
    @rule(which=RECENT, approve=st.booleans())
    def shopper_decides(self, which: int, approve: bool) -> None:
        asked = [payment for payment in self.payments if payment.way.first == "action"]
        payment = asked[-1 - which % len(asked)]
        body = {"result": "success" if approve else "failure"}
        self._post(f"/test/payments/{payment.id}/authenticate", body, payment.authenticate(approve))

    @precondition(lambda self: self.kept)
    @rule(which=st.integers(0, 30), other_body=st.booleans())
    def repeat(self, which: int, other_body: bool) -> None:
        """An answer was lost, by the client or by an API killed after its commit: the same call again."""
        path, body, key, kept = self.kept[-1 - which % len(self.kept)]
        if other_body:
            reply = self.world.call(path, {**body, "reason": "another"}, key)
            assert reply.status == 422, reply.json
        else:
            reply = self.world.call(path, body, key)
            assert (reply.status, reply.body, reply.replayed) == (kept.status, kept.body, True)

    # --- all at once

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, amount=AMOUNTS, times=st.integers(1, 4))
    def race_capture_and_cancel(self, which: int, amount: int | None, times: int) -> None:
        payment = self._pick(which)
        body = {} if amount is None else {"amount": amount}
        path = f"/payments/{payment.id}"
        calls = [(f"{path}/capture", body)] * times + [(f"{path}/cancel", {})] * times
        found = [reply.status for reply in self.world.at_once(*calls)]
        MoneyMachine.calls += len(calls)
        allowed = {}
        for first, second in (("capture", "cancel"), ("cancel", "capture")):
            after = deepcopy(payment)
            acts: dict[str, Callable[[], int]] = {
                "capture": lambda after=after: after.capture(amount), "cancel": after.cancel,
            }  # fmt: skip
            statuses = {name: acts[name]() for name in (first, second)}
            allowed[(statuses["capture"], statuses["cancel"])] = first
        outcome = (found[0], found[times])
        assert found == [outcome[0]] * times + [outcome[1]] * times, found
        assert outcome in allowed, (outcome, allowed)
        for name in sorted(("capture", "cancel"), key=lambda name: name != allowed[outcome]):
            payment.capture(amount) if name == "capture" else payment.cancel()

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, amount=st.sampled_from([300, 400, 1000]), times=st.integers(2, 8))
    def race_refunds(self, which: int, amount: int, times: int) -> None:
        payment = self._pick(which)
        replies = self.world.at_once(*[(f"/payments/{payment.id}/refunds", {"amount": amount})] * times)
        MoneyMachine.calls += times
        for reply in sorted(replies, key=lambda reply: reply.status):
            may = payment.may_refund(amount)
            assert reply.status == (201 if may else 400), reply.json
            if may:
                payment.refunds.append(Refund(reply.json["id"], payment, amount))

    @precondition(lambda self: self.orders)
    @rule(which=RECENT, way=st.sampled_from(WAYS), times=st.integers(2, 6))
    def race_payments(self, which: int, way: Way, times: int) -> None:
        order = self.orders[-1 - which % len(self.orders)]
        replies = self.world.at_once(*[("/payments", way.body(order.id))] * times)
        MoneyMachine.calls += times
        won = [reply for reply in replies if reply.status == 201]
        assert {reply.status for reply in replies} <= {201, 400}
        assert len(won) == (0 if order.is_taken else 1)
        for reply in won:
            self._add(reply.json["id"], order, way)

    # --- the worker

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
        held.says = (
            "silent" if held.item.attempts > MOST_ATTEMPTS else held.about.ask(held.work, held.item.sent_before)
        )
        assert isinstance(held.answer, ANSWERS[held.says]), f"the bank should be {held.says}: {held}"

    @rule()
    def worker_works(self) -> None:
        """All that is due, and nobody crashes."""
        while self._claim(100, asks=True):
            self._finish(self.held)
            self.held = []

    @rule(
        amount=st.sampled_from([1000, 10_000]),
        capture=st.sampled_from(["automatic", "manual"]),
        way=st.sampled_from([way for way in WAYS if way.first == "approved"]),
    )
    def order_and_pay_and_work(self, amount: int, capture: str, way: Way) -> None:
        """The usual day, so that there is something to capture, cancel and refund."""
        self.order_and_pay(amount, "INR", capture, way)
        self.worker_works()

    @precondition(lambda self: self.held)
    @rule(count=st.integers(1, 6))
    def worker_finishes(self, count: int) -> None:
        """Writes down answers, oldest first: also those of claims that have long been lost."""
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

    @precondition(lambda self: self.held)
    @rule()
    def worker_is_killed(self) -> None:
        """Between claim and call, or between the bank's answer and the commit."""
        self.held = []
        self._end_leases()

    @precondition(lambda self: self.held)
    @rule()
    def worker_freezes(self) -> None:
        """Its leases end, others take over, and then it comes back and writes down what it had."""
        self._end_leases()

    def _end_leases(self) -> None:
        self.world.end_leases()
        for one in [*self.payments, *self._refunds()]:
            one.is_leased = False

    # --- time

    @rule()
    def time_passes(self) -> None:
        self.world.make_all_due()

    @precondition(lambda self: self.payments)
    @rule(which=RECENT)
    def late_answer_comes(self, which: int) -> None:
        """The bank makes up its mind about a payment or a refund, or the shopper never came."""
        payment = self._pick(which)
        if (
            payment.decided is None
            and payment.way.first in ("pending", "action")
            and "authorize" in payment.at_bank
        ):
            self.world.bank_answers(f"{payment.id}:authorize")
            payment.decided = "approved" if payment.way.first == "pending" else "declined"
        for refund in payment.refunds:
            if refund.at_bank and payment.way.refund == "late":
                self.world.bank_answers(f"{refund.id}:refund")
                refund.is_decided = True

    @precondition(lambda self: any(one.status == "success" and not one.captured for one in self.payments))
    @rule()
    def time_to_capture_is_over(self) -> None:
        payment = [one for one in self.payments if one.status == "success" and not one.captured][-1]
        self.world.expire(payment.id)
        self._post(f"/payments/{payment.id}/capture", {}, 400)
        self.world.sweep()
        assert payment.cancel() == 200

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

    # --- after every step

    @invariant()
    def database_and_bank_agree_with_the_model(self) -> None:
        MoneyMachine.steps += 1
        self._agree()

    def _agree(self) -> None:
        wrong = differences(self.world.sql, self.merchant_id, expected(self.orders, self.payments))
        assert not wrong, "\n".join(wrong)

    def teardown(self) -> None:
        if sys.exc_info()[0] is not None:
            return  # a step has failed: that is what is to be told
        self.everything_settles()
        self._agree()
        shown = {row.pop("currency"): row for row in self.world.call("/ledger/balances").json["data"]}
        assert shown == balances(self.payments)

"""What merchants and shoppers do at the same moment."""

from collections.abc import Callable
from copy import deepcopy

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.life import AMOUNTS, RECENT, WAY, Life
from tests.model.ways import Way


class Racing(Life):
    """Several calls at once: whoever wins, the model follows, and nobody wins twice."""

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, amount=AMOUNTS, times=st.integers(1, 4))
    def race_capture_and_cancel(self, which: int, amount: int | None, times: int) -> None:
        payment = self._pick(which)
        if payment.refunded("pending") and not payment.captured:
            return  # whether one is told to come back or that it is too late is chance, and of no matter
        body = {} if amount is None else {"amount": amount}
        path = f"/payments/{payment.id}"
        calls = [(f"{path}/capture", body)] * times + [(f"{path}/cancel", {})] * times
        found = [reply.status for reply in self.world.at_once(*calls)]
        Life.calls += len(calls)
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
        Life.calls += times
        for reply in sorted(replies, key=lambda reply: reply.status):
            may = payment.may_refund(amount)
            assert reply.status == (201 if may else 400), reply.json
            if may:
                payment.refund(reply.json["id"], amount)

    @precondition(lambda self: self.orders)
    @rule(which=RECENT, way=WAY, times=st.integers(2, 6))
    def race_payments(self, which: int, way: Way, times: int) -> None:
        order = self.orders[-1 - which % len(self.orders)]
        replies = self.world.at_once(*[("/payments", way.body(order.id))] * times)
        Life.calls += times
        won = [reply for reply in replies if reply.status == 201]
        assert {reply.status for reply in replies} <= {201, 400}
        assert len(won) == (1 if order.takes(way) else 0)
        for reply in won:
            self._add(reply.json["id"], order, way)

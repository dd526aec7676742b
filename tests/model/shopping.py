"""What merchants and shoppers do."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.life import AMOUNTS, DIES, RECENT, WAY, Life
from tests.model.model import Order
from tests.model.ways import Way


class Shopping(Life):
    """One call after the other; the API may die in the midst of each."""

    @rule(
        amount=st.sampled_from([500, 1000, 10_000]),
        currency=st.sampled_from(["INR", "INR", "JPY", "KWD"]),
        capture=st.sampled_from(["automatic", "manual"]),
        way=WAY,
    )
    def order_and_pay(self, amount: int, currency: str, capture: str, way: Way) -> None:
        amount = max(amount, self.world.least.get(currency, 0))
        body = {"amount": amount, "currency": currency, "capture": capture}
        made = self._post("/orders", body, 201)
        self.orders.append(Order(made["id"], amount, currency, capture))
        self._pay(self.orders[-1], way, dies=False)

    @precondition(lambda self: self.orders)
    @rule(which=RECENT, way=WAY, dies=DIES)
    def pay_again(self, which: int, way: Way, dies: bool) -> None:
        self._pay(self.orders[-1 - which % len(self.orders)], way, dies)

    def _pay(self, order: Order, way: Way, dies: bool) -> None:
        status = 201 if order.takes(way) else 400
        made = self._post("/payments", way.body(order.id), status, dies, ("orders", order.id))
        if status == 201:
            assert (made["status"], made["captured"]) == ("pending", False)
            self._add(made["id"], order, way)

    @precondition(lambda self: self.payments)
    @rule(which=RECENT, amount=AMOUNTS, dies=DIES)
    def capture(self, which: int, amount: int | None, dies: bool) -> None:
        payment = self._pick(which)
        body = {} if amount is None else {"amount": amount}
        status = payment.capture(amount)
        made = self._post(f"/payments/{payment.id}/capture", body, status, dies, ("payments", payment.id))
        if status == 200:
            shown = (made["captured"], made["amount_captured"], made["capture_status"])
            assert shown == (True, payment.captured, payment.capture_status or "succeeded")

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
            payment.refund(made["id"], amount)

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

"""What all rules share: one merchant's life as the model has it, and the comparison after every step."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from gateway.payments.work_model import ClaimedPayment
from tests.model.audit import Facts, differences, expected
from tests.model.in_process import InProcess, Item, Reply
from tests.model.model import Order, Payment, Refund
from tests.model.ways import WAYS, BankSays, Way


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
WAY = st.runner().flatmap(lambda machine: st.sampled_from(machine.ways))
"""How somebody pays, of the machine's ways."""


class Life(RuleBasedStateMachine):
    """One merchant's life. `make_world` is set by whoever runs it; `steps` counts rules over all runs.

    Who wins a race is chance. So whether a rule may be drawn must not depend on it: a precondition asks only
    whether there is an order, a payment or an answer at all, and a rule that finds nothing to do makes it.
    """

    make_world: ClassVar[Callable[[], InProcess]]
    ways: ClassVar[tuple[Way, ...]] = WAYS
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

    def _pick(self, which: int) -> Payment:
        return self.payments[-1 - which % len(self.payments)]

    def _post(self, path: str, body: Any, status: int, dies: bool = False, locked: Row = ("", "")) -> Any:
        """A call that must answer so, under a key. With `dies` an API is killed first, in the midst of it."""
        Life.calls += 1
        key = f"key-{next(self.serial)}"
        if dies:
            self.world.call_and_die(path, body, key, locked)
        reply = self.world.call(path, body, key)
        assert reply.status == status, f"{path} {body}: {reply.status} instead of {status}: {reply.json}"
        if status != 409:  # come back later: nothing is kept under the key
            self.kept.append((path, body, key, reply))
        return reply.json

    def _refunds(self) -> list[Refund]:
        return [refund for payment in self.payments for refund in payment.refunds]

    def _payment(self, payment_id: str, order: Order, way: Way) -> Payment:
        return Payment(payment_id, order, way)

    def _add(self, payment_id: str, order: Order, way: Way) -> None:
        payment = self._payment(payment_id, order, way)
        order.tried.append(payment)
        self.payments.append(payment)

    @invariant()
    def database_and_bank_agree_with_the_model(self) -> None:
        Life.steps += 1
        self._agree()

    def _agree(self) -> None:
        wrong = differences(self.world.sql, self.merchant_id, self._expected())
        assert not wrong, "\n".join(wrong)

    def _expected(self) -> Facts:
        return expected(self.orders, self.payments)

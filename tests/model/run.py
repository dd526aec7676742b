"""Run the machine: so many steps from a seed, in sequences of so many steps each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from gateway.orders.model import ORDER_TRANSITIONS
from gateway.payments.model import OPERATION_TRANSITIONS, PAYMENT_TRANSITIONS
from gateway.refunds.model import REFUND_TRANSITIONS
from tests.model.audit import WATCH, transitions
from tests.model.in_process import InProcess
from tests.model.life import Life
from tests.model.machine import MoneyMachine


@dataclass(frozen=True)
class Counted:
    """What a run has done."""

    sequences: int
    steps: int
    calls: int

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.sequences + other.sequences, self.steps + other.steps, self.calls + other.calls)


def run_machine(
    world: InProcess,
    number: int,
    *,
    sequences: int,
    length: int,
    shrink: bool = False,
    rules: type[Life] = MoneyMachine,
) -> Counted:
    """From this seed. A failure is raised with the steps that lead to it; with `shrink`, with as few as can be."""
    steps, calls, begun = Life.steps, Life.calls, 0

    class Machine(rules):  # type: ignore[misc, valid-type]
        make_world: Callable[[], InProcess] = staticmethod(lambda: world)

        def __init__(self) -> None:
            nonlocal begun
            begun += 1
            super().__init__()

    run_state_machine_as_test(
        _seeded(Machine, number),
        settings=settings(
            max_examples=sequences,
            stateful_step_count=length,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    problems = world.sql.execute("SELECT * FROM ledger_audit()").fetchall()
    assert problems == []
    # The model is also compared once before the first step.
    return Counted(begun, Life.steps - steps - begun, Life.calls - calls)


def _seeded(machine: type[RuleBasedStateMachine], number: int) -> type[RuleBasedStateMachine]:
    seeded: type[RuleBasedStateMachine] = seed(number)(machine)
    return seeded


def story(world: InProcess) -> str:
    """What became of all payments, refunds and unexpected money, so that it is seen what was tried."""
    counted = world.sql.execute(
        """
        SELECT 'payments ' || status, count(*) FROM payments GROUP BY status
        UNION ALL SELECT 'refunds ' || origin || ' ' || status, count(*) FROM refunds GROUP BY origin, status
        UNION ALL SELECT 'refunds taken back', count(*) FROM refunds WHERE taken_back_at IS NOT NULL
        UNION ALL SELECT 'unexpected ' || status, count(*) FROM unexpected_money GROUP BY status
        UNION ALL SELECT 'payments for a person', count(*) FROM payments
                  WHERE review_reason IS NOT NULL AND review_reason <> 'left'
        UNION ALL SELECT 'calls without an answer', count(*) FROM processor_calls WHERE error IS NOT NULL
        ORDER BY 1
        """
    ).fetchall()
    return ", ".join(f"{what} {count}" for what, count in counted if count)


def watch(world: InProcess) -> None:
    """From now on every change of a state is noted."""
    world.sql.execute(WATCH)


def illegal_transitions(world: InProcess) -> tuple[int, list[tuple[str, str, str]]]:
    """How many changes of states were noted, and which of them no state machine allows."""
    allowed: dict[str, Mapping[Any, frozenset[str]]] = {
        "orders": ORDER_TRANSITIONS,
        "payments": PAYMENT_TRANSITIONS,
        "refunds": REFUND_TRANSITIONS,
        "capture_status": OPERATION_TRANSITIONS,
        "void_status": OPERATION_TRANSITIONS,
    }
    seen = transitions(world.sql)
    illegal = [one for one in seen if one[2] not in allowed[one[0]][one[1]]]
    return sum(seen.values()), illegal

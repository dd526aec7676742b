"""The short profile: fixed seeds. `make test-model` runs the long one."""

from collections.abc import Iterator

import pytest

from gateway.jobs.model import Kind
from tests.model.account.machine import AccountMachine
from tests.model.account.world import over_account
from tests.model.in_process import InProcess
from tests.model.run import illegal_transitions, run_machine, watch


@pytest.fixture
def world(database_url: str) -> Iterator[InProcess]:
    """The gateway in this process, over a fresh database."""
    made = InProcess(database_url)
    watch(made)
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_database_bank_and_ledger_follow_the_model_through_any_sequence(world: InProcess) -> None:
    """Two seeds of long sequences and one of many short ones."""
    done = [
        run_machine(world, 1, sequences=6, length=60),
        run_machine(world, 2, sequences=6, length=60),
        run_machine(world, 3, sequences=40, length=8),
    ]
    noted, illegal = illegal_transitions(world)
    assert illegal == []
    assert sum(one.steps for one in done) > 800
    assert noted > 200


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("processor", "seed"), [("stripe", 3), ("razorpay", 13), ("cashfree", 7)])
def test_database_ledger_and_the_processors_books_agree_through_any_sequence(
    database_url: str, processor: str, seed: int
) -> None:
    """Over an account at a fake: its door fails, its notices are late, people act in its dashboard."""
    with over_account(processor, database_url) as world:
        watch(world)
        done = run_machine(world, seed, sequences=3, length=40, rules=AccountMachine)
        noted, illegal = illegal_transitions(world)
    assert illegal == []
    assert done.steps >= 120
    assert noted > 20


@pytest.mark.parametrize("kind", ["payments", "refunds"])
def test_a_claim_that_outlived_its_lease_may_end_in_the_same_batch_as_its_successor(
    world: InProcess, kind: Kind
) -> None:
    """A process that stalls for longer than its lease claims its own work again beside the first claim."""
    world.new_merchant()
    order = world.call("/orders", {"amount": 500}).json
    payment = world.call("/payments", {"order_id": order["id"], "method": "upi", "vpa": "success@bank"}).json
    if kind == "refunds":
        world.finish([(item, world.ask(item)) for item in world.claim("payments", 1)])
        world.call(f"/payments/{payment['id']}/refunds", {"amount": 500})
    (first,) = world.claim(kind, 1)
    world.end_leases()
    (second,) = world.claim(kind, 1)
    changed = world.finish([(item, world.ask(item)) for item in (first, second)])
    assert len(changed) == 1
    told = world.sql.execute("SELECT type FROM events").fetchall()
    expected = ["order.paid", "payment.created", "payment.pending", "payment.success"]
    ends = ["refund.created", "refund.processed"] if kind == "refunds" else []
    assert sorted(row[0] for row in told) == expected + ends

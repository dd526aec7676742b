"""An account is removed while somebody pays: no payment is left with an account that is gone."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg

from tests.processors.accounts.conftest import Owner
from tests.support.client import CARD, at_once
from tests.support.envelope import expect_error
from tests.support.stack import Stack, eventually


def pay(owner: Owner, order: dict[str, Any]) -> Any:
    """`POST /payments`, as whoever takes it wants it: the simulated bank needs a card, an account none."""
    body = {"order_id": order["id"], "method": "card"}
    answer = owner.merchant.api.post("/payments", json=body)
    is_simulated = answer.status_code == 400 and answer.json()["error"].get("field") == "card"
    return owner.merchant.api.post("/payments", json=body | {"card": CARD}) if is_simulated else answer


def somebody_waits(stack: Stack) -> bool:
    """Whether a statement of the product waits for a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(stack.sql(waiting))


def removed_meanwhile(owner: Owner, account_id: str, order: dict[str, Any]) -> Any:
    """The answer to a payment whose account is removed after it was chosen and before it is written down."""
    with ThreadPoolExecutor(1) as pool, psycopg.connect(owner.stack.database_url) as remover:
        remover.execute("SELECT 1 FROM processor_accounts WHERE id = %s FOR UPDATE", (account_id,))
        answer: Future[Any] = pool.submit(pay, owner, order)
        eventually(lambda: somebody_waits(owner.stack), what="a payment that waits for the account")
        remover.execute("DELETE FROM processor_routes WHERE account_id = %s", (account_id,))
        remover.execute(
            "UPDATE processor_accounts SET status = 'removed', sequence = sequence + 1 WHERE id = %s",
            (account_id,),
        )
        remover.commit()
        return answer.result(30)


def test_who_has_chosen_an_account_that_goes_away_chooses_anew(owner: Owner) -> None:
    """Another account takes it, and after the last one the simulated bank: nothing of it is stored twice."""
    first, second = owner.connect(), owner.connect()
    owner.route({"account_id": first["id"]}, {"account_id": second["id"]})
    order = owner.merchant.order()
    answer = removed_meanwhile(owner, first["id"], order)
    assert (answer.status_code, answer.json()["account_id"]) == (201, second["id"]), answer.text
    answer = removed_meanwhile(owner, second["id"], owner.merchant.order())
    assert (answer.status_code, answer.json()["account_id"]) == (201, None), answer.text
    counted = "SELECT count(*) FROM payments WHERE order_id = %s"
    assert owner.stack.sql(counted, (order["id"],)) == [(1,)]


def test_a_live_payment_whose_last_account_goes_away_is_refused(live_owner: Owner) -> None:
    """And nothing is stored."""
    account = live_owner.connect()
    order = live_owner.merchant.order()
    expect_error(removed_meanwhile(live_owner, account["id"], order), "PROCESSOR_REQUIRED")
    assert live_owner.stack.sql("SELECT 1 FROM payments WHERE order_id = %s", (order["id"],)) == []


def test_removing_and_paying_at_once_end_one_way_or_the_other(live_owner: Owner) -> None:
    """A payment is there and keeps its account, or the account is gone and took none."""
    ends = set()
    for _ in range(6):
        account = live_owner.connect()
        live_owner.route({"account_id": account["id"]})
        orders = [live_owner.merchant.order() for _ in range(3)]

        def act(number: int, account_id: str = account["id"], orders: list[Any] = orders) -> Any:
            if number == 0:
                return live_owner.merchant.api.delete(f"/processor-accounts/{account_id}")
            return pay(live_owner, orders[number - 1])

        removal, *paid = at_once(4, act)
        with_it = "SELECT count(*) FROM payments WHERE account_id = %s"
        [[count]] = live_owner.stack.sql(with_it, (account["id"],))
        assert removal.status_code in (200, 409), removal.text
        assert {one.status_code for one in paid} <= {201, 409}
        assert count == sum(one.status_code == 201 for one in paid)
        assert (removal.status_code == 409) == (count > 0)
        ends.add(removal.status_code)
    assert ends

"""An account is changed, disabled, given new credentials, and removed once nothing needs it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.processors.accounts.conftest import Owner, keys
from tests.processors.fakes.stripe import StripeFake
from tests.support.envelope import expect_error
from tests.support.stack import eventually


def test_new_credentials_are_asked_before_they_are_kept(owner: Owner, fake: StripeFake) -> None:
    account, given = owner.connect(), keys()
    fake.refused_keys.add(given["secret_key"])
    error = expect_error(owner.patch(account["id"], credentials=given), "BAD_REQUEST_ERROR", field="credentials")
    assert "401" in error["description"]
    assert owner.get(account["id"]) == account
    fake.refused_keys.clear()
    changed = owner.patch(account["id"], credentials=given).raise_for_status().json()
    assert changed["public_key"] == given["publishable_key"]
    before = len(fake.requests)
    assert owner.post(f"/{account['id']}/check").json()["problem"] is None
    assert len(fake.requests) == before + 1


def test_new_credentials_of_another_account_are_refused(owner: Owner, fake: StripeFake) -> None:
    account = owner.connect()
    fake.account["id"] = "acct_1Other"
    error = expect_error(owner.patch(account["id"], credentials=keys()), "BAD_REQUEST_ERROR", field="credentials")
    assert "acct_1Other, and not acct_1Fake" in error["description"]
    assert owner.get(account["id"])["public_key"] == account["public_key"]


def test_without_an_answer_nothing_is_kept(owner: Owner, fake: StripeFake) -> None:
    account = owner.connect()
    fake.fail("lose_answer", "check")
    answer = owner.patch(account["id"], credentials=keys(), label="Other")
    expect_error(answer, "SERVICE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"
    assert owner.get(account["id"]) == account


def test_good_credentials_enable_an_account_that_never_worked(owner: Owner, fake: StripeFake) -> None:
    given = keys()
    fake.refused_keys.add(given["secret_key"])
    account = owner.add(credentials=given)
    assert owner.post(f"/{account['id']}/check").json()["status"] == "unchecked"
    changed = owner.patch(account["id"], credentials=keys()).raise_for_status().json()
    assert (changed["status"], changed["problem"]) == ("enabled", None)


def test_credentials_of_the_other_mode_are_not_even_sent(owner: Owner, fake: StripeFake) -> None:
    account, before = owner.connect(), len(fake.requests)
    answer = owner.patch(account["id"], credentials=keys("live"))
    expect_error(answer, "BAD_REQUEST_ERROR", field="credentials.publishable_key")
    assert len(fake.requests) == before


def test_a_check_of_old_credentials_says_nothing_of_new_ones(owner: Owner, fake: StripeFake) -> None:
    """The account changes while its processor is being asked."""
    account, before = owner.add(), len(fake.requests)
    fake.fail("slow", "check", seconds=1)
    with ThreadPoolExecutor(1) as beside:
        asking = beside.submit(owner.post, f"/{account['id']}/check")
        eventually(lambda: len(fake.requests) > before, what="the processor is asked")
        owner.patch(account["id"], label="Other").raise_for_status()
        expect_error(asking.result(), "CONFLICT_ERROR")
    assert owner.get(account["id"])["checked_at"] is None


def test_a_new_webhook_secret_leaves_the_old_one_until_it_is_dropped(owner: Owner) -> None:
    account = owner.add(webhook_secret="whsec_1")
    changed = owner.patch(account["id"], webhook_secret="whsec_2").json()
    assert changed["has_webhook_secret"] and changed["has_previous_webhook_secret"]
    assert sealed(owner, account) == (True, True)
    dropped = owner.patch(account["id"], drop_previous_webhook_secret=True).json()
    assert dropped["has_webhook_secret"] and not dropped["has_previous_webhook_secret"]
    at_once = owner.patch(account["id"], webhook_secret="whsec_3", drop_previous_webhook_secret=True).json()
    assert at_once["has_webhook_secret"] and not at_once["has_previous_webhook_secret"]
    assert sealed(owner, account) == (True, False)


def sealed(owner: Owner, account: dict[str, Any]) -> tuple[bool, bool]:
    columns = "webhook_secret IS NOT NULL, previous_webhook_secret IS NOT NULL"
    [row] = owner.stack.sql(f"SELECT {columns} FROM processor_accounts WHERE id = %s", (account["id"],))
    return row[0], row[1]


def test_what_is_absent_stays_and_an_account_may_be_sent_back_as_it_came(owner: Owner) -> None:
    account = owner.connect(label="Shop", webhook_secret="whsec_1")
    changed = owner.patch(account["id"], **account | {"label": None}).raise_for_status().json()
    different = {name for name in account if changed[name] != account[name]}
    assert different == {"label", "updated_at"}


def test_a_disabled_account_is_enabled_again_by_hand(owner: Owner) -> None:
    account = owner.connect()
    assert owner.patch(account["id"], status="disabled").json()["status"] == "disabled"
    assert owner.post(f"/{account['id']}/check").json()["status"] == "disabled", "a check does not undo a person"
    assert owner.patch(account["id"], status="enabled").json()["status"] == "enabled"


def test_an_account_that_was_not_checked_or_failed_is_not_enabled_by_hand(owner: Owner, fake: StripeFake) -> None:
    account = owner.add()
    expect_error(owner.patch(account["id"], status="enabled"), "BAD_REQUEST_ERROR", field="status")
    fake.fail("refused_key", "check")
    owner.post(f"/{account['id']}/check")
    expect_error(owner.patch(account["id"], status="enabled"), "BAD_REQUEST_ERROR", field="status")


# --- the end


def make_payment(owner: Owner, account: dict[str, Any], **columns: Any) -> str:
    """A payment of the account in this state, as rows."""
    order = owner.merchant.order()
    values = {
        "id": order["id"].replace("order_", "pay_"), "status": "success", "captured": True,
        "amount_captured": 50_000, "amount_refunded": 0, "review_reason": None, "work": None, "created_at": "now",
    } | columns  # fmt: skip
    owner.stack.sql(
        """
        INSERT INTO payments (id, merchant_id, mode, order_id, account_id, amount, currency, capture, method,
                              status, captured, amount_captured, amount_refunded, review_reason, work, due_at,
                              expires_at, created_at, updated_at, error_code, error_description)
        VALUES (%(id)s, %(merchant)s, 'test', %(order)s, %(account)s, 50000, 'INR',
                CASE WHEN %(captured)s THEN 'automatic' ELSE 'manual' END, 'card', %(status)s, %(captured)s,
                %(amount_captured)s, %(amount_refunded)s, %(review_reason)s, %(work)s::text,
                CASE WHEN %(work)s::text IS NOT NULL THEN now() + interval '1 d' END,
                CASE WHEN %(status)s = 'success' AND NOT %(captured)s THEN now() + interval '5 d' END,
                %(created_at)s::timestamptz, now(), CASE WHEN %(status)s = 'failed' THEN 'PAYMENT_DECLINED' END,
                CASE WHEN %(status)s = 'failed' THEN 'no' END)
        """,
        values | {"merchant": owner.merchant.id, "order": order["id"], "account": account["id"]},
    )
    return str(values["id"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            {"status": "pending", "captured": False, "amount_captured": 0, "work": "authorize"},
            "1 payments in flight",
        ),
        ({"captured": False, "amount_captured": 0}, "1 payments in flight"),
        (
            {"status": "pending", "captured": False, "amount_captured": 0, "review_reason": "asked too often"},
            "1 things that wait for a person",
        ),
        ({"created_at": "2 days ago"}, "1 refundable payments"),
        ({"amount_refunded": 49_999, "created_at": "170 days ago"}, "1 refundable payments"),
    ],
    ids=["pending", "authorised", "in review", "paid", "nearly refunded"],
)
def test_an_account_is_kept_while_something_needs_it(owner: Owner, columns: dict[str, Any], said: str) -> None:
    account = owner.connect()
    created = owner.stack.sql(
        "SELECT now() - %s::interval", (columns.pop("created_at", "0").removesuffix(" ago"),)
    )
    make_payment(owner, account, **columns, created_at=created[0][0])
    answer = owner.merchant.api.delete(f"/processor-accounts/{account['id']}")
    assert said in expect_error(answer, "CONFLICT_ERROR")["description"]
    assert owner.get(account["id"])["status"] == "enabled"


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "failed", "captured": False, "amount_captured": 0},
        {"amount_refunded": 50_000},
        {"age": "181 days"},
    ],
    ids=["failed", "refunded", "too old"],
)
def test_an_account_that_nothing_needs_is_removed_with_what_opens_it(
    owner: Owner, columns: dict[str, Any]
) -> None:
    account = owner.connect(webhook_secret="whsec_1")
    [[created]] = owner.stack.sql("SELECT now() - %s::interval", (columns.pop("age", "0"),))
    make_payment(owner, account, **columns, created_at=created)
    assert len(owner.rules()) == 1
    path = f"/processor-accounts/{account['id']}"
    removed = owner.merchant.api.delete(path).raise_for_status().json()
    assert (removed["status"], removed["has_webhook_secret"]) == ("removed", False)
    assert owner.rules() == []
    assert owner.merchant.api.get("/processor-accounts").json()["data"] == []
    assert owner.get(account["id"])["status"] == "removed"
    assert owner.merchant.api.delete(path).json()["status"] == "removed", "twice is once"
    expect_error(owner.post(f"/{account['id']}/check"), "CONFLICT_ERROR")
    expect_error(owner.patch(account["id"], status="enabled"), "BAD_REQUEST_ERROR")
    assert owner.audit("processor_account.removed")[0]["object_id"] == account["id"]


def test_what_was_left_behind_by_a_fail_over_keeps_its_account(owner: Owner) -> None:
    """Another account has the payment now; what the first one had prepared is closed when it is over."""
    first, second = owner.connect(), owner.connect()
    work = {"status": "pending", "captured": False, "amount_captured": 0, "work": "authorize"}
    payment = make_payment(owner, second, **work)
    owner.stack.sql(
        """
        INSERT INTO processor_operations (key, merchant_id, mode, account_id, payment_id, kind, amount, currency)
        VALUES (%(payment)s || ':prepare', %(merchant)s, 'test', %(account)s, %(payment)s, 'prepare', 50000, 'INR')
        """,
        {"payment": payment, "merchant": owner.merchant.id, "account": first["id"]},
    )
    answer = owner.merchant.api.delete(f"/processor-accounts/{first['id']}")
    assert "1 payments in flight" in expect_error(answer, "CONFLICT_ERROR")["description"]


def test_a_pending_refund_keeps_its_account(owner: Owner) -> None:
    account = owner.connect()
    payment = make_payment(owner, account)
    owner.stack.sql(
        """
        INSERT INTO refunds (id, merchant_id, mode, payment_id, amount, currency, status, work, due_at, created_at,
                             updated_at)
        VALUES (replace(%(payment)s, 'pay_', 'rfnd_'), %(merchant)s, 'test', %(payment)s, 50000, 'INR', 'pending',
                'refund', now() + interval '1 d', now(), now())
        """,
        {"payment": payment, "merchant": owner.merchant.id},
    )
    answer = owner.merchant.api.delete(f"/processor-accounts/{account['id']}")
    assert "1 refunds in flight" in expect_error(answer, "CONFLICT_ERROR")["description"]

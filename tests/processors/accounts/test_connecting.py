"""An owner connects an account: its credentials are checked, kept, and never shown again."""

from typing import Any

import pytest

from tests.processors.accounts.conftest import Owner, keys
from tests.processors.fakes.stripe import StripeFake
from tests.support.envelope import expect_error
from tests.support.stack import eventually


def test_a_new_account_is_unchecked_and_a_good_check_enables_it(owner: Owner) -> None:
    account = owner.add(label="Shop", webhook_secret="whsec_1")
    assert account["status"] == "unchecked"
    assert account["has_webhook_secret"] and account["checked_at"] is None
    assert account["webhook_url"].endswith(f"/api/v1/processors/{account['id']}/notices")
    checked = owner.post(f"/{account['id']}/check").json()
    assert (checked["status"], checked["problem"], checked["external_id"]) == ("enabled", None, "acct_1Fake")
    assert checked["checked_at"] is not None
    assert owner.get(account["id"]) == checked


def test_a_wrong_key_is_told_and_nothing_is_enabled(owner: Owner, fake: StripeFake) -> None:
    account, given = None, keys()
    fake.refused_keys.add(given["secret_key"])
    account = owner.add(credentials=given)
    checked = owner.post(f"/{account['id']}/check").json()
    assert checked["status"] == "unchecked"
    assert checked["problem"] == (
        "401: the processor refuses these credentials: Invalid API Key provided: sk_test_****wrong"
    )
    fake.refused_keys.clear()
    assert owner.post(f"/{account['id']}/check").json()["problem"] is None


@pytest.mark.parametrize("kind", ["lose_request", "html", "too_many", "cut", "error_before"])
def test_a_processor_that_does_not_answer_is_a_problem_and_no_error(
    owner: Owner, fake: StripeFake, kind: Any
) -> None:
    account = owner.add()
    fake.fail(kind, "check")
    checked = owner.post(f"/{account['id']}/check")
    assert checked.status_code == 200, checked.text
    assert checked.json()["status"] == "unchecked"
    assert checked.json()["problem"].startswith("no answer that could be used")


def test_a_problem_found_later_does_not_end_an_account_that_works(owner: Owner, fake: StripeFake) -> None:
    """It may be the processor's bad day: whoever takes payments out of use is a person."""
    account = owner.connect()
    fake.fail("refused_key", "check")
    checked = owner.post(f"/{account['id']}/check").json()
    assert (checked["status"], checked["problem"] is None) == ("enabled", False)


def test_keys_of_another_account_are_found_by_a_check(owner: Owner, fake: StripeFake) -> None:
    account = owner.connect()
    fake.account["id"] = "acct_1Other"
    problem = owner.post(f"/{account['id']}/check").json()["problem"]
    assert problem == "these are credentials of another account: acct_1Other, and not acct_1Fake"
    assert owner.get(account["id"])["external_id"] == "acct_1Fake"


@pytest.mark.parametrize(
    ("mode", "given", "field"),
    [
        ("test", {"publishable_key": "pk_test_1", "secret_key": "sk_live_1"}, "credentials.secret_key"),
        ("test", {"publishable_key": "pk_live_1", "secret_key": "sk_test_1"}, "credentials.publishable_key"),
        ("live", {"publishable_key": "pk_live_1", "secret_key": "sk_test_1"}, "credentials.secret_key"),
        ("live", {"publishable_key": "pk_test_1", "secret_key": "sk_live_1"}, "credentials.publishable_key"),
    ],
)
def test_credentials_of_the_other_mode_are_refused(
    new_owner: Any, mode: str, given: dict[str, str], field: str
) -> None:
    answer = new_owner(mode).post("", {"processor": "stripe", "credentials": given})
    error = expect_error(answer, "BAD_REQUEST_ERROR", field=field)
    assert f"and this account is for {mode} mode" in error["description"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"processor": "nobody"}, "processor"),
        ({"credentials": {"secret_key": "sk_test_1"}}, "credentials.publishable_key"),
        ({"credentials": {"publishable_key": "pk_test_1"}}, "credentials.secret_key"),
        ({"credentials": {**keys(), "extra": "x"}}, "credentials"),
        ({"credentials": {**keys(), "secret_key": "sk_test_a b"}}, "credentials.secret_key"),
        ({"credentials": "sk_test_1"}, "credentials"),
        ({"label": ""}, "label"),
        ({"webhook_secret": "ü"}, "webhook_secret"),
        ({"collect": True}, "collect"),
        ({"colect": True}, "colect"),
        ({"status": "enabled"}, "status"),
    ],
)
def test_what_cannot_be_taken_is_named(owner: Owner, change: dict[str, Any], field: str) -> None:
    body = {"processor": "stripe", "credentials": keys()} | change
    error = expect_error(owner.post("", body), "BAD_REQUEST_ERROR", field=field)
    assert "sk_test_a" not in error["description"]


def test_secrets_pasted_with_blanks_around_them_are_the_same_secrets(owner: Owner, fake: StripeFake) -> None:
    given = keys()
    account = owner.connect(credentials={name: f" {value}\n" for name, value in given.items()})
    assert account["public_key"] == given["publishable_key"]


def test_secrets_stand_nowhere_but_sealed(owner: Owner, fake: StripeFake) -> None:
    """Not in answers, rows, audit, logs, nor under an idempotency key."""
    first, second = keys(), keys()
    made = owner.post(
        "", {"processor": "stripe", "credentials": first, "webhook_secret": "whsec_canary1"},
        **{"Idempotency-Key": "connect"},
    )  # fmt: skip
    account_id = made.json()["id"]
    said = [made.text, owner.post(f"/{account_id}/check", **{"Idempotency-Key": "check"}).text]
    said += [owner.patch(account_id, credentials=second, webhook_secret="whsec_canary2").text]
    fake.refused_keys.add(second["secret_key"])
    said += [owner.post(f"/{account_id}/check").text, owner.merchant.api.get("/processor-accounts").text]
    said += [owner.merchant.api.get("/audit").text, owner.stack.logs()]
    rows = "processor_accounts", "audit_log", "idempotency_keys", "request_log", "processor_routes"
    said += [str(owner.stack.sql(f"SELECT to_json(t)::text FROM {table} t")) for table in rows]
    answers = owner.stack.sql("SELECT convert_from(response, 'UTF8') FROM idempotency_keys WHERE key = 'connect'")
    said += [str(answers)]
    for secret in (first["secret_key"], second["secret_key"], "whsec_canary1", "whsec_canary2"):
        for text in said:
            assert secret not in text
            assert secret.encode().hex() not in text


def test_a_repeat_with_the_same_key_connects_once(owner: Owner) -> None:
    body = {"processor": "stripe", "credentials": keys()}
    first, second = (owner.post("", body, **{"Idempotency-Key": "one"}) for _ in range(2))
    assert second.json() == first.json()
    assert len(owner.merchant.api.get("/processor-accounts").json()["data"]) == 1


def test_a_check_under_a_key_asks_once(owner: Owner, fake: StripeFake) -> None:
    account = owner.add()
    before = len(fake.requests)
    first, second = (owner.post(f"/{account['id']}/check", **{"Idempotency-Key": "once"}) for _ in range(2))
    assert second.content == first.content
    assert [one["operation"] for one in fake.requests[before:]] == ["check"]


def test_the_list_says_which_processors_there_are_and_what_they_are_asked_for(owner: Owner) -> None:
    account = owner.add()
    listed = owner.merchant.api.get("/processor-accounts").json()
    assert listed["data"] == [account]
    [stripe] = [one for one in listed["processors"] if one["name"] == "stripe"]
    assert (stripe["public_field"], stripe["secret_fields"]) == ("publishable_key", ["secret_key"])


def test_who_may_and_what_is_told(owner: Owner) -> None:
    account = owner.connect(label="Shop", webhook_secret="whsec_1")
    owner.patch(account["id"], label="Other", webhook_secret="whsec_2").raise_for_status()
    assert [line["action"] for line in owner.audit("processor_account")] == [
        "processor_account.changed",
        "processor_account.checked",
        "processor_account.created",
    ]
    assert owner.audit("processor_account")[0]["details"] == {"label": "Other", "webhook_secret": "replaced"}
    owner.stack.sql("UPDATE api_keys SET scopes = '{read,write}' WHERE id = %s", (owner.merchant.key,))

    def refused() -> bool:
        return bool(owner.merchant.api.get("/processor-accounts").status_code == 403)

    eventually(refused, what="a key without the scope admin is refused")
    for path in ("", f"/{account['id']}/check", f"/{account['id']}/pause"):
        expect_error(owner.post(path, {}), "PERMISSION_ERROR")
    for path in ("/processor-routes", "/refund-caps"):
        expect_error(owner.merchant.api.get(path), "PERMISSION_ERROR")


def test_there_is_an_end_to_accounts(owner: Owner) -> None:
    owner.stack.sql(
        """
        INSERT INTO processor_accounts (id, merchant_id, mode, processor, public_key, credentials, created_at,
                                        updated_at)
        SELECT 'acct_' || substr(md5(%s || n::text), 1, 16), %s, 'test', 'stripe', 'pk', '', now(), now()
        FROM generate_series(1, 50) n
        """,
        (owner.merchant.id, owner.merchant.id),
    )
    answer = owner.post("", {"processor": "stripe", "credentials": keys()})
    expect_error(answer, "BAD_REQUEST_ERROR", "A merchant has at most 50 processor accounts in one mode")

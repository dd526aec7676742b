"""The secret that signs a shopper's result: one per mode, rotated with time to accept both, and what it signs."""

import hashlib
import hmac
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

import gateway.migrations as migrations
from dev.postgres import PostgresServer
from gateway.checkout.signing.change import read_secrets
from gateway.encryption import Keyring
from gateway.migrations.run import migrate
from gateway.settings import Settings
from gateway.tenancy.model import Caller
from tests.support.client import Merchant, at_once
from tests.support.envelope import expect_error
from tests.support.stack import Stack, copy_database, database_of, eventually

ROTATE = "/checkout/signing-secret/rotate"


def _secret(merchant: Merchant) -> dict[str, Any]:
    found: dict[str, Any] = merchant.api.get("/checkout/signing-secret").raise_for_status().json()
    return found


def _shown(merchant: Merchant, payment: dict[str, Any]) -> dict[str, Any]:
    url = f"{merchant.base_url}/api/v1/checkout/payments/{payment['id']}/public"
    shown: dict[str, Any] = httpx.get(url).raise_for_status().json()
    return shown


def _signature(secret: str, payment: dict[str, Any]) -> str:
    return hmac.new(secret.encode(), f"{payment['order_id']}|{payment['id']}".encode(), hashlib.sha256).hexdigest()


def _both_modes(stack: Stack) -> tuple[Merchant, Merchant]:
    """One merchant with a key of each mode."""
    test, live = stack.merchant(), stack.merchant("live")
    stack.sql("UPDATE api_keys SET merchant_id = %s WHERE id = %s", (test.id, live.key))
    return test, Merchant(live.base_url, test.id, live.key, live.secret)


def test_each_mode_has_a_secret_of_its_own(stack: Stack) -> None:
    test, live = _both_modes(stack)
    one, other = _secret(test), _secret(live)
    assert (one["mode"], other["mode"]) == ("test", "live")
    assert one["signing_secret"] != other["signing_secret"]
    for merchant, kept in ((test, one), (live, other)):
        assert (kept["next_signing_secret"], kept["activates_at"]) == (None, None)
        assert _secret(merchant) == kept
        assert merchant.api.get("/checkout/settings").json()["signing_secret"] == kept["signing_secret"]
    paid = test.paid()
    assert _shown(test, paid)["signature"] == _signature(one["signing_secret"], paid)
    assert _shown(test, paid)["signature"] != _signature(other["signing_secret"], paid)
    test.api.post(ROTATE).raise_for_status()
    assert _secret(live) == other


def test_the_first_live_secret_is_one_however_many_ask_for_it(stack: Stack) -> None:
    live = stack.merchant("live")
    assert len({_secret(live)["signing_secret"] for _ in at_once(20, lambda _: _secret(live))}) == 1
    assert stack.sql(
        "SELECT count(*) FROM signing_secrets WHERE merchant_id = %s AND mode = 'live'", (live.id,)
    ) == [(1,)]


def test_a_new_secret_is_shown_at_once_and_signs_from_its_moment_on(stack: Stack, merchant: Merchant) -> None:
    before, paid = _secret(merchant), merchant.paid()
    rotated = merchant.api.post(ROTATE).raise_for_status().json()
    assert rotated == _secret(merchant)
    assert rotated["signing_secret"] == before["signing_secret"] != rotated["next_signing_secret"]
    in_a_day = datetime.fromisoformat(rotated["activates_at"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < in_a_day <= timedelta(hours=24)
    assert _shown(merchant, paid)["signature"] == _signature(before["signing_secret"], paid)

    stack.sql(
        "UPDATE signing_secrets SET activates_at = now() - interval '1 second' WHERE merchant_id = %s",
        (merchant.id,),
    )
    now = _secret(merchant)
    assert now == {
        "mode": "test", "signing_secret": rotated["next_signing_secret"], "next_signing_secret": None,
        "activates_at": None,
    }  # fmt: skip
    assert _shown(merchant, paid)["signature"] == _signature(rotated["next_signing_secret"], paid)
    again = merchant.api.post(ROTATE).json()
    assert again["signing_secret"] == now["signing_secret"] != again["next_signing_secret"]


@pytest.mark.parametrize("at", ["now", "2020-01-01T00:00:00Z"])
def test_a_rotation_may_be_at_once_and_replaces_one_that_waits(merchant: Merchant, at: str) -> None:
    first = merchant.api.post(ROTATE).json()
    second = merchant.api.post(ROTATE, json={"activates_at": at}).json()
    assert second["next_signing_secret"] is None
    assert second["signing_secret"] not in (first["signing_secret"], first["next_signing_secret"])
    paid = merchant.paid()
    assert _shown(merchant, paid)["signature"] == _signature(second["signing_secret"], paid)
    later = datetime.now(UTC) + timedelta(days=2)
    third = merchant.api.post(ROTATE, json={"activates_at": later.isoformat()}).json()
    assert third["signing_secret"] == second["signing_secret"]
    assert abs(datetime.fromisoformat(third["activates_at"]) - later) < timedelta(seconds=1)


@pytest.mark.parametrize(
    "body",
    [
        {"activates_at": "soon"},
        {"activates_at": "2026-01-16T10:30:00"},
        {"activates_at": "2999-01-01T00:00:00Z"},
        {"activates_at": 0},
        {"activates_at": ""},
        {"activate_at": "2026-01-16T10:30:00Z"},
    ],
    ids=lambda body: str(body),
)
def test_a_time_that_is_none_changes_nothing(merchant: Merchant, body: dict[str, Any]) -> None:
    before = _secret(merchant)
    expect_error(merchant.api.post(ROTATE, json=body), "BAD_REQUEST_ERROR", field=next(iter(body)))
    assert _secret(merchant) == before


def test_a_repeated_rotation_is_the_same_one_and_its_secret_lies_nowhere_in_clear(
    stack: Stack, merchant: Merchant
) -> None:
    header = {"Idempotency-Key": "rotate-once"}
    first, second = (merchant.api.post(ROTATE, headers=header) for _ in range(2))
    assert first.content == second.content and second.headers["Idempotent-Replayed"] == "true"
    fresh = first.json()["next_signing_secret"].encode()
    for table in ("idempotency_keys", "signing_secrets", "audit_log", "request_log"):
        for (row,) in stack.sql(f"SELECT t::text FROM {table} t"):
            assert fresh.decode() not in row and fresh.hex() not in row, table
    _secret(merchant)
    rows = stack.sql("SELECT action, mode FROM audit_log WHERE merchant_id = %s ORDER BY id", (merchant.id,))
    assert rows == [("signing_secret.rotated", "test"), ("checkout.secret_read", "test")]


def test_a_key_that_may_only_read_sees_no_secret_and_rotates_none(stack: Stack) -> None:
    reader = stack.merchant()
    stack.sql("UPDATE api_keys SET scopes = '{read}' WHERE id = %s", (reader.key,))
    expect_error(reader.api.get("/checkout/signing-secret"), "PERMISSION_ERROR")
    expect_error(reader.api.post(ROTATE), "PERMISSION_ERROR")


def test_an_authorised_payment_is_not_signed_and_nothing_is_after_a_cancel(merchant: Merchant) -> None:
    held, given_up = merchant.paid(capture="manual"), merchant.paid(capture="manual")
    for payment in (held, given_up):
        assert "signature" not in _shown(merchant, payment)
        session = httpx.get(f"{merchant.base_url}/api/v1/checkout/sessions/{payment['order_id']}/public").json()
        assert session["payment"]["status"] == "success" and "signature" not in session["payment"]
    merchant.api.post(f"/payments/{given_up['id']}/cancel").raise_for_status()
    merchant.settled(given_up, "cancelled")
    assert "signature" not in _shown(merchant, given_up)
    merchant.api.post(f"/payments/{held['id']}/capture", json={"amount": 100}).raise_for_status()

    def signed() -> bool:
        return _shown(merchant, held).get("signature") == _signature(_secret(merchant)["signing_secret"], held)

    eventually(signed, what="a signature with the bank's yes to the capture")


def test_no_connection_of_one_mode_sees_the_others_secret(stack: Stack) -> None:
    test, live = _both_modes(stack)
    _secret(test), _secret(live)
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute("SET ROLE gateway_app")
        connection.execute("SELECT set_config('gateway.merchant', %s, false)", (test.id,))
        connection.execute("SELECT set_config('gateway.mode', 'test', false)")
        assert connection.execute("SELECT merchant_id, mode FROM signing_secrets").fetchall() == [
            (UUID(test.id), "test")
        ]


def test_a_merchant_of_the_previous_version_keeps_his_secret_for_test_mode(stack: Stack) -> None:
    """One that it made beside us, after the migration: he has no row of his own yet."""
    merchant = stack.merchant()
    before = _secret(merchant)
    stack.sql("DELETE FROM signing_secrets WHERE merchant_id = %s", (merchant.id,))
    assert _secret(merchant) == before


async def test_the_migration_leaves_test_mode_its_secret_and_gives_live_mode_a_fresh_one(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    url = copy_database(database_of(postgres.url, "postgres"), "template0")
    for file in Path(migrations.__file__).parent.glob("[0-9]*.sql"):
        if file.name < "0520":
            shutil.copy(file, tmp_path)
    await migrate(url, tmp_path)
    shop, keyring = uuid4(), Keyring(*Settings(TEST_MODE=True).master_keys())
    async with await psycopg.AsyncConnection.connect(url) as tx:
        await tx.execute(
            "INSERT INTO merchants (id, name, email, signing_secret, created_at)"
            " VALUES (%s, 'S', 's@x', %s, now())",
            (shop, keyring.encrypt("signing", b"of both modes", str(shop))),
        )
    await migrate(url)
    async with await psycopg.AsyncConnection.connect(url) as tx:
        test, live = [await read_secrets(tx, keyring, Caller(shop, mode)) for mode in ("test", "live")]
    assert test.secret == "of both modes" and live.secret != test.secret

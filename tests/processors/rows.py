"""Rows of accounts and their payments, by hand: what is there before a processor tells us something."""

import json
import string
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from gateway.encryption import Keyring
from gateway.processors.accounts.sealed import PURPOSE
from gateway.settings import Settings
from gateway.tenancy.model import TEST_MERCHANT_ID, Caller

SECRET = "whsec_of_the_account"
_LETTERS = string.ascii_letters + string.digits

KEYRING = Keyring(*Settings(TEST_MODE=True).master_keys())


@dataclass
class Shelf:
    """One merchant's accounts and payments. `chance` makes ids, so that a failure can be played again."""

    connection: psycopg.Connection[Any]
    merchant_id: UUID = TEST_MERCHANT_ID
    mode: str = "test"
    chance: Random = field(default_factory=Random)

    @property
    def tenant(self) -> Caller:
        """For whom the API would work."""
        return Caller(self.merchant_id, "live" if self.mode == "live" else "test")

    def sql(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Rows of a statement run as the owner."""
        cursor = self.connection.execute(statement.encode(), parameters)
        return cursor.fetchall() if cursor.description else []

    def new_id(self, prefix: str, length: int = 16) -> str:
        """An id of ours, or with another length of somebody else's."""
        return f"{prefix}_{''.join(self.chance.choices(_LETTERS, k=length))}"

    def another_merchant(self) -> "Shelf":
        """A second merchant in the same database."""
        (row,) = self.sql(
            "INSERT INTO merchants (id, name, email, signing_secret, created_at) "
            "VALUES (gen_random_uuid(), 'Other', gen_random_uuid()::text, '\\x01', now()) RETURNING id"
        )
        return Shelf(self.connection, row[0], self.mode, self.chance)

    def account(self, processor: str = "stripe", secret: str | None = SECRET, **columns: Any) -> str:
        """An enabled account; returns its id."""
        account_id = self.new_id("acct")
        secrets = {"secret_key": "sk_test_1", "key_secret": "secret"}
        values = {
            "id": account_id,
            "merchant_id": self.merchant_id,
            "mode": self.mode,
            "processor": processor,
            "status": "enabled",
            "public_key": f"pk_{self.mode}_1",
            "credentials": KEYRING.encrypt(PURPOSE, json.dumps(secrets).encode(), account_id),
            "webhook_secret": None if secret is None else sealed(account_id, secret),
        } | columns
        self._insert("processor_accounts", values, created_at="now()", updated_at="now()")
        return account_id

    def payment(self, account_id: str | None, **columns: Any) -> str:
        """A payment over an account that waits for its shopper, looked at again in an hour; returns its id."""
        order_id, payment_id = self.new_id("order"), self.new_id("pay")
        owner = {"merchant_id": self.merchant_id, "mode": self.mode}
        order = owner | {"id": order_id, "amount": 50_000, "currency": "INR", "capture": "automatic"}
        self._insert("orders", order | {"status": "attempted"}, created_at="now()", updated_at="now()")
        values = owner | {
            "id": payment_id,
            "order_id": order_id,
            "amount": 50_000,
            "currency": "INR",
            "capture": "automatic",
            "method": "card",
            "status": "requires_action",
            "next_action": json.dumps({"type": "fields", "processor": "stripe"}),
            "account_id": account_id,
            "work": "authorize",
            "sequence": 3,
        }
        if columns.get("status", "requires_action") != "requires_action":
            values |= {"next_action": None, "work": None}
        if columns.get("status") == "success":
            values |= {"captured": True, "amount_captured": 50_000}
        if columns.get("status") == "failed":
            values |= {"error_code": "PAYMENT_TIMEOUT", "error_description": "not completed in time"}
        values |= columns
        due = "now() + interval '1 hour'" if values["work"] else "NULL"
        authorized = "now()" if values["status"] == "success" else "NULL"
        self._insert(
            "payments", values, created_at="now()", updated_at="now()", due_at=due, authorized_at=authorized
        )
        return payment_id

    def operation(self, account_id: str, payment_id: str, kind: str = "prepare", **columns: Any) -> None:
        """What was asked of the account about a payment."""
        values = {
            "key": f"{payment_id}:{kind}",
            "merchant_id": self.merchant_id,
            "mode": self.mode,
            "account_id": account_id,
            "payment_id": payment_id,
            "kind": kind,
            "amount": 50_000,
            "currency": "INR",
        } | columns
        self._insert("processor_operations", values, first_sent_at="now()")

    def refund(self, payment_id: str, **columns: Any) -> str:
        """A pending refund that is looked at again in an hour; returns its id."""
        refund_id = self.new_id("rfnd")
        values = {
            "id": refund_id,
            "merchant_id": self.merchant_id,
            "mode": self.mode,
            "payment_id": payment_id,
            "amount": 10_000,
            "currency": "INR",
            "sequence": 1,
            "work": "refund",
        } | columns
        due = "now() + interval '1 hour'" if values["work"] else "NULL"
        self._insert("refunds", values, created_at="now()", updated_at="now()", due_at=due)
        return refund_id

    def unexpected(self, account_id: str, payment_id: str, **columns: Any) -> str:
        """Money that nobody expected, booked and kept for a person; returns its id."""
        money_id = self.new_id("unex")
        values = {
            "id": money_id,
            "merchant_id": self.merchant_id,
            "mode": self.mode,
            "account_id": account_id,
            "payment_id": payment_id,
            "charge": self.new_id("ch", 24),
            "amount": 50_000,
            "currency": "INR",
            "reason": "late",
            "status": "kept",
        } | columns
        self._insert("unexpected_money", values, created_at="now()")
        self.sql(
            "INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, "
            "created_at) SELECT id, merchant_id, mode, currency, kind, debit, credit, amount, created_at "
            "FROM ledger_expected WHERE object_id = %s",
            money_id,
        )
        return money_id

    def dispute(self, account_id: str, payment_id: str, **columns: Any) -> str:
        """A dispute that needs a response; returns its id."""
        dispute_id = self.new_id("disp")
        values = {
            "id": dispute_id,
            "merchant_id": self.merchant_id,
            "mode": self.mode,
            "account_id": account_id,
            "payment_id": payment_id,
            "reference": self.new_id("dp", 24),
            "amount": 50_000,
            "currency": "INR",
            "reason": "fraudulent",
            "status": "needs_response",
            "raw": "needs_response",
        } | columns
        self._insert("disputes", values, created_at="now()", updated_at="now()")
        return dispute_id

    def _insert(self, table: str, values: dict[str, Any], **raw: str) -> None:
        names = ", ".join([*values, *raw])
        marks = ", ".join(["%s"] * len(values) + list(raw.values()))
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})".encode(), list(values.values()))


def sealed(account_id: str, secret: str) -> bytes:
    """A webhook secret as it is kept."""
    return KEYRING.encrypt(PURPOSE, secret.encode(), account_id)

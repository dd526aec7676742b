"""Who may do what with which table: the rules that `tenancy.access` brings into the database.

A table that is missing here is treated as safely as its columns allow (see `rules_of`), and a test asks for
its line. Roles: `app` is the API (one tenant at a time), `worker` is workers, senders and the sweep (the work
of all tenants), `lookup` owns the functions of `lookups.sql`. The auditor reads every table, without secrets.
"""

import re
from dataclasses import dataclass, field
from typing import Final

_MERCHANT: Final = "nullif(current_setting('gateway.merchant', true), '')::uuid"
_MODE: Final = "mode = current_setting('gateway.mode', true)"
OF_TENANT: Final = f"merchant_id = {_MERCHANT} AND {_MODE}"
"""The rows of the session's tenant. Since every statement of ours names merchant and mode as well, Postgres
compares those with the settings once, before any row (a one-time filter), and its plan stays what it was."""
OF_MERCHANT: Final = f"merchant_id = {_MERCHANT}"
"""The merchant's rows of both modes: people, keys, what they did."""
_SOME_TENANT: Final = f"{_MERCHANT} IS NOT NULL"

_KEEP: Final = "SELECT, INSERT, UPDATE"
_APPEND: Final = "SELECT, INSERT"
"""A fact stays as it was told. What is old is deleted by the owner: deploy/sql/delete_old_events.sql."""
_FULL: Final = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True)
class Rules:
    """Privileges on one table, as GRANT takes them (empty: none), and which rows the API sees.

    `rows` is None for a table that belongs to no tenant. `new_rows` is for inserts, where it differs. A bare
    UPDATE leaves out `fixed` and `_FIXED`: what a row is born with. `lookup`: the columns to be read.
    """

    app: str = ""
    worker: str = ""
    rows: str | None = None
    new_rows: str | None = None
    lookup: str = ""
    fixed: frozenset[str] = frozenset()


def _of_parent(table: str, column: str) -> str:
    """Rows of a parent that the session sees itself: the parent's own policy says which."""
    return f"EXISTS (SELECT 1 FROM {table} parent WHERE parent.id = {column})"  # noqa: S608


RULES: Final[dict[str, Rules]] = {
    "public.merchants": Rules(app="SELECT", rows=f"id = {_MERCHANT}"),
    "public.api_keys": Rules(
        app=_KEEP,
        rows=OF_MERCHANT,
        lookup="id, merchant_id, mode, secret_hash, scopes, expires_at, revoked_at",
        fixed=frozenset({"secret_hash", "maker_kind", "maker_id", "maker"}),
    ),
    "public.users": Rules(app=_KEEP, rows=OF_MERCHANT, lookup="id, merchant_id, email, invite_hash, removed_at"),
    "public.user_sessions": Rules(app=_KEEP, rows=_of_parent("users", "user_id"), lookup="user_id, token_hash"),
    "public.login_failures": Rules(app=_FULL),
    "public.audit_log": Rules(app=_APPEND, rows=OF_MERCHANT),
    "public.orders": Rules(
        app=_KEEP,
        worker="SELECT, UPDATE",
        rows=OF_TENANT,
        lookup="id, merchant_id, mode",
        fixed=frozenset({"amount", "currency", "capture"}),
    ),
    "public.payments": Rules(
        app=_KEEP,
        worker="SELECT, UPDATE",
        rows=OF_TENANT,
        lookup="id, merchant_id, mode, status, work, lease_token",
        fixed=frozenset({"order_id", "amount", "currency", "capture", "method", "vpa", "flow", "return_url"}),
    ),
    # The row of the payment is inserted by the same statement, which therefore cannot see it yet. What is sealed
    # is bound to its payment's id: a row with another merchant's id would open for nobody.
    "public.card_vault": Rules(
        app="SELECT (payment_id), INSERT, DELETE",
        worker="SELECT, DELETE",
        rows=_of_parent("payments", "payment_id"),
        new_rows=_SOME_TENANT,
    ),
    # The worker adds those that were made in the processor's own dashboard.
    "public.refunds": Rules(
        app=_KEEP,
        worker=_KEEP,
        rows=OF_TENANT,
        lookup="work, lease_token",
        fixed=frozenset({"payment_id", "amount", "currency"}),
    ),
    "public.refund_caps": Rules(app=_FULL, rows=OF_TENANT, fixed=frozenset({"currency"})),
    "public.refund_cap_uses": Rules(app=_FULL, rows=OF_TENANT, fixed=frozenset({"currency", "day", "maker"})),
    "public.refund_cap_reviews": Rules(
        app=_FULL, rows=OF_TENANT, fixed=frozenset({"currency", "day", "maker", "asked_by"})
    ),
    "public.events": Rules(app=_APPEND, worker=_APPEND, rows=OF_TENANT),
    "public.webhook_endpoints": Rules(
        app=_KEEP,
        worker="SELECT, UPDATE (status, disabled_reason, disabled_at, updated_at, sequence)",
        rows=OF_TENANT,
    ),
    "public.endpoint_health": Rules(app=_FULL, worker=_KEEP, rows=_of_parent("webhook_endpoints", "endpoint_id")),
    "public.deliveries": Rules(app=_KEEP, worker=_KEEP, rows=OF_TENANT, lookup="status, lease_token"),
    "public.delivery_attempts": Rules(app=_APPEND, worker=_APPEND, rows=_of_parent("deliveries", "delivery_id")),
    "public.webhook_recoveries": Rules(app=_KEEP, worker="SELECT, UPDATE", rows=OF_TENANT),
    # The sender posts to the inbox over HTTP, like a stranger: only the API keeps what arrives.
    "public.webhook_inbox": Rules(app="SELECT, INSERT, DELETE", rows=OF_TENANT),
    "public.request_log": Rules(app=_APPEND, worker="SELECT (id, created_at), DELETE", rows=OF_TENANT),
    "public.idempotency_keys": Rules(
        app=_KEEP, worker="SELECT (merchant_id, mode, key, created_at), DELETE", rows=OF_TENANT
    ),
    "public.ledger_entries": Rules(app=_APPEND, worker=_APPEND, rows=OF_TENANT),
    "public.ledger_balances": Rules(app="SELECT", worker=_KEEP, rows=OF_TENANT),
    "public.checkout_settings": Rules(app=_KEEP, rows=OF_TENANT),
    "public.signing_secrets": Rules(app=_KEEP, rows=OF_TENANT),
    "public.checkout_extensions": Rules(app=_KEEP, rows=_of_parent("orders", "order_id")),
    "public.checkout_codes": Rules(app=_KEEP, rows=_of_parent("payments", "payment_id")),
    "public.checkout_attempts": Rules(
        app=_APPEND,
        worker="SELECT (payment_id, created_at), DELETE",
        rows=_of_parent("payments", "payment_id"),
        lookup="payment_id, address_hash, created_at",
    ),
    # Credentials are sealed; the worker notes what a check has found.
    "public.processor_accounts": Rules(
        app=_KEEP,
        worker="SELECT, UPDATE (checked_at, problem, external_id, noticed_at)",
        rows=OF_TENANT,
        lookup="id, merchant_id, mode",
        fixed=frozenset({"processor"}),
    ),
    "public.processor_routes": Rules(app=_FULL, worker="SELECT", rows=OF_TENANT),
    # The operator's stop for everybody belongs to no merchant; it is shown to all. Only the owner sets and ends
    # it, and that of a whole merchant: a trigger says so.
    "public.processor_stops": Rules(
        app="SELECT, INSERT, DELETE",
        worker="SELECT",
        rows=f"(merchant_id IS NULL OR {OF_MERCHANT})",
        new_rows=OF_MERCHANT,
    ),
    "public.processor_operations": Rules(app="SELECT", worker=_KEEP, rows=OF_TENANT),
    "public.processor_calls": Rules(app="SELECT", worker="SELECT, INSERT, DELETE", rows=OF_TENANT),
    "public.processor_notices": Rules(app=_KEEP, worker=_FULL, rows=OF_TENANT),
    # A person may have it paid back.
    "public.unexpected_money": Rules(
        app="SELECT, UPDATE (status, review_reason, refund_number, sequence, updated_at)",
        worker=_KEEP,
        rows=OF_TENANT,
        fixed=frozenset({"amount", "currency", "charge", "payment_id", "account_id", "reason"}),
    ),
    "public.disputes": Rules(
        app="SELECT",
        worker=_KEEP,
        rows=OF_TENANT,
        fixed=frozenset({"account_id", "payment_id", "reference"}),
    ),
    # Of the deployment, not of a tenant: counters, heartbeats, the feed's era, the simulated bank's books.
    "public.job_counters": Rules(app="SELECT, UPDATE (completed, failed)", worker="SELECT, UPDATE"),
    "public.worker_heartbeats": Rules(app="SELECT", worker=_FULL),
    "public.event_feed": Rules(app="SELECT", worker="SELECT"),
    # Only whoever sees all that is sealed can tell which keys have been in use: `migrate` and the commands.
    "public.data_keys": Rules(app="SELECT", worker="SELECT"),
    "public.ledger_checkpoint": Rules(app="SELECT", worker="SELECT, UPDATE"),
    "public.schema_migrations": Rules(),
    # The operator's command alone.
    "public.processor_recoveries": Rules(),
    "simulator.operations": Rules(app="SELECT, UPDATE", worker=_KEEP),
}

VIEWS: Final[dict[str, Rules]] = {
    # Read with the rights of who reads them, and so under the policies of the tables behind.
    "public.ledger_postings": Rules(app="SELECT", worker="SELECT"),
    "public.ledger_expected": Rules(),
}

_FIXED: Final = frozenset({"id", "merchant_id", "mode", "created_at"})
_SHOWN_BYTES: Final = frozenset({"public.events.payload"})
_SECRET_TEXTS: Final = frozenset({"public.users.password_hash"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view of the database. `columns`: name and type, in order."""

    name: str
    is_view: bool = False
    columns: dict[str, str] = field(default_factory=dict)


def rules_of(table: Table) -> Rules:
    """The table's line; for one without, as if it were a tenant's if it can be, else open to both processes."""
    known = (VIEWS if table.is_view else RULES).get(table.name)
    if known is not None or table.is_view:
        return known or Rules()
    if "merchant_id" not in table.columns:
        return Rules(_FULL, _FULL)
    return Rules(_FULL, _FULL, OF_TENANT if "mode" in table.columns else OF_MERCHANT)


def granted(table: Table, rules: Rules, privileges: str) -> str:
    """`privileges`, with the columns that a bare UPDATE may change."""
    columns = [column for column in table.columns if column not in _FIXED | rules.fixed]
    return re.sub(r"\bUPDATE\b(?! \()", f"UPDATE ({', '.join(columns)})", privileges)


def audited_columns(table: Table) -> list[str]:
    """What an auditor reads: everything but hashes and ciphertexts, which are the columns of `bytea` or `bytea[]`
    (an event's payload is none), and the one that is text."""
    full = {column: f"{table.name}.{column}" for column in table.columns}
    return [
        column
        for column, kind in table.columns.items()
        if full[column] not in _SECRET_TEXTS and (not kind.startswith("bytea") or full[column] in _SHOWN_BYTES)
    ]

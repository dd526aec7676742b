"""The list of entries."""

from typing import Final, get_args

from gateway.ids import is_id
from gateway.ledger.model import ACCOUNTS, Account, Entry, EntryKind
from gateway.pages.filters import CURRENCY, TIMES, id_of, one_of
from gateway.pages.model import Condition, Filter, Listing

_OBJECT: Final = "id = ANY (ARRAY(SELECT %(object_id)s::text || ':' || unnest(%(kinds)s::text[])))"
_KINDS: Final = ", ".join(f"'{kind}'" for kind in get_args(EntryKind))
_PAYMENT: Final = f"""
id = ANY (ARRAY(
    SELECT object.id || ':' || kind
    FROM (SELECT %(payment_id)s::text
          UNION ALL SELECT r.id FROM refunds r WHERE r.payment_id = %(payment_id)s
          UNION ALL SELECT u.id FROM unexpected_money u WHERE u.payment_id = %(payment_id)s) object (id),
         unnest(ARRAY[{_KINDS}]) kind))
"""  # noqa: S608 - constants


def _read_object(text: str) -> Condition:
    if not any(is_id(text, prefix) for prefix in ("pay", "rfnd", "unex")):
        raise ValueError("be the id of a payment, a refund or unexpected money")
    return Condition(_OBJECT, {"object_id": text, "kinds": list(get_args(EntryKind))})


def _read_account(text: str) -> Condition:
    if text not in get_args(Account):
        raise ValueError(f"be one of {', '.join(get_args(Account))}")
    kinds = [kind for kind, accounts in ACCOUNTS.items() if text in accounts]
    return Condition("kind = ANY (%(account_kinds)s::text[])", {"account_kinds": kinds})


ENTRIES: Final = Listing(
    name="ledger-entries",
    select="SELECT id, kind, debit, credit, amount, currency, created_at FROM ledger_entries",
    row=Entry,
    columns=("id", "kind", "debit", "credit", "amount", "currency", "object_id", "created_at"),
    money=("amount",),
    filters=(
        one_of("kind", get_args(EntryKind), "Only entries of this kind."),
        Filter(
            "account",
            _read_account,
            {"type": "string", "enum": list(get_args(Account))},
            "Only entries that debit or credit this account.",
            "merchant_payable",
        ),
        Filter(
            "object_id",
            _read_object,
            {"type": "string", "pattern": "^(pay|rfnd|unex)_[A-Za-z0-9]{16}$"},
            "Only entries of this payment, refund or unexpected money.",
            "pay_H8sK3jD9s2L1pQr4",
        ),
        id_of(
            "payment_id", "pay", "Only entries of this payment, its refunds and its unexpected money.", _PAYMENT
        ),
        CURRENCY,
        *TIMES,
    ),
)

"""Post entries: a part of the statement that moves the money.

As with events (`webhooks.publish`): a movement without its entry, or an entry without its movement, cannot
be committed. No row is updated, so no payment waits for another one's posting.
"""

from typing import Final

from gateway.ledger.model import ACCOUNTS

_KINDS: Final = ", ".join(f"('{kind}', '{debit}', '{credit}')" for kind, (debit, credit) in ACCOUNTS.items())


def posted(movements: str) -> str:
    """The common table expression `posted`, which adds an entry for each row of `movements`.

    `movements` is a query with the columns object_id (`pay_…`, `rfnd_…`, `unex_…`), merchant_id, mode, currency,
    kind, amount (minor units) and at. It must give only what the statement has really changed.
    """
    return f"""
    posted AS (
        INSERT INTO ledger_entries (id, merchant_id, mode, currency, kind, debit, credit, amount, created_at)
        SELECT m.object_id || ':' || m.kind, m.merchant_id, m.mode, m.currency, m.kind, k.debit, k.credit,
               m.amount, m.at
        FROM ({movements}) AS m (object_id, merchant_id, mode, currency, kind, amount, at)
        JOIN (VALUES {_KINDS}) AS k (kind, debit, credit) ON k.kind = m.kind
    )
"""  # noqa: S608 - constants

"""What the list of another noun says of the account that a row lies with."""

from typing import Final

COLUMNS: Final = "processor, account_label"
"""The processor's name, and what the merchant calls the account there, if anything."""


def beside_account(columns: str, table: str) -> str:
    """`SELECT` of these columns of `table`, which has an `account_id`, and of `COLUMNS`, up to its `WHERE`.

    Of an account that was removed as well: its row stays.
    """
    return f"""
SELECT {columns}, {COLUMNS} FROM (
    SELECT t.*, a.processor, a.label AS account_label
    FROM {table} t JOIN processor_accounts a ON a.id = t.account_id
) AS {table}
"""  # noqa: S608 - constants

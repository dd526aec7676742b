"""What an account holds."""

from collections import defaultdict
from typing import get_args

from gateway.database import Connection
from gateway.ledger.model import DEBIT_ACCOUNTS, Account, Balances
from gateway.ledger.queries import select_account_sums
from gateway.tenancy.model import Caller


async def read_balances(tx: Connection, caller: Caller) -> list[Balances]:
    """The caller's accounts as of this moment, a row per currency that ever had an entry."""
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for currency, account, debits, credits in await select_account_sums(tx, caller):
        sums[currency][account] = debits - credits
    return [Balances(currency, _amounts(of_account)) for currency, of_account in sums.items()]


def _amounts(of_account: dict[str, int]) -> dict[str, int]:
    accounts: tuple[Account, ...] = get_args(Account)
    return {name: of_account.get(name, 0) * (1 if name in DEBIT_ACCOUNTS else -1) for name in accounts}

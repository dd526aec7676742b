"""The shapes of the ledger's answers, for OpenAPI."""

from typing import Annotated

from pydantic import ConfigDict, Field

from api.http.shapes import Amount, CurrencyCode, Described, Moment
from gateway.ledger.model import Account, EntryKind

Balance = Annotated[int, Field(ge=0, examples=[50000])]


class EntryAnswer(Described):
    """An entry: `amount` (minor units) leaves the account `credit` and enters the account `debit`, for good."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(
        pattern="^(pay|rfnd|unex)_[A-Za-z0-9]{16}:[a-z_]+$",
        description="The payment, refund or unexpected money, and the kind.",
    )
    kind: EntryKind
    debit: Account
    credit: Account
    amount: Amount = Field(ge=1)
    currency: CurrencyCode
    object_id: str = Field(
        pattern="^(pay|rfnd|unex)_[A-Za-z0-9]{16}$", description="The payment, refund or unexpected money."
    )
    created_at: Moment


class CurrencyBalances(Described):
    """All accounts in one currency, in minor units."""

    model_config = ConfigDict(extra="allow")

    currency: CurrencyCode
    processor_receivable: Balance = Field(description="Taken from shoppers, and still with the processor.")
    merchant_payable: Balance = Field(description="Yours: captured, less refunds asked for.")
    refunds_pending: Balance = Field(description="Reserved for refunds that the processor has yet to pay.")
    authorized_receivable: Balance = Field(description="Held at the shoppers' banks, not captured.")
    authorized_payable: Balance = Field(description="The other side of it: what a void releases.")
    suspense: Balance = Field(description="Came late or twice, and has not gone back: see unexpected payments.")


class BalancesAnswer(Described):
    """The balances of a merchant in a mode."""

    model_config = ConfigDict(extra="allow")

    data: list[CurrencyBalances]
    as_of: Moment
